import { Component, type ReactNode } from 'react';

interface Props {
  readonly children: ReactNode;
  /** Where one is; what stopped working is tried again in another place. */
  readonly place?: string;
}

interface State {
  readonly error: Error | null;
  readonly place: string | undefined;
}

/** In place of what stopped working. */
function Stopped({ error }: { readonly error: Error }) {
  return (
    <div className="state" role="alert">
      <h2>This part of the page stopped working</h2>
      <p>{error.message}</p>
      <div className="state-actions">
        <button type="button" className="button" onClick={() => location.reload()}>
          Reload the page
        </button>
      </div>
    </div>
  );
}

/** Keeps a mistake in a part of the page from taking the whole page with it. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  static getDerivedStateFromProps({ place }: Props, state: State): State | null {
    return place === state.place ? null : { error: null, place };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Stopped error={this.state.error} />;
  }
}

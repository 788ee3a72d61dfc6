import { Component, type ReactNode } from 'react';
import { useRouteError } from 'react-router';

interface State {
  readonly error: Error | null;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
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

/** The same for the pages, whose mistakes the router catches. */
export function PageStopped() {
  return <Stopped error={asError(useRouteError())} />;
}

/** Keeps a mistake in a part of the page from taking the whole page with it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: asError(error) };
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <Stopped error={this.state.error} />;
  }
}

import { Component, type ReactNode } from 'react';

interface State {
  readonly error: Error | null;
}

/** Keeps a mistake in a part of the page from taking the whole page with it. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <div className="state" role="alert">
        <h2>This part of the page stopped working</h2>
        <p>{this.state.error.message}</p>
        <div className="state-actions">
          <button type="button" className="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        </div>
      </div>
    );
  }
}

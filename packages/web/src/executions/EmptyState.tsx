import { Link } from 'react-router';

/** Before the first execution: how to get one. */
export function NoExecutions({ workflows }: { readonly workflows: boolean }) {
  return (
    <div className="state state-wide">
      <h2>No executions yet</h2>
      {workflows ? (
        <p>Run one of the workflows on this page, or run a workflow file from a terminal:</p>
      ) : (
        <p>Load the example workflows into this workspace and run each of them once:</p>
      )}
      <pre className="command">
        <code>npx flowprof demo</code>
      </pre>
      <p>Or run a single workflow file without a server. Its profile is printed in the terminal:</p>
      <pre className="command">
        <code>npx flowprof run examples/workflows/basic_sequence.json</code>
      </pre>
    </div>
  );
}

/** When filters leave nothing over. */
export function NoMatches() {
  return (
    <div className="state">
      <h2>No execution matches</h2>
      <p>Try another workflow name or status.</p>
      <div className="state-actions">
        <Link className="button" to="/">
          Show all executions
        </Link>
      </div>
    </div>
  );
}

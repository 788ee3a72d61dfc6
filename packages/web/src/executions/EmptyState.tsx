import { Button } from 'react-aria-components';
import { Link } from 'react-router';

/** Before the first workspace: how to get one with something in it. */
export function NoWorkspace() {
  return (
    <div className="state state-wide">
      <h2>No workspace yet</h2>
      <p>Stop the server, and start it with the example workflows, each run once:</p>
      <pre className="command">
        <code>npx flowprof demo</code>
      </pre>
      <p>Or make a workspace of your own:</p>
      <pre className="command">
        <code>{`curl -X POST ${location.origin}/api/workspaces -H 'content-type: application/json' -d '{"slug":"shop","name":"Shop"}'`}</code>
      </pre>
    </div>
  );
}

interface NoExecutionsProps {
  /** The workspace's slug. */
  readonly workspace: string;
  /** Whether it has workflows. */
  readonly workflows: boolean;
}

/** Before the first execution: how to get one. */
export function NoExecutions({ workspace, workflows }: NoExecutionsProps) {
  return (
    <div className="state state-wide">
      <h2>No executions yet</h2>
      {workflows ? (
        <p>Run one of the workflows on this page.</p>
      ) : (
        <>
          <p>Load the example workflows into this workspace, and run them on this page:</p>
          <pre className="command">
            <code>npx flowprof seed --workspace-id {workspace}</code>
          </pre>
        </>
      )}
      <p>
        Or <Link to="/import">import trace files</Link> that you have: of Chrome, OpenTelemetry, Jaeger, Temporal, Argo,
        GitHub Actions, Nextflow and others.
      </p>
      <p>Or run a single workflow file without a server. Its profile is printed in the terminal:</p>
      <pre className="command">
        <code>npx flowprof run examples/workflows/basic_sequence.json</code>
      </pre>
    </div>
  );
}

/** When filters leave nothing over. */
export function NoMatches({ onClear }: { readonly onClear: () => void }) {
  return (
    <div className="state">
      <h2>No execution matches</h2>
      <p>Nothing that was run here fits all of the filters. Take some of them away to see more.</p>
      <div className="state-actions">
        <Button className="button" onPress={onClear}>
          Clear filters
        </Button>
      </div>
    </div>
  );
}

import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';

interface NoWorkflowsProps {
  /** The workspace's slug. */
  readonly workspace: string;
  readonly mayChange: boolean;
}

/** Before the first workflow: how to get one. */
export function NoWorkflows({ workspace, mayChange }: NoWorkflowsProps) {
  return (
    <div className="state state-wide">
      <h2>No workflows yet</h2>
      {mayChange && <p>Write one, or import trace files: of each a workflow is made, with its executions.</p>}
      {!mayChange && <p>Who may change things in this workspace can write one, or import trace files.</p>}
      {mayChange && (
        <div className="state-actions state-actions-start">
          <Link className="button button-primary" to="/workflows/new">
            <Icon name="plus" />
            New workflow
          </Link>
          <Link className="button" to="/import">
            <Icon name="upload" />
            Import trace files
          </Link>
        </div>
      )}
      {mayChange && (
        <>
          <p>Or load the example workflows into this workspace:</p>
          <pre className="command">
            <code>npx flowprof seed --workspace-id {workspace}</code>
          </pre>
        </>
      )}
    </div>
  );
}

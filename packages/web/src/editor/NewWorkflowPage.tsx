import '../styles/workflow.css';
import { Link } from 'react-router';
import { useMayChange, useWorkspace } from '../api/queries.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState } from '../components/Notice.tsx';
import { useTitle } from '../shell/useTitle.ts';
import { EditorSession } from './EditorSession.tsx';
import type { Base } from './state.ts';

/** What a new workflow begins with. */
const FRESH: Base = { file: { name: 'New workflow', nodes: [] }, version: null };

function NotAllowed() {
  return (
    <div className="state">
      <h2>You may not make workflows here</h2>
      <p>Ask an admin of the workspace for a role that may change things.</p>
    </div>
  );
}

/** A workflow that does not exist yet. */
export function NewWorkflowPage() {
  useTitle('New workflow');
  const workspace = useWorkspace();
  const mayChange = useMayChange();
  if (workspace.error && !workspace.data) {
    return <ErrorState error={workspace.error} what="The workspace" onRetry={() => void workspace.refetch()} />;
  }
  return (
    <div className="page page-list page-workflow">
      <header className="workflow-head">
        <Link to="/workflows" className="crumb">
          <Icon name="back" />
          All workflows
        </Link>
        <div className="page-head">
          <h1>New workflow</h1>
        </div>
      </header>
      {!mayChange && <NotAllowed />}
      {mayChange && workspace.data && (
        <EditorSession workspace={workspace.data.id} workflow={null} base={FRESH} mayChange />
      )}
    </div>
  );
}

import { useSyncExternalStore } from 'react';
import { isMissing } from '../api/errors.ts';
import { useWorkflows, useWorkspace } from '../api/queries.ts';
import { useTitle } from '../shell/useTitle.ts';
import { NoExecutions, NoWorkspace } from './EmptyState.tsx';
import { ExecutionList } from './ExecutionList.tsx';
import { Workflows } from './Workflows.tsx';

const wide = matchMedia('(min-width: 961px)');

function followWidth(listener: () => void): () => void {
  wide.addEventListener('change', listener);
  return () => wide.removeEventListener('change', listener);
}

/** All executions of the workspace, and the workflows to run. */
export function ExecutionsPage() {
  useTitle('Executions');
  const workspace = useWorkspace();
  const workflows = useWorkflows(workspace.data?.id);
  const isWide = useSyncExternalStore(followWidth, () => wide.matches);
  const none = workspace.error !== null && isMissing(workspace.error);
  const empty = (
    <NoExecutions workspace={workspace.data?.slug ?? ''} workflows={(workflows.data?.items.length ?? 0) > 0} />
  );
  return (
    <div className="page page-list">
      <div className="page-head">
        <h1>Executions</h1>
      </div>
      {none ? (
        <NoWorkspace />
      ) : (
        <div className="columns">
          {!isWide && <Workflows workspace={workspace.data?.id} isFolded />}
          <ExecutionList empty={empty} />
          {isWide && <Workflows workspace={workspace.data?.id} isFolded={false} />}
        </div>
      )}
    </div>
  );
}

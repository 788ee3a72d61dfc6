import { Link } from 'react-router';
import type { WorkflowTabProps } from './types.ts';

/** Before the first execution of a workflow: how to get one. */
export function NoRuns({ workflow, mayChange }: Pick<WorkflowTabProps, 'workflow' | 'mayChange'>) {
  return (
    <div className="state">
      <h2>No executions yet</h2>
      {workflow.canRun && mayChange && (
        <p>
          Run it with the button above, or start it from a script with its id, which is in the address of this page.
        </p>
      )}
      {workflow.canRun && !mayChange && (
        <p>Nobody has run this workflow. Who may change things in this workspace can.</p>
      )}
      {!workflow.canRun && (
        <p>
          It came with a trace file, so flowprof does not know how to run it.{' '}
          {mayChange && (
            <>
              <Link to="/import">Import</Link> another file of it.
            </>
          )}
        </p>
      )}
    </div>
  );
}

import { isTerminal } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { useCancelExecution, useMayChange, useWorkflow } from '../api/queries.ts';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { isOfOthers } from '../executions/rows.ts';
import { RunAsked } from '../run/RunAsked.tsx';
import { Resume } from '../run/Resume.tsx';
import { useRun } from '../run/useRun.ts';

interface ActionsProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
}

/**
 * Cancels an execution while it runs, unless others run it. Once it has ended, has it go on where it did not complete, and runs its workflow again,
 * with the same input to begin with. Nothing for who may only read.
 */
export function Actions({ workspace, execution }: ActionsProps) {
  const ended = isTerminal(execution.status);
  const workflow = useWorkflow(workspace, ended ? execution.workflowId : undefined);
  const cancel = useCancelExecution(workspace);
  const run = useRun(workspace);
  const mayChange = useMayChange();
  const { data } = workflow;
  const error = cancel.error ?? (run.asked === null ? run.error : null);
  if (!mayChange) return null;
  return (
    <div className="actions">
      {error && (
        <span className="inline-error" role="alert">
          {error.message}
        </span>
      )}
      {!ended && !isOfOthers(execution) && (
        <Button
          className="button button-small"
          isDisabled={cancel.isPending || cancel.isSuccess}
          onPress={() => cancel.mutate(execution.id)}
        >
          <Icon name="stop" />
          {cancel.isPending || cancel.isSuccess ? 'Cancelling' : 'Cancel'}
        </Button>
      )}
      {ended && data?.canRun === true && execution.status !== 'completed' && (
        <Resume workspace={workspace} execution={execution} workflow={data} />
      )}
      {ended && data?.canRun === true && (
        <Button
          className="button button-small"
          isDisabled={run.starting !== null}
          onPress={() => run.ask(data, execution.input)}
        >
          <Icon name={run.starting === null ? 'play' : 'running'} />
          {run.starting === null ? 'Run again' : 'Starting'}
        </Button>
      )}
      <RunAsked run={run} />
    </div>
  );
}

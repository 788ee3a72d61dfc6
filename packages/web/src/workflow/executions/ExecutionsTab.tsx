import { ExecutionList } from '../../executions/ExecutionList.tsx';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';

/** The executions of a workflow, with the filters of the list of all. */
export function ExecutionsTab({ workflow, mayChange }: WorkflowTabProps) {
  return (
    <ExecutionList scope={{ workflow: workflow.id }} empty={<NoRuns workflow={workflow} mayChange={mayChange} />} />
  );
}

import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useRunWorkflow } from '../api/queries.ts';
import type { Workflow } from '../api/types.ts';

type Input = Readonly<Record<string, unknown>>;

/** A workflow whose inputs are asked for, and what its fields hold at first. */
interface Asked {
  readonly workflow: Workflow;
  readonly initial: Input;
}

/** Running workflows: asks for the inputs of those that have any, and opens the execution once it has started. */
export interface Run {
  readonly asked: Asked | null;
  /** The id of the workflow that is being started. */
  readonly starting: string | null;
  readonly error: Error | null;
  /** @param initial what the fields hold at first, in place of the defaults */
  readonly ask: (workflow: Workflow, initial?: Input) => void;
  readonly start: (workflow: Workflow, input: Input) => void;
  readonly close: () => void;
}

export function useRun(workspace: string | undefined): Run {
  const run = useRunWorkflow(workspace);
  const navigate = useNavigate();
  const [asked, setAsked] = useState<Asked | null>(null);
  const start = (workflow: Workflow, input: Input) =>
    run.mutate(
      { workflowId: workflow.id, input },
      {
        onSuccess: (execution) => {
          setAsked(null);
          void navigate(`/executions/${encodeURIComponent(execution)}`);
        },
      },
    );
  return {
    asked,
    starting: run.isPending ? run.variables.workflowId : null,
    error: run.error,
    ask: (workflow, initial = {}) => {
      run.reset();
      if (workflow.inputs.length === 0) start(workflow, {});
      else setAsked({ workflow, initial });
    },
    start,
    close: () => setAsked(null),
  };
}

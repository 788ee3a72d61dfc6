import { Button } from 'react-aria-components';
import { useMayChange, useWorkflows } from '../api/queries.ts';
import type { Workflow } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { RunAsked } from '../run/RunAsked.tsx';
import { useRun } from '../run/useRun.ts';

interface ItemProps {
  readonly workflow: Workflow;
  readonly offered: boolean;
  readonly running: boolean;
  readonly disabled: boolean;
  readonly onRun: () => void;
}

function Item({ workflow, offered, running, disabled, onRun }: ItemProps) {
  return (
    <li className="workflow">
      <div className="workflow-text">
        <bdi className="workflow-name">{workflow.name}</bdi>
        {workflow.description !== null && (
          <p className="workflow-description" title={workflow.description}>
            {workflow.description}
          </p>
        )}
      </div>
      {!workflow.canRun && <span className="workflow-description">imported</span>}
      {workflow.canRun && offered && (
        <Button
          className="button button-small"
          aria-label={`Run ${workflow.name}`}
          isDisabled={disabled}
          onPress={onRun}
        >
          <Icon name={running ? 'running' : 'play'} />
          {running ? 'Starting' : 'Run'}
        </Button>
      )}
    </li>
  );
}

interface WorkflowsProps {
  readonly workspace: string | undefined;
  /** Whether they stand above something longer and are unfolded on demand. */
  readonly isFolded: boolean;
}

/** The workflows of the workspace, each with a button that runs it and opens the execution, for who may. */
export function Workflows({ workspace, isFolded }: WorkflowsProps) {
  const workflows = useWorkflows(workspace);
  const mayRun = useMayChange();
  const run = useRun(workspace);
  const items = workflows.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="workflows" aria-labelledby="workflows-title">
      <details open={!isFolded}>
        <summary>
          <h2 id="workflows-title">Workflows</h2>
        </summary>
        {run.error && run.asked === null && (
          <p className="inline-error" role="alert">
            It could not be started: {run.error.message}
          </p>
        )}
        <ul>
          {items.map((workflow) => (
            <Item
              key={workflow.id}
              workflow={workflow}
              offered={mayRun}
              running={run.starting === workflow.id}
              disabled={run.starting !== null}
              onRun={() => run.ask(workflow)}
            />
          ))}
        </ul>
      </details>
      <RunAsked run={run} />
    </section>
  );
}

import { Suspense, useState } from 'react';
import { Button } from 'react-aria-components';
import { useResumeExecution } from '../api/queries.ts';
import type { Execution, Workflow } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { LazyRunDialog } from './RunAsked.tsx';

interface ResumeProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  readonly workflow: Workflow;
}

/** Has an execution go on that ended without completing; asks for the secret inputs again, which are not kept. */
export function Resume({ workspace, execution, workflow }: ResumeProps) {
  const resume = useResumeExecution(workspace);
  const [asks, setAsks] = useState(false);
  const secrets = workflow.inputs.filter(({ secret, name }) => secret && name in execution.input);
  const start = (given: Readonly<Record<string, unknown>>) =>
    resume.mutate({ executionId: execution.id, secrets: given }, { onSuccess: () => setAsks(false) });
  const { isPending } = resume;
  return (
    <>
      {resume.error && !asks && (
        <span className="inline-error" role="alert">
          {resume.error.message}
        </span>
      )}
      <Button
        className="button button-small"
        isDisabled={isPending}
        onPress={() => {
          resume.reset();
          if (secrets.length === 0) start({});
          else setAsks(true);
        }}
      >
        <Icon name={isPending ? 'running' : 'play'} />
        {isPending ? 'Resuming' : 'Resume'}
      </Button>
      {asks && (
        <Suspense fallback={null}>
          <LazyRunDialog
            verb="Resume"
            workflow={{ ...workflow, inputs: secrets }}
            initial={{}}
            pending={isPending}
            error={resume.error}
            onRun={start}
            onClose={() => setAsks(false)}
          />
        </Suspense>
      )}
    </>
  );
}

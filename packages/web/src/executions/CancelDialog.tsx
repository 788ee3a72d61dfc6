import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { useCancelExecution } from '../api/queries.ts';
import type { ListedExecution } from './listed.ts';
import { workflowLabel } from './rows.ts';

interface CancelDialogProps {
  readonly workspace: string | undefined;
  readonly execution: ListedExecution | null;
  readonly onClose: () => void;
}

/** Asks before an execution is cancelled from the list. */
export function CancelDialog({ workspace, execution, onClose }: CancelDialogProps) {
  const cancel = useCancelExecution(workspace);
  const name = execution === null ? '' : `${workflowLabel(execution)} #${execution.number ?? ''}`;
  const close = () => {
    cancel.reset();
    onClose();
  };
  return (
    <DialogFrame title="Cancel this execution?" isOpen={execution !== null} onClose={close}>
      <p>
        <bdi>{name}</bdi> stops where it is. What has run stays, and it can be resumed later.
      </p>
      {cancel.error && (
        <p className="inline-error" role="alert">
          {cancel.error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={close}>
          Let it run
        </Button>
        <Button
          className="button button-primary"
          isDisabled={cancel.isPending}
          onPress={() => execution && cancel.mutate(execution.id, { onSuccess: close })}
        >
          {cancel.isPending ? 'Cancelling' : 'Cancel the execution'}
        </Button>
      </div>
    </DialogFrame>
  );
}

import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** What is done, as a button says it. */
  readonly confirm: string;
  readonly isDisabled?: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmDialog({
  title,
  isOpen,
  confirm,
  isDisabled,
  onConfirm,
  onClose,
  children,
}: ConfirmDialogProps) {
  return (
    <DialogFrame title={title} isOpen={isOpen} onClose={onClose}>
      <div className="run-form">
        {children}
        <div className="dialog-actions">
          <Button className="button" onPress={onClose}>
            Cancel
          </Button>
          <Button className="button button-danger" isDisabled={isDisabled === true} onPress={onConfirm}>
            {confirm}
          </Button>
        </div>
      </div>
    </DialogFrame>
  );
}

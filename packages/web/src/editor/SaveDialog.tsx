import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { Field } from '../alerts/Field.tsx';
import { ApiError } from '../api/errors.ts';
import { problemText } from './problems.ts';
import type { Problem } from './checks.ts';

interface SaveDialogProps {
  readonly isOpen: boolean;
  readonly isNew: boolean;
  readonly problems: readonly Problem[];
  readonly isPending: boolean;
  readonly error: Error | null;
  /** What is done once it is saved, in the words of the button; null for nothing. */
  readonly then: 'run' | null;
  readonly onSave: (message: string) => void;
  readonly onClose: () => void;
}

/** Whether somebody else saved the workflow meanwhile. */
export function isConflict(error: Error | null): boolean {
  return error instanceof ApiError && error.problem === 'version_conflict';
}

function Refused({ problems, onClose }: Pick<SaveDialogProps, 'problems' | 'onClose'>) {
  return (
    <>
      <p>The server would refuse it as it is. It stays in this browser as a draft until it can be saved.</p>
      <ul className="reasons">
        {problems.slice(0, 10).map((problem, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- two problems may say the same
          <li key={`${problem.pointer} ${at}`}>{problemText(problem)}</li>
        ))}
      </ul>
      {problems.length > 10 && <p className="muted">And {problems.length - 10} more.</p>}
      <div className="dialog-actions">
        <Button className="button button-primary" onPress={onClose}>
          Back to the editor
        </Button>
      </div>
    </>
  );
}

function SaveForm({ isNew, isPending, error, then, onSave, onClose }: SaveDialogProps) {
  const [message, setMessage] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSave(message.trim());
  };
  const verb = then === 'run' ? 'Save and run' : 'Save';
  return (
    <form className="run-form" onSubmit={submit}>
      {!isNew && (
        <Field label="What has changed" help="For the list of versions. It may stay empty.">
          {(control) => (
            <input
              {...control}
              type="text"
              maxLength={500}
              value={message}
              autoComplete="off"
              // The dialog was opened to fill it in.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              onChange={(event) => setMessage(event.target.value)}
            />
          )}
        </Field>
      )}
      {isNew && <p>It becomes the first version of a new workflow.</p>}
      {error && !isConflict(error) && (
        <p className="field-problem" role="alert">
          It could not be saved: {error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={isPending}>
          {isPending ? 'Saving' : verb}
        </Button>
      </div>
    </form>
  );
}

/** Asks what has changed before a version is saved; tells the reasons where it cannot be. */
export function SaveDialog(props: SaveDialogProps) {
  const { isOpen, isNew, problems, onClose } = props;
  const title = problems.length > 0 ? 'It cannot be saved yet' : isNew ? 'Save the workflow' : 'Save a new version';
  return (
    <DialogFrame title={title} isOpen={isOpen} onClose={onClose}>
      {problems.length > 0 ? <Refused problems={problems} onClose={onClose} /> : <SaveForm {...props} />}
    </DialogFrame>
  );
}

import { formatDuration } from '@flowprof/flame';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../../alerts/DialogFrame.tsx';
import { Field } from '../../alerts/Field.tsx';
import { useNoteWork, type NoteDraft, type NoteWork } from './queries.ts';

/** As long as a note may be. */
const MOST_CHARACTERS = 4000;

interface NoteDialogProps {
  readonly workspace: string;
  readonly execution: string;
  readonly draft: NoteDraft;
  readonly onClose: () => void;
}

/** Writes a note on a stretch of time, or changes or deletes one. */
export function NoteDialog({ workspace, execution, draft, onClose }: NoteDialogProps) {
  const [text, setText] = useState(draft.text);
  const work = useNoteWork(workspace, execution);
  const run = (wanted: NoteWork) => work.mutate(wanted, { onSuccess: onClose });
  const isNew = draft.id === null;
  const when =
    draft.end > draft.start
      ? `From ${formatDuration(draft.start)} to ${formatDuration(draft.end)}`
      : `At ${formatDuration(draft.start)}`;
  return (
    <DialogFrame title={isNew ? 'Write a note' : 'Note'} isOpen onClose={onClose}>
      <form
        className="run-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') run({ save: { ...draft, text: text.trim() } });
        }}
      >
        <Field label={when} help="Plain text. Everybody who may see the execution can read it.">
          {(control) => (
            <textarea
              {...control}
              // The dialog is opened to write.
              // oxlint-disable-next-line jsx-a11y/no-autofocus
              autoFocus
              rows={5}
              maxLength={MOST_CHARACTERS}
              required
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {work.error && (
          <p className="field-problem" role="alert">
            {work.error.message}
          </p>
        )}
        <div className="dialog-actions">
          {draft.id !== null && (
            <Button
              className="button"
              isDisabled={work.isPending}
              onPress={() => draft.id !== null && run({ remove: draft.id })}
            >
              Delete
            </Button>
          )}
          <span className="spacer" />
          <Button className="button" onPress={onClose}>
            Cancel
          </Button>
          <Button type="submit" className="button button-primary" isDisabled={work.isPending || text.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </DialogFrame>
  );
}

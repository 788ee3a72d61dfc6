import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../../alerts/DialogFrame.tsx';
import { Field } from '../../alerts/Field.tsx';

interface RenameProps {
  readonly title: string;
  /** The name that it has; null while the dialog is closed. */
  readonly name: string | null;
  readonly onRename: (name: string) => void;
  readonly onClose: () => void;
}

function RenameForm({ name, onRename, onClose }: Omit<RenameProps, 'title'>) {
  const [text, setText] = useState(name ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') onRename(text.trim());
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Name" problem={text.trim() === '' ? 'Expected a name' : undefined}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={text}
            onChange={(event) => setText(event.target.value)}
            autoComplete="off"
            // The dialog was opened to fill it in.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={text.trim() === ''}>
          Rename
        </Button>
      </div>
    </form>
  );
}

/** Asks for another name. */
export function RenameDialog({ title, ...form }: RenameProps) {
  return (
    <DialogFrame title={title} isOpen={form.name !== null} onClose={form.onClose}>
      {form.name !== null && <RenameForm {...form} />}
    </DialogFrame>
  );
}

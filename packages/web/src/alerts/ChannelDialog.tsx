import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from './DialogFrame.tsx';
import { Field } from './Field.tsx';
import { useAddChannel } from './queries.ts';

interface FormProps {
  readonly workspace: string | undefined;
  readonly onClose: () => void;
}

/** What deliveries are signed with, for the one time that it is shown. */
function Secret({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div className="run-form">
      <p>
        The webhook is added. Its deliveries are signed with this secret as{' '}
        <a href="https://www.standardwebhooks.com">Standard Webhooks</a> have it. It is shown only now:
      </p>
      <pre className="command">
        <code>{secret}</code>
      </pre>
      <div className="dialog-actions">
        <Button className="button button-primary" onPress={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}

function ChannelForm({ workspace, onClose }: FormProps) {
  const add = useAddChannel(workspace);
  const [problems, setProblems] = useState<{ readonly name?: string; readonly url?: string }>({});
  if (add.data) return <Secret secret={add.data.secret} onClose={onClose} />;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const [name, url] = ['name', 'url'].map((field) => {
      const value = data.get(field);
      return typeof value === 'string' ? value.trim() : '';
    });
    const found = {
      ...(!name && { name: 'Expected a name' }),
      ...(!(url && /^https?:\/\//.test(url) && URL.canParse(url)) && { url: 'Expected an http or https address' }),
    };
    setProblems(found);
    if (name && url && Object.keys(found).length === 0) add.mutate({ name, url });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Name" problem={problems.name}>
        {(control) => (
          // The dialog was opened to fill in its first field.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          <input {...control} name="name" type="text" autoComplete="off" autoFocus />
        )}
      </Field>
      <Field
        label="Address"
        help="Private addresses are refused unless the server's FLOWPROF_ALERT_HOSTS names them"
        problem={problems.url}
      >
        {(control) => <input {...control} name="url" type="url" placeholder="https://" autoComplete="off" />}
      </Field>
      {add.error && (
        <p className="field-problem" role="alert">
          It could not be added: {add.error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={add.isPending}>
          {add.isPending ? 'Adding' : 'Add'}
        </Button>
      </div>
    </form>
  );
}

/** Asks for a webhook, and shows its secret once. */
export function ChannelDialog({ isOpen, ...form }: FormProps & { readonly isOpen: boolean }) {
  return (
    <DialogFrame title="Add a webhook" isOpen={isOpen} onClose={form.onClose}>
      {isOpen && <ChannelForm {...form} />}
    </DialogFrame>
  );
}

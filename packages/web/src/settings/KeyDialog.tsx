import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { Field } from '../alerts/Field.tsx';
import type { Me } from '../api/types.ts';
import { CopyField } from './CopyField.tsx';
import { holdFreshKey, useFreshKey } from './freshKey.ts';
import { expiryOf, LIFETIMES } from './keyForm.ts';
import { useCreateKey } from './queries.ts';
import { Problem } from './Section.tsx';
import { ROLE_WORDS, ROLES, type Role } from './types.ts';

interface FormProps {
  readonly workspace: string;
  readonly me: Me;
  readonly onClose: () => void;
}

/** What the first key changes for everyone, before it is made. */
function FirstKeyWarning({ role }: { readonly role: Role }) {
  return (
    <div className="banner banner-warning" role="note">
      <span>
        <strong>This changes who gets in.</strong> Until now nobody is asked for a key here. From the first key on every
        script, exporter and browser needs one; this page goes on with the key that you make now.
        {role !== 'admin' && (
          <>
            {' '}
            <strong>Nobody could make further keys here with the role {role}</strong>: that would take the command{' '}
            <code>flowprof keys create</code> on the server’s machine.
          </>
        )}
      </span>
    </div>
  );
}

function RoleChoice({ role, onChange }: { readonly role: Role; readonly onChange: (role: Role) => void }) {
  return (
    <fieldset className="choice">
      <legend>What it may do</legend>
      {ROLES.map((name) => (
        <label key={name} className="settings-choice">
          <input type="radio" name="role" value={name} checked={name === role} onChange={() => onChange(name)} />
          <span>
            {name} <span className="muted">{ROLE_WORDS[name]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function KeyForm({ workspace, me, onClose }: FormProps) {
  const create = useCreateKey(workspace);
  const [role, setRole] = useState<Role>(me.isLocalMode ? 'admin' : 'viewer');
  const [days, setDays] = useState<number | null>(me.isLocalMode ? null : 90);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | undefined>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProblem(name.trim() === '' ? 'Expected a name' : undefined);
    if (name.trim() === '') return;
    create.mutate({ name: name.trim(), role, expiresAt: expiryOf(days, Date.now()) }, { onSuccess: onClose });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      {me.isLocalMode && <FirstKeyWarning role={role} />}
      <Field label="Name" help="What uses it: it is all that tells keys apart later" problem={problem}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={name}
            maxLength={100}
            autoComplete="off"
            // The dialog was opened to fill in its first field.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            onChange={({ target }) => setName(target.value)}
          />
        )}
      </Field>
      <RoleChoice role={role} onChange={setRole} />
      <Field label="Counts for">
        {(control) => (
          <select
            {...control}
            value={String(days)}
            onChange={({ target }) => setDays(LIFETIMES.find(([known]) => String(known) === target.value)?.[0] ?? null)}
          >
            {LIFETIMES.map(([known, words]) => (
              <option key={words} value={String(known)}>
                {words}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Problem error={create.error} what="It was not made" />
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={create.isPending}>
          {create.isPending ? 'Making it' : me.isLocalMode ? 'Make the first key' : 'Make the key'}
        </Button>
      </div>
    </form>
  );
}

/** Asks what a new key is for, what it may do and for how long. */
export function KeyDialog({ isOpen, ...form }: FormProps & { readonly isOpen: boolean }) {
  return (
    <DialogFrame title="New API key" isOpen={isOpen} onClose={form.onClose}>
      {isOpen && <KeyForm {...form} />}
    </DialogFrame>
  );
}

function close(): void {
  holdFreshKey(null);
}

/** The text of a key that was just made, for the one time that it is told. */
export function FreshKeyDialog() {
  const key = useFreshKey();
  return (
    <DialogFrame title={`The key ${key?.name ?? ''}`} isOpen={key !== null} onClose={close}>
      {key !== null && (
        <div className="run-form">
          <p>
            This is the key. Keep it where secrets are kept: <strong>it is shown only now</strong>, and nobody can look
            it up later.
          </p>
          <CopyField label="API key" text={key.text} />
          {key.endsLocalMode && (
            <p>
              The server asks everyone for a key from now on. This tab is signed in with this one until you close it or
              sign out; then you need it to come back.
            </p>
          )}
          <div className="dialog-actions">
            <Button className="button button-primary" onPress={close}>
              I have it
            </Button>
          </div>
        </div>
      )}
    </DialogFrame>
  );
}

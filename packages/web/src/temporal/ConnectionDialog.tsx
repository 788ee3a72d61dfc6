import { useId, useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { Field } from '../alerts/Field.tsx';
import { Problem } from '../settings/Section.tsx';
import { bodyOf, draftOf, losesSecrets, problemsOf, type ConnectionDraft, type DraftField } from './connectionForm.ts';
import { useSaveConnection } from './queries.ts';
import { SecretField } from './SecretField.tsx';
import type { SecretName, TemporalConnection } from './types.ts';

interface PartProps {
  readonly draft: ConnectionDraft;
  readonly kept: ReadonlySet<SecretName>;
  readonly problems: Readonly<Partial<Record<DraftField, string>>>;
  readonly onChange: (change: Partial<ConnectionDraft>) => void;
}

type TextKey = 'name' | 'address' | 'namespace' | 'serverName' | 'codecUrl' | 'webUrl' | 'query' | 'backfillDays';

interface TextProps extends Omit<PartProps, 'kept'> {
  readonly of: TextKey;
  readonly label: string;
  readonly help?: string;
  readonly placeholder?: string;
  readonly problem?: DraftField;
  readonly isFirst?: boolean;
}

function Text({ of, label, help, placeholder, problem, isFirst = false, draft, problems, onChange }: TextProps) {
  return (
    <Field
      label={label}
      {...(help !== undefined && { help })}
      problem={problem === undefined ? undefined : problems[problem]}
    >
      {(control) => (
        <input
          {...control}
          type="text"
          value={draft[of]}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          // The dialog was opened to fill in its first field.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={isFirst}
          onChange={({ target }) => onChange({ [of]: target.value })}
        />
      )}
    </Field>
  );
}

function Tls({ draft, problems, onChange }: PartProps) {
  const problem = useId();
  return (
    <div>
      <label className="settings-choice">
        <input
          type="checkbox"
          checked={draft.tls}
          aria-invalid={problems.tls !== undefined}
          aria-describedby={problems.tls === undefined ? undefined : problem}
          onChange={({ target }) => onChange({ tls: target.checked })}
        />
        <span>
          Use TLS <span className="muted">Temporal Cloud and most servers beyond this machine expect it</span>
        </span>
      </label>
      {problems.tls !== undefined && (
        <p id={problem} className="field-problem" role="alert">
          {problems.tls}
        </p>
      )}
    </div>
  );
}

/** What nearly every connection needs. */
function Basics(props: PartProps) {
  return (
    <>
      <Text {...props} of="name" label="Name" problem="name" placeholder="Production" isFirst />
      <div className="field-pair">
        <Text {...props} of="address" label="Address" problem="address" placeholder="localhost:7233" />
        <Text {...props} of="namespace" label="Namespace" problem="namespace" />
      </div>
      <Tls {...props} />
      <SecretField {...props} of="api_key" label="API key" />
      <Text
        {...props}
        of="webUrl"
        label="Temporal’s own pages"
        help="For links from an execution to its page there; leave it empty for none"
        problem="webUrl"
        placeholder="http://localhost:8233"
      />
    </>
  );
}

/** Certificates, codec server, and what is read how. */
function Extras(props: PartProps) {
  const { draft, onChange } = props;
  return (
    <>
      <details className="connection-more" open={props.problems.client_key !== undefined || undefined}>
        <summary>Certificates</summary>
        <Text
          {...props}
          of="serverName"
          label="Name in the server’s certificate"
          help="Where it is another than that of the address"
        />
        <SecretField {...props} of="client_certificate" label="Client certificate (PEM)" isLong />
        <SecretField {...props} of="client_key" label="Client key (PEM)" problem="client_key" isLong />
        <SecretField {...props} of="server_ca" label="Authority of the server (PEM)" isLong />
      </details>
      <details className="connection-more" open={props.problems.codecUrl !== undefined || undefined}>
        <summary>Codec server</summary>
        <Text
          {...props}
          of="codecUrl"
          label="Address of the codec server"
          help="Payloads are posted to its /decode before they are stored; without one they stay as they are, encoded"
          problem="codecUrl"
          placeholder="https://"
        />
        <SecretField {...props} of="codec_authorization" label="Authorization header" />
      </details>
      <details className="connection-more" open={props.problems.backfillDays !== undefined || undefined}>
        <summary>What is read</summary>
        <Text
          {...props}
          of="query"
          label="Only executions that match"
          help="Temporal’s list filter; leave it empty for all"
          placeholder={'WorkflowType = "Order"'}
        />
        <Text {...props} of="backfillDays" label="Days to go back at first" problem="backfillDays" />
        <Field
          label="Read by"
          help={
            draft.coordinator === 'temporal'
              ? 'A workflow of flowprof’s on the task queue system-workflows-queue of that server; it goes on wherever a worker of it runs'
              : 'This server; nothing is started on the Temporal server'
          }
        >
          {(control) => (
            <select
              {...control}
              value={draft.coordinator}
              onChange={({ target }) =>
                onChange({ coordinator: target.value === 'temporal' ? 'temporal' : 'in_process' })
              }
            >
              <option value="in_process">this server</option>
              <option value="temporal">a workflow on the Temporal server</option>
            </select>
          )}
        </Field>
      </details>
    </>
  );
}

const NOTHING_KEPT: ReadonlySet<SecretName> = new Set();

interface FormProps {
  readonly workspace: string;
  /** Null for a new one. */
  readonly connection: TemporalConnection | null;
  readonly onClose: () => void;
  /** Told of what was saved. */
  readonly onSaved: (connection: TemporalConnection) => void;
}

function ConnectionForm({ workspace, connection, onClose, onSaved }: FormProps) {
  const save = useSaveConnection(workspace);
  const [draft, setDraft] = useState(() => draftOf(connection));
  const [problems, setProblems] = useState<PartProps['problems']>({});
  const kept = connection?.kept ?? NOTHING_KEPT;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = problemsOf(draft, kept);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    save.mutate({ id: connection?.id ?? null, body: bodyOf(draft) }, { onSuccess: onSaved });
  };
  const part = {
    draft,
    kept,
    problems,
    onChange: (change: Partial<ConnectionDraft>) => setDraft({ ...draft, ...change }),
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Basics {...part} />
      <Extras {...part} />
      {losesSecrets(draft, connection) && (
        <p className="banner banner-warning" role="note">
          <span>
            With another address, what is kept to prove who asks is forgotten, so that nobody can have it sent
            elsewhere. Give it anew.
          </span>
        </p>
      )}
      <Problem error={save.error} what="It was not saved" />
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={save.isPending}>
          {save.isPending ? 'Saving' : connection === null ? 'Connect' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

/** Asks where a Temporal server is and how one gets in. */
export function ConnectionDialog({ isOpen, ...form }: FormProps & { readonly isOpen: boolean }) {
  const title = form.connection === null ? 'Connect a Temporal server' : `Connection ${form.connection.name}`;
  return (
    <DialogFrame title={title} isOpen={isOpen} onClose={form.onClose}>
      {isOpen && <ConnectionForm {...form} />}
    </DialogFrame>
  );
}

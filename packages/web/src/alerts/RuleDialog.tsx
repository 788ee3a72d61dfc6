import { useId, useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import type { Workflow } from '../api/types.ts';
import { DialogFrame } from './DialogFrame.tsx';
import { Field, type ControlProps } from './Field.tsx';
import { useBaselines, useNodeKeys, useSaveRule, type Baseline, type WantedRule } from './queries.ts';
import { fieldText, KINDS_OF_RULES, readRuleForm, type KindField } from './ruleForm.ts';
import { KINDS, SEVERITIES, type Alert, type Channel, type Kind } from './types.ts';

interface FormProps {
  readonly workspace: string | undefined;
  /** Null for a new rule. */
  readonly alert: Alert | null;
  readonly workflows: readonly Workflow[];
  readonly channels: readonly Channel[];
  readonly onClose: () => void;
}

const ALL = 'all';

interface KindControlProps {
  readonly control: ControlProps;
  readonly field: KindField;
  readonly text: string;
  readonly nodesId: string;
  readonly baselines: readonly Baseline[];
}

/** A choice for what is so or not and among what there is, several lines for JSON, else one line. */
function KindControl({ control, field: { name }, text, nodesId, baselines }: KindControlProps) {
  if (name === 'baseline_id') {
    return (
      // Its choices come later than it does.
      <select {...control} key={baselines.length} name={name} defaultValue={text}>
        <option value="">the runs before</option>
        {baselines.map((baseline) => (
          <option key={baseline.id} value={baseline.id}>
            {baseline.name}
          </option>
        ))}
      </select>
    );
  }
  if (name === 'sustained') {
    return (
      <select {...control} name={name} defaultValue={text}>
        <option value="">no, each slow run counts</option>
        <option value="on">yes</option>
      </select>
    );
  }
  if (name === 'prices') return <textarea {...control} name={name} rows={4} defaultValue={text} spellCheck={false} />;
  const isNode = name === 'node';
  return (
    <input
      {...control}
      name={name}
      type="text"
      inputMode={isNode ? 'text' : 'decimal'}
      list={isNode ? nodesId : undefined}
      defaultValue={text}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** The fields of a kind of rule. */
function KindFields(props: {
  readonly kind: Kind;
  readonly config: Readonly<Record<string, unknown>> | null;
  readonly nodes: readonly string[];
  readonly baselines: readonly Baseline[];
  readonly problems: ReadonlyMap<string, string>;
}) {
  const { kind, config, nodes, baselines, problems } = props;
  const nodesId = useId();
  return (
    <>
      {KINDS_OF_RULES[kind].fields.map((field) => (
        <Field key={`${kind} ${field.name}`} label={field.label} help={field.help} problem={problems.get(field.name)}>
          {(control) => (
            <KindControl
              control={control}
              field={field}
              text={fieldText(field, config)}
              nodesId={nodesId}
              baselines={baselines}
            />
          )}
        </Field>
      ))}
      <datalist id={nodesId}>
        {nodes.map((node) => (
          <option key={node} value={node}>
            {node}
          </option>
        ))}
      </datalist>
    </>
  );
}

function ChannelChoice({ alert, channels }: Pick<FormProps, 'alert' | 'channels'>) {
  const [isAll, setAll] = useState((alert?.channelIds ?? null) === null);
  return (
    <fieldset className="field choice">
      <legend>Told to</legend>
      <label>
        <input type="checkbox" name={ALL} checked={isAll} onChange={(event) => setAll(event.target.checked)} /> every
        webhook
      </label>
      {!isAll &&
        channels.map(({ id, name }) => (
          <label key={id}>
            <input
              type="checkbox"
              name="channel"
              value={id}
              defaultChecked={alert?.channelIds?.includes(id) === true}
            />{' '}
            <bdi>{name}</bdi>
          </label>
        ))}
      {!isAll && channels.length === 0 && <p className="muted field-help">There is no webhook yet.</p>}
    </fieldset>
  );
}

/** Reads a form by the names of its fields. */
function readForm(form: HTMLFormElement, kind: Kind) {
  const data = new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === 'string' ? value : '';
  };
  const chosen = data.getAll('channel').flatMap((id) => (typeof id === 'string' ? [id] : []));
  return { workflowId: text('workflow'), read: readRuleForm(kind, text, data.has(ALL) ? null : chosen) };
}

function kindOf(alert: Alert | null): Kind {
  return KINDS.find((known) => known === alert?.kind) ?? 'duration_limit';
}

/** What rules of all kinds have. */
function SharedFields({
  alert,
  problems,
}: Pick<FormProps, 'alert'> & { readonly problems: ReadonlyMap<string, string> }) {
  return (
    <>
      <Field label="Severity">
        {(control) => (
          <select {...control} name="severity" defaultValue={alert?.severity ?? 'medium'}>
            {SEVERITIES.map((severity) => (
              <option key={severity} value={severity}>
                {severity}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="field-pair">
        <Field label="Fires after" help="breaches in a row" problem={problems.get('fire_after')}>
          {(control) => (
            <input {...control} name="fire_after" inputMode="numeric" defaultValue={alert?.fireAfter ?? 1} />
          )}
        </Field>
        <Field label="Is over after" help="fine runs in a row" problem={problems.get('resolve_after')}>
          {(control) => (
            <input {...control} name="resolve_after" inputMode="numeric" defaultValue={alert?.resolveAfter ?? 2} />
          )}
        </Field>
      </div>
    </>
  );
}

function RuleForm({ workspace, alert, workflows, channels, onClose }: FormProps) {
  const [kind, setKind] = useState<Kind>(kindOf(alert));
  const [workflowId, setWorkflow] = useState(alert?.workflowId ?? workflows[0]?.id ?? '');
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map());
  const nodes = useNodeKeys(workspace, workflowId);
  const baselines = useBaselines(workspace, workflowId);
  const save = useSaveRule(workspace);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { read } = readForm(event.currentTarget, kind);
    setProblems('problems' in read ? read.problems : new Map());
    if ('problems' in read) return;
    const wanted: WantedRule =
      alert === null
        ? { id: null, body: { ...read.body, workflow_id: workflowId, kind } }
        : { id: alert.id, body: { ...read.body, config: { ...alert.config, ...read.body.config } } };
    save.mutate(wanted, { onSuccess: onClose });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Name" problem={problems.get('name')}>
        {(control) => (
          // The dialog was opened to fill in its first field.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          <input {...control} name="name" type="text" defaultValue={alert?.name ?? ''} autoComplete="off" autoFocus />
        )}
      </Field>
      {alert === null && (
        <>
          <Field label="Workflow">
            {(control) => (
              <select {...control} value={workflowId} onChange={(event) => setWorkflow(event.target.value)}>
                {workflows.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Fires when it">
            {(control) => (
              <select
                {...control}
                value={kind}
                onChange={({ target }) => setKind(KINDS.find((known) => known === target.value) ?? kind)}
              >
                {KINDS.map((one) => (
                  <option key={one} value={one}>
                    {KINDS_OF_RULES[one].label.toLowerCase()}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
      <KindFields kind={kind} config={alert?.config ?? null} nodes={nodes} baselines={baselines} problems={problems} />
      <SharedFields alert={alert} problems={problems} />
      <ChannelChoice alert={alert} channels={channels} />
      {save.error && (
        <p className="field-problem" role="alert">
          It could not be saved: {save.error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={save.isPending || workflowId === ''}>
          {save.isPending ? 'Saving' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

interface RuleDialogProps extends Omit<FormProps, 'alert'> {
  /** `new` for a new rule, null while the dialog is closed. */
  readonly edited: Alert | 'new' | null;
}

/** Asks for what a rule is to be. */
export function RuleDialog({ edited, ...form }: RuleDialogProps) {
  const title = edited === 'new' ? 'New rule' : `Edit ${edited?.name ?? ''}`;
  return (
    <DialogFrame title={title} isOpen={edited !== null} onClose={form.onClose}>
      {edited !== null && <RuleForm alert={edited === 'new' ? null : edited} {...form} />}
    </DialogFrame>
  );
}

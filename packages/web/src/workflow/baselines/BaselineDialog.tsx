import { useState, type FormEvent } from 'react';
import { Button } from 'react-aria-components';
import { DialogFrame } from '../../alerts/DialogFrame.tsx';
import { Field } from '../../alerts/Field.tsx';
import { formatExact } from '../../format/time.ts';
import { useHistory } from '../history/queries.ts';
import { formatMs, runLabel } from '../history/words.ts';
import { readBaselineForm, type BaselineForm, type Problems } from './words.ts';

interface Wanted {
  readonly name: string;
  readonly isDefault: boolean;
  readonly madeOf: Readonly<Record<string, unknown>>;
}

interface FormProps {
  readonly workspace: string;
  readonly workflowId: string;
  /** The newest version of the workflow. */
  readonly newest: number;
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly onMake: (wanted: Wanted) => void;
  readonly onClose: () => void;
}

const KINDS = [
  ['last', 'the last runs'],
  ['version', 'the last runs of a version'],
  ['execution', 'one run'],
] as const;

interface SourceProps extends Pick<FormProps, 'workspace' | 'workflowId'> {
  readonly form: BaselineForm;
  readonly set: (change: Partial<BaselineForm>) => void;
  readonly problems: Problems;
}

/** What it is made of. */
function SourceFields({ workspace, workflowId, form, set, problems }: SourceProps) {
  const { data: history } = useHistory({ workspace, workflowId }, { runs: 50, version: null });
  return (
    <>
      <Field label="Made of">
        {(control) => (
          <select
            {...control}
            value={form.kind}
            onChange={(event) => set({ kind: KINDS.find(([kind]) => kind === event.target.value)?.[0] ?? 'last' })}
          >
            {KINDS.map(([kind, text]) => (
              <option key={kind} value={kind}>
                {text}
              </option>
            ))}
          </select>
        )}
      </Field>
      {form.kind !== 'execution' && (
        <Field label="How many runs" help="Only those that completed count" problem={problems.runs}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              value={form.runs}
              onChange={(event) => set({ runs: event.target.value })}
            />
          )}
        </Field>
      )}
      {form.kind === 'version' && (
        <Field label="Version" problem={problems.version}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              value={form.version}
              onChange={(event) => set({ version: event.target.value })}
            />
          )}
        </Field>
      )}
      {form.kind === 'execution' && (
        <Field label="Run" problem={problems.execution}>
          {(control) => (
            <select {...control} value={form.execution} onChange={(event) => set({ execution: event.target.value })}>
              <option value="">Choose a run</option>
              {(history?.runs ?? []).toReversed().map((run) => (
                <option key={run.id} value={run.id}>
                  {runLabel(run)}, {formatMs(run.makespan)}
                  {run.startedAt !== null && `, ${formatExact(run.startedAt)}`}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

function NewBaseline({ workspace, workflowId, newest, isPending, error, onMake, onClose }: FormProps) {
  const [form, setForm] = useState<BaselineForm>({
    name: '',
    kind: 'last',
    runs: '20',
    version: String(newest),
    execution: '',
  });
  const [isDefault, setDefault] = useState(true);
  const [problems, setProblems] = useState<Problems>({});
  const set = (change: Partial<BaselineForm>) => setForm((before) => ({ ...before, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readBaselineForm(form);
    setProblems('problems' in read ? read.problems : {});
    if ('madeOf' in read) onMake({ name: form.name.trim(), isDefault, madeOf: read.madeOf });
  };
  return (
    <form className="run-form" onSubmit={submit} noValidate>
      <Field label="Name" problem={problems.name}>
        {(control) => (
          <input
            {...control}
            type="text"
            value={form.name}
            onChange={(event) => set({ name: event.target.value })}
            autoComplete="off"
            // The dialog was opened to fill in its first field.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
          />
        )}
      </Field>
      <SourceFields workspace={workspace} workflowId={workflowId} form={form} set={set} problems={problems} />
      <label className="check">
        <input type="checkbox" checked={isDefault} onChange={(event) => setDefault(event.target.checked)} />
        Compare with it by default
      </label>
      {error && (
        <p className="field-problem" role="alert">
          It could not be made: {error.message}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onClose}>
          Cancel
        </Button>
        <Button className="button button-primary" type="submit" isDisabled={isPending}>
          {isPending ? 'Making' : 'Create'}
        </Button>
      </div>
    </form>
  );
}

/** Asks what a new baseline is made of. */
export function BaselineDialog({ isOpen, ...form }: FormProps & { readonly isOpen: boolean }) {
  return (
    <DialogFrame title="New baseline" isOpen={isOpen} onClose={form.onClose}>
      {isOpen && <NewBaseline {...form} />}
    </DialogFrame>
  );
}

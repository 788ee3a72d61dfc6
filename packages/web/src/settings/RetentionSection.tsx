import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { Field } from '../alerts/Field.tsx';
import { formatExact } from '../format/time.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { useRetention, useSaveRetention } from './queries.ts';
import {
  consequencesOf,
  draftOfRetention,
  removesMore,
  retentionOf,
  SIZE_UNITS,
  sizeWords,
  type LimitDraft,
  type RetentionDraft,
} from './retentionForm.ts';
import { Loaded, OnlyAdmins, Problem, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';
import type { Retention, RetentionState } from './types.ts';

interface LimitFieldsProps {
  readonly title: string;
  readonly about: string;
  readonly draft: LimitDraft;
  readonly problems: { readonly days: string | undefined; readonly size: string | undefined };
  readonly onChange: (draft: LimitDraft) => void;
}

function LimitFields({ title, about, draft, problems, onChange }: LimitFieldsProps) {
  const id = useId();
  return (
    <fieldset className="settings-group" aria-describedby={id}>
      <legend>{title}</legend>
      <p id={id} className="muted field-help">
        {about}
      </p>
      <div className="field-pair">
        <Field label="For so many days" problem={problems.days}>
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode="numeric"
              placeholder="no limit"
              value={draft.days}
              onChange={({ target }) => onChange({ ...draft, days: target.value })}
            />
          )}
        </Field>
        <Field label="And so much" problem={problems.size}>
          {(control) => (
            <span className="settings-size">
              <input
                {...control}
                type="text"
                inputMode="decimal"
                placeholder="no limit"
                value={draft.size}
                onChange={({ target }) => onChange({ ...draft, size: target.value })}
              />
              <select
                className="select"
                aria-label={`Unit of size, ${title}`}
                value={draft.unit}
                onChange={({ target }) =>
                  onChange({ ...draft, unit: SIZE_UNITS.find((unit) => unit === target.value) ?? draft.unit })
                }
              >
                {SIZE_UNITS.map((unit) => (
                  <option key={unit}>{unit}</option>
                ))}
              </select>
            </span>
          )}
        </Field>
      </div>
    </fieldset>
  );
}

function Consequences({ retention, state }: { readonly retention: Retention; readonly state: RetentionState }) {
  return (
    <ul className="settings-consequences">
      {consequencesOf(retention, state).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function RetentionForm({ workspace, state }: { readonly workspace: string; readonly state: RetentionState }) {
  const save = useSaveRetention(workspace);
  const [draft, setDraft] = useState<RetentionDraft>(() => draftOfRetention(state.retention));
  const [isAsking, setAsking] = useState(false);
  const { retention, problems } = retentionOf(draft);
  const isChanged = retention !== null && JSON.stringify(retention) !== JSON.stringify(state.retention);
  const send = () => {
    setAsking(false);
    if (retention !== null) save.mutate(retention);
  };
  return (
    <form
      className="settings-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isChanged) return;
        if (removesMore(state.retention, retention)) setAsking(true);
        else send();
      }}
    >
      <LimitFields
        title="Rows"
        about="Spans and journals of executions that have ended, as rows for SQL. Charts and profiles do not need them."
        draft={draft.rows}
        problems={{ days: problems['rows days'], size: problems['rows size'] }}
        onChange={(rows) => setDraft({ ...draft, rows })}
      />
      <LimitFields
        title="Executions"
        about="Whole executions with their trace, which charts, profiles and exports are made of."
        draft={draft.profiles}
        problems={{ days: problems['profiles days'], size: problems['profiles size'] }}
        onChange={(profiles) => setDraft({ ...draft, profiles })}
      />
      {retention !== null && (
        <section aria-label="What this does">
          <h2>What this does</h2>
          <Consequences retention={retention} state={state} />
        </section>
      )}
      <Problem error={save.error} what="It was not saved" />
      <div className="settings-actions">
        <Button className="button button-primary" type="submit" isDisabled={!isChanged || save.isPending}>
          {save.isPending ? 'Saving' : 'Save'}
        </Button>
        <output className="muted">{save.isSuccess && !isChanged ? 'Saved.' : ''}</output>
      </div>
      <ConfirmDialog
        title="Remove more than before?"
        isOpen={isAsking}
        confirm="Save and remove"
        onClose={() => setAsking(false)}
        onConfirm={send}
      >
        <p>What exceeds the limits goes in the background within a quarter of an hour, and does not come back.</p>
        {retention !== null && <Consequences retention={retention} state={state} />}
      </ConfirmDialog>
    </form>
  );
}

function LastRun({ lastRun }: Pick<RetentionState, 'lastRun'>) {
  if (lastRun === null || lastRun.startedAt === null) return <p className="muted">Nothing was removed so far.</p>;
  const { startedAt, endedAt, trimmedExecutions, removedRows, removedExecutions } = lastRun;
  return (
    <p className="muted">
      Last looked at {formatExact(startedAt)}
      {endedAt === null ? ', and under way or cut off' : ''}: {removedRows} rows of {trimmedExecutions} executions
      removed, {removedExecutions} executions deleted.
    </p>
  );
}

/** How much a workspace keeps for how long, and what that removes. */
export function RetentionSection({ workspace, role }: SectionProps) {
  const asked = useRetention(workspace.id);
  return (
    <Section
      title="Retention"
      about="How much of what ran is kept, and for how long. What exceeds a limit goes, the oldest first; what runs never does, nor do baselines."
    >
      <Loaded asked={asked} what="The settings">
        {(state) => (
          <>
            <dl className="settings-facts">
              <div>
                <dt>Rows stored</dt>
                <dd>{sizeWords(state.rowsBytes)}</dd>
              </div>
              <div>
                <dt>Traces stored</dt>
                <dd>{sizeWords(state.profilesBytes)}</dd>
              </div>
              <div>
                <dt>Limits</dt>
                <dd>{state.updatedAt === null ? 'as installed' : `set ${formatExact(state.updatedAt)}`}</dd>
              </div>
            </dl>
            <LastRun lastRun={state.lastRun} />
            {role === 'admin' ? (
              <RetentionForm key={state.updatedAt} workspace={workspace.id} state={state} />
            ) : (
              <>
                <h2>What goes</h2>
                <Consequences retention={state.retention} state={state} />
                <OnlyAdmins what="change what is kept" />
              </>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

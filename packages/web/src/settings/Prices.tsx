import type { PriceTable } from '@flowprof/model';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { ConfirmDialog } from './ConfirmDialog.tsx';
import { areProblems, draftOf, EMPTY_LINE, tableOf, type PriceProblems, type PricesDraft } from './prices.ts';
import { PriceLines } from './PriceLines.tsx';
import { usePrices, useSavePrices } from './queries.ts';
import { Loaded, OnlyAdmins, Problem, Section } from './Section.tsx';
import type { SectionProps } from './section-props.ts';

const RUNTIME_COLUMNS = ['An hour', 'A second', 'An attempt'];
const MODEL_COLUMNS = ['Input', 'Output', 'Cached input'];

interface EditorProps {
  readonly draft: PricesDraft;
  readonly problems: PriceProblems;
  readonly isReadOnly: boolean;
  readonly onChange: (draft: PricesDraft) => void;
}

function Editor({ draft, problems, isReadOnly, onChange }: EditorProps) {
  return (
    <>
      <label className="settings-currency">
        Currency
        <input
          className="field-input"
          value={draft.currency}
          maxLength={3}
          readOnly={isReadOnly}
          aria-invalid={problems.has('currency')}
          onChange={({ target }) => onChange({ ...draft, currency: target.value })}
        />
        {problems.has('currency') && <span className="field-problem">{problems.get('currency')}</span>}
      </label>
      <PriceLines
        title="Run time, by the type of a node"
        help="Time counts from start to end without waits; a price of an attempt counts each time that a node is tried."
        nameLabel="Node type"
        columns={RUNTIME_COLUMNS}
        lines={draft.types}
        where="type"
        {...{ problems, isReadOnly }}
        onChange={(types) => onChange({ ...draft, types })}
      />
      <PriceLines
        title="Run time of all other types"
        help="Also of spans that are no nodes. Empty: they have no price, and are named as such."
        nameLabel={null}
        columns={RUNTIME_COLUMNS}
        lines={[draft.others]}
        where="others"
        {...{ problems, isReadOnly }}
        onChange={([others = EMPTY_LINE]) => onChange({ ...draft, others })}
      />
      <PriceLines
        title="Tokens of models, per million"
        help="By a model’s name, or its beginning with a * behind, as in small-*. The longest that fits counts."
        nameLabel="Model"
        columns={MODEL_COLUMNS}
        lines={draft.models}
        where="model"
        {...{ problems, isReadOnly }}
        onChange={(models) => onChange({ ...draft, models })}
      />
    </>
  );
}

const NO_PROBLEMS: PriceProblems = new Map();

function PricesForm({ workspace, prices }: { readonly workspace: string; readonly prices: PriceTable | null }) {
  const save = useSavePrices(workspace);
  const [draft, setDraft] = useState(() => draftOf(prices));
  const [problems, setProblems] = useState(NO_PROBLEMS);
  const [isAsking, setAsking] = useState(false);
  const submit = () => {
    const table = tableOf(draft);
    setProblems(areProblems(table) ? table : NO_PROBLEMS);
    if (!areProblems(table)) save.mutate(table);
  };
  return (
    <form
      className="settings-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Editor
        draft={draft}
        problems={problems}
        isReadOnly={false}
        onChange={(next) => {
          save.reset();
          setDraft(next);
        }}
      />
      {problems.size > 0 && (
        <p className="field-problem" role="alert">
          {problems.size === 1 ? 'One line is' : `${problems.size} lines are`} not right yet; nothing was saved.
        </p>
      )}
      <Problem error={save.error} what="It was not saved" />
      <div className="settings-actions">
        <Button className="button button-primary" type="submit" isDisabled={save.isPending}>
          {save.isPending ? 'Saving' : 'Save'}
        </Button>
        {prices !== null && (
          <Button className="button" onPress={() => setAsking(true)}>
            <Icon name="cross" />
            Remove the price list
          </Button>
        )}
        <output className="muted">{save.isSuccess ? 'Saved. It counts for earlier executions too.' : ''}</output>
      </div>
      <ConfirmDialog
        title="Remove the price list?"
        isOpen={isAsking}
        confirm="Remove"
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          save.mutate(null, { onSuccess: () => setDraft(draftOf(null)) });
        }}
      >
        <p>Nothing is said of cost any more, and alert rules on cost that use it have nothing to go by.</p>
      </ConfirmDialog>
    </form>
  );
}

/** What run time and tokens cost. */
export function Prices({ workspace, role }: SectionProps) {
  const asked = usePrices(workspace.id);
  return (
    <Section
      title="Prices"
      about="What the run time of nodes and the tokens of models cost. flowprof knows no prices of its own, since they would be wrong soon."
    >
      <Loaded asked={asked} what="The price list">
        {(prices) => {
          if (role === 'admin') return <PricesForm workspace={workspace.id} prices={prices} />;
          return (
            <>
              {prices === null ? (
                <p>There is no price list, so nothing is said of cost.</p>
              ) : (
                <Editor draft={draftOf(prices)} problems={NO_PROBLEMS} isReadOnly onChange={() => undefined} />
              )}
              <OnlyAdmins what="change prices" />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

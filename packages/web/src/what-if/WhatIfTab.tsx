import '../styles/what-if.css';
import type { Trace, WhatIfChange } from '@flowprof/model';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Link, useSearchParams } from 'react-router';
import { BROWSER_KEPT } from '../api/storage.ts';
import { useTrace } from '../api/queries.ts';
import { saveFile } from '../api/saveFile.ts';
import { isPassing } from '../api/errors.ts';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { ErrorState } from '../components/Notice.tsx';
import { findDraft } from '../editor/draft.ts';
import { inOrder, readText } from '../editor/jsonText.ts';
import { definitionOf } from '../editor/queries.ts';
import { formatExact } from '../format/time.ts';
import { NoRuns } from '../workflow/NoRuns.tsx';
import type { WorkflowTabProps } from '../workflow/types.ts';
import { AddChange } from './AddChange.tsx';
import { readWhatIf, RUN_CHOICES, whatIfQuery, type WhatIfState } from './address.ts';
import { traceOfChart } from './chart.ts';
import { Changes, Suggestions } from './Changes.tsx';
import { Charts } from './Charts.tsx';
import { namesIn, type Names } from './form.ts';
import { useCompleted, usePrediction } from './queries.ts';
import { Result } from './Result.tsx';
import { predictableChanges, type Predictable } from './structure.ts';
import type { Prediction } from './types.ts';

const NO_NAMES: Names = { nodes: [], types: [], phases: [] };

/** What is unsaved in the editor of the workflow, as changes; null where nothing is. */
function useDraftChanges(workflow: WorkflowTabProps['workflow']): Predictable | null {
  const { id, definition } = workflow;
  const [draft] = useState(() => findDraft(BROWSER_KEPT, id));
  return useMemo(() => {
    const read = draft && readText(draft.text);
    if (!read || !('file' in read)) return null;
    return predictableChanges(inOrder(definitionOf({ definition })), read.file);
  }, [draft, definition]);
}

interface OfDraftProps {
  readonly draft: Predictable;
  readonly onUse: (changes: readonly WhatIfChange[]) => void;
}

/** What the editor has unsaved, and what of it no past run can tell. */
function OfDraft({ draft, onUse }: OfDraftProps) {
  if (draft.changes.length === 0 && draft.left.length === 0) return null;
  return (
    <section className="of-draft" aria-label="Your unsaved edit">
      <h3>Your unsaved edit</h3>
      {draft.changes.length > 0 && (
        <Button className="button button-small" onPress={() => onUse(draft.changes)}>
          Predict it
        </Button>
      )}
      {draft.left.length > 0 && (
        <>
          <p className="muted">No past run tells what these come to:</p>
          <ul className="reasons muted">
            {draft.left.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface ChoiceProps {
  readonly executions: readonly Execution[];
  readonly execution: string;
  readonly state: WhatIfState;
  readonly onChange: (change: Partial<WhatIfState>) => void;
}

/** Of which execution, and over how many. */
function Choice({ executions, execution, state, onChange }: ChoiceProps) {
  const isListed = executions.some(({ id }) => id === execution);
  return (
    <div className="what-if-choice">
      <label>
        <span>Execution</span>
        <select className="select" value={execution} onChange={({ target }) => onChange({ execution: target.value })}>
          {!isListed && <option value={execution}>the one that was asked for</option>}
          {executions.map(({ id, number, startedAt }) => (
            <option key={id} value={id}>
              #{number ?? '?'}
              {startedAt !== null && `, ${formatExact(startedAt)}`}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Over the last</span>
        <select
          className="select"
          value={state.runs}
          onChange={({ target }) => onChange({ runs: Number(target.value) })}
        >
          {RUN_CHOICES.map((runs) => (
            <option key={runs} value={runs}>
              {runs === 1 ? 'run alone' : `${runs} runs`}
            </option>
          ))}
        </select>
      </label>
      <Link className="button button-small" to={`/executions/${encodeURIComponent(execution)}`}>
        Open the execution
      </Link>
    </div>
  );
}

/** The charts, once both traces are there. */
function Pictures({ trace, prediction }: { readonly trace: Trace; readonly prediction: Prediction }) {
  const { chart, before, after, observed, predicted } = prediction;
  const made = useMemo(() => chart && traceOfChart(chart), [chart]);
  if (made === null || chart === null) return null;
  const isCut = chart.any('truncated') !== null;
  return (
    <>
      <div className="list-head">
        <h2>Observed and predicted</h2>
        <Button
          className="button button-small"
          onPress={() =>
            saveFile(new Blob([JSON.stringify(chart.plain())], { type: 'application/json' }), 'predicted.json')
          }
        >
          <Icon name="download" />
          Export the prediction
        </Button>
      </div>
      {isCut && <p className="muted">Of the prediction the longest 20,000 spans are drawn.</p>}
      <Charts
        observed={trace}
        predicted={made}
        before={before.path}
        after={after.path}
        makespans={{ observed, predicted }}
      />
    </>
  );
}

interface AskedProps extends WorkflowTabProps {
  readonly executions: readonly Execution[];
  readonly execution: string;
  readonly state: WhatIfState;
  readonly onChange: (change: Partial<WhatIfState>) => void;
}

function Asked({ workspace, workflow, executions, execution, state, onChange }: AskedProps) {
  const { changes, runs } = state;
  const trace = useTrace(workspace, execution, 'completed');
  const helping = usePrediction(workspace, execution, { changes: [], runs: 1, suggest: true });
  const asked = usePrediction(workspace, execution, { changes, runs, suggest: false });
  const draft = useDraftChanges(workflow);
  const names = useMemo(() => (trace.data ? namesIn(trace.data) : NO_NAMES), [trace.data]);
  const add = (change: WhatIfChange): void => onChange({ changes: [...changes, change] });
  const isRefused = asked.error !== null && !isPassing(asked.error);
  return (
    <div className="what-if">
      <div className="what-if-main">
        {isRefused && (
          <div className="banner banner-error" role="alert">
            <Icon name="warning" />
            <span>It cannot be predicted: {asked.error.message}</span>
          </div>
        )}
        {asked.error && !isRefused && (
          <ErrorState error={asked.error} what="The prediction" onRetry={() => void asked.refetch()} />
        )}
        {!asked.data && !asked.error && <span className="skeleton skeleton-chart" aria-busy="true" />}
        {asked.data && <Result prediction={asked.data} isStale={asked.isPlaceholderData || isRefused} />}
        {asked.data && trace.data && <Pictures trace={trace.data} prediction={asked.data} />}
        {trace.error && !trace.data && (
          <ErrorState error={trace.error} what="The chart of the execution" onRetry={() => void trace.refetch()} />
        )}
      </div>
      <div className="what-if-side">
        <Choice executions={executions} execution={execution} state={state} onChange={onChange} />
        {draft && <OfDraft draft={draft} onUse={(made) => onChange({ changes: made })} />}
        <section aria-label="What is different">
          <h2>What is different</h2>
          <Changes
            changes={changes}
            onRemove={(at) => onChange({ changes: changes.filter((_, index) => index !== at) })}
            onClear={() => onChange({ changes: [] })}
          />
        </section>
        {helping.data && <Suggestions suggestions={helping.data.suggestions} changes={changes} onAdd={add} />}
        <AddChange names={names} limits={helping.data?.knownLimits ?? []} onAdd={add} />
      </div>
    </div>
  );
}

/** What an execution of the workflow would have taken with some changes. */
export function WhatIfTab(props: WorkflowTabProps) {
  const { workspace, workflow } = props;
  const [params, setParams] = useSearchParams();
  const state = useMemo(() => readWhatIf(params), [params]);
  const completed = useCompleted(workspace, workflow.id);
  const change = (made: Partial<WhatIfState>): void =>
    setParams(new URLSearchParams(whatIfQuery({ ...state, ...made })), { replace: true });
  if (completed.error && !completed.data) {
    return (
      <ErrorState error={completed.error} what="The list of executions" onRetry={() => void completed.refetch()} />
    );
  }
  if (!completed.data) return <span className="skeleton skeleton-chart" aria-busy="true" />;
  const execution = state.execution ?? completed.data[0]?.id ?? null;
  if (execution === null) return <NoRuns {...props} />;
  return <Asked {...props} executions={completed.data} execution={execution} state={state} onChange={change} />;
}

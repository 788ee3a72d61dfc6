import '@flowprof/flame/profiler.css';
import '../../styles/profiler.css';
import { createProfilerStore, WorkflowProfilerPanel, type ProfilerStore } from '@flowprof/flame/react';
import type { PriceTable, Trace } from '@flowprof/model';
import { useEffect, useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { ErrorState, LostConnection } from '../../components/Notice.tsx';
import { usePrices } from '../../settings/queries.ts';
import { NoRuns } from '../NoRuns.tsx';
import type { WorkflowTabProps } from '../types.ts';
import { useEndedRuns, useRunTrace } from './queries.ts';
import { runBefore, runsOf, selectedRun } from './runs.ts';

/** A run of more spans is not worked out here, where it would hold the page up. */
const MOST_SPANS = 50_000;

/** Fills a store with traces as they come; those that are too large stay out. */
function useFilledStore(
  workflowId: string,
  prices: PriceTable | null,
  traces: readonly (readonly [id: string | null, trace: Trace | undefined])[],
  baselineId: string | null,
): ProfilerStore {
  const store = useMemo(() => createProfilerStore({ storage: null, prices }), [prices]);
  useEffect(() => {
    for (const [runId, trace] of traces) {
      if (runId === null || trace === undefined || trace.spans.length > MOST_SPANS) continue;
      if (store.getProfile(workflowId, runId) === null) store.addTrace(trace, { workflowId, runId });
    }
    if (store.getSnapshot(workflowId).baselineId !== baselineId) store.setBaseline(workflowId, baselineId);
  });
  return store;
}

function Pending({ id, trace, error }: { id: string | null; trace: Trace | undefined; error: Error | null }) {
  if (trace !== undefined && trace.spans.length > MOST_SPANS) {
    return (
      <div className="state">
        <h2>This execution is too large for this view</h2>
        <p>It has {trace.spans.length.toLocaleString()} spans. Its own page shows all of them.</p>
        <div className="state-actions">
          <Link className="button" to={`/executions/${id ?? ''}`}>
            Open the execution
          </Link>
        </div>
      </div>
    );
  }
  if (error !== null) return <ErrorState error={error} what="The execution" onRetry={() => location.reload()} />;
  return <output className="skeleton skeleton-chart" aria-busy="true" aria-label="The execution is loading" />;
}

/** What the executions of a workflow show, one at a time and against a baseline. Which is in the address. */
export function ProfilerTab({ workspace, workflow, mayChange }: WorkflowTabProps) {
  const [params, setParams] = useSearchParams();
  const listed = useEndedRuns(workspace, workflow.id);
  const runs = useMemo(() => runsOf(listed.data ?? []), [listed.data]);
  const selectedId = selectedRun(runs, params.get('run'));
  const baselineId = params.get('baseline');
  const beforeId = runBefore(runs, selectedId);
  const prices = usePrices(workspace);
  const [selected, before, baseline] = [
    useRunTrace(workspace, selectedId),
    useRunTrace(workspace, beforeId),
    useRunTrace(workspace, baselineId),
  ];
  const store = useFilledStore(
    workflow.id,
    prices.data ?? null,
    [
      [selectedId, selected.data],
      [beforeId, before.data],
      [baselineId, baseline.data],
    ],
    baselineId,
  );
  const set = (name: 'run' | 'baseline', value: string | null) =>
    setParams((all) => {
      if (value === null) all.delete(name);
      else all.set(name, value);
      return all;
    });
  const retry = () => void listed.refetch();
  if (listed.error && !listed.data) return <ErrorState error={listed.error} what="The executions" onRetry={retry} />;
  if (!listed.data) return <output className="skeleton skeleton-chart" aria-busy="true" aria-label="Loading" />;
  if (runs.length === 0) return <NoRuns workflow={workflow} mayChange={mayChange} />;
  return (
    <>
      {listed.error && <LostConnection loadedAt={listed.dataUpdatedAt} onRetry={retry} />}
      <p className="profiler-open muted">
        One execution at a time, worked out in this browser.{' '}
        <Link to={`/executions/${selectedId ?? ''}`}>Open its flame chart</Link>
      </p>
      <WorkflowProfilerPanel
        className="profiler-panel"
        workflowId={workflow.id}
        store={store}
        canRecord={false}
        runs={runs}
        selectedRunId={selectedId}
        onSelectRun={(id) => set('run', id)}
        onBaseline={(id) => set('baseline', id)}
        pending={<Pending id={selectedId} trace={selected.data} error={selected.error} />}
      />
    </>
  );
}

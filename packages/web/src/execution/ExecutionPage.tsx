import { asMicros, isTerminal, type Micros, type Trace } from '@flowprof/model';
import { lazy, Suspense, useMemo, useReducer } from 'react';
import { Link, useParams } from 'react-router';
import { useExecution, useTimeline, useTrace, useWorkspace } from '../api/queries.ts';
import type { Execution, Timeline } from '../api/types.ts';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { isOfFile, isOfOthers, isOfTemporal, workflowLabel } from '../executions/rows.ts';
import { useWatch } from '../live/useWatch.ts';
import type { WatchState } from '../live/follower.ts';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { useLateNews } from '../temporal/useLateNews.ts';
import { Actions } from './Actions.tsx';
import { ChartWorker } from './chartWorker.ts';
import { CompareMenu } from './CompareMenu.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { ForecastLine } from './ForecastLine.tsx';
import { Header } from './Header.tsx';
import { useAnalysis } from './useAnalysis.ts';
import { useUrlState } from './useUrlState.ts';
import { Views } from './Views.tsx';
import { latestKnown } from './wholeRun.ts';

const TemporalStrip = lazy(async () => ({ default: (await import('../temporal/TemporalStrip.tsx')).TemporalStrip }));

function AllExecutions() {
  return (
    <Link className="button" to="/">
      All executions
    </Link>
  );
}

/** In place of the page while its first data are on the way. */
function Skeleton() {
  return (
    <output className="page page-execution" aria-label="Loading the execution">
      <span className="skeleton skeleton-title" />
      <span className="skeleton skeleton-bar" />
      <span className="skeleton skeleton-chart" />
    </output>
  );
}

/** The present in microseconds from the execution's start; null once nothing runs any more. */
function presentOf(execution: Execution, now: number): Micros | null {
  if (isTerminal(execution.status) || execution.startedAt === null) return null;
  return asMicros(Math.max(0, Math.round((now - execution.startedAt) * 1000)));
}

/** Whether more may come of an execution by itself. What came as a file stands as it was when that was written. */
function isLive(execution: Execution): boolean {
  return !isTerminal(execution.status) && !isOfFile(execution);
}

function makeChartWorker(): Worker {
  return new Worker(new URL('./layoutWorker.ts', import.meta.url), { type: 'module', name: 'layout' });
}

/** Where it is answered how it would have gone otherwise. */
function whatIfOf({ id, workflowId }: Execution): string {
  const query = new URLSearchParams({ tab: 'what-if', execution: id });
  return `/workflows/${encodeURIComponent(workflowId)}?${query}`;
}

interface LoadedProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  /** Whether all of that has come, and not only what a list says of it. */
  readonly isWhole: boolean;
  readonly trace: Trace | undefined;
  readonly timeline: Timeline | undefined;
  readonly watch: WatchState | null;
  readonly error: Error | null;
  readonly loadedAt: number;
  readonly onRetry: () => void;
}

function Loaded({ workspace, execution, isWhole, trace, timeline, watch, error, loadedAt, onRetry }: LoadedProps) {
  useTitle(`${workflowLabel(execution)}${execution.number === null ? '' : ` #${execution.number}`}`);
  const address = useUrlState();
  const isStill = isOfFile(execution);
  const now = useNow(isLive(execution) ? 250 : 15_000);
  useLateNews(workspace, execution, now);
  const written = useMemo(() => (isStill && trace ? latestKnown(trace) : null), [isStill, trace]);
  const present = isStill ? written : presentOf(execution, now);
  const [isThere, tellThere] = useReducer(() => true, false);
  // Once for each trace, and up to the moment when it came.
  const analysis = useAnalysis(trace, isStill ? written : presentOf(execution, loadedAt), isThere);
  const makespan = analysis?.makespan ?? null;

  return (
    <div className="page page-execution">
      <Header execution={execution} watch={watch} makespanMs={makespan === null ? null : makespan / 1000} now={now}>
        <div className="actions">
          <Actions workspace={workspace} execution={execution} />
          {isTerminal(execution.status) && (
            <Link className="button button-small" to={whatIfOf(execution)}>
              What if?
            </Link>
          )}
          <CompareMenu workspace={workspace} execution={execution} />
          <ExportMenu workspace={workspace} execution={execution} />
        </div>
      </Header>
      {isOfTemporal(execution) && (
        <Suspense fallback={<div className="skeleton skeleton-strip" />}>
          <TemporalStrip workspace={workspace} execution={execution} isWhole={isWhole} now={now} />
        </Suspense>
      )}
      <ForecastLine workspace={workspace} execution={execution} now={now} />
      {error && <LostConnection loadedAt={loadedAt} onRetry={onRetry} />}
      <ChartWorker value={makeChartWorker}>
        <Views
          trace={trace}
          analysis={analysis}
          status={execution.status}
          error={execution.error}
          steps={timeline?.steps ?? []}
          present={present}
          address={address}
          onThere={tellThere}
          source={workspace === undefined ? null : { workspace, execution }}
        />
      </ChartWorker>
    </div>
  );
}

function ExecutionById({ id }: { readonly id: string }) {
  const workspace = useWorkspace();
  const execution = useExecution(workspace.data?.id, id);
  const status = execution.data?.status;
  const trace = useTrace(workspace.data?.id, id, status);
  const timeline = useTimeline(workspace.data?.id, id, status);
  const watch = useWatch({
    workspace: workspace.data?.id,
    workflow: execution.data?.workflowId,
    execution: id,
    isOn: execution.data !== undefined && isLive(execution.data),
    tellsAll: execution.data !== undefined && !isOfOthers(execution.data),
  });
  const error = workspace.error ?? execution.error ?? trace.error ?? timeline.error;
  const retry = () => {
    for (const query of [workspace, execution, trace, timeline]) if (query.error) void query.refetch();
  };
  if (error && (!execution.data || (trace.error && !trace.data))) {
    return (
      <ErrorState error={error} what="The execution" onRetry={retry}>
        <AllExecutions />
      </ErrorState>
    );
  }
  if (!execution.data) return <Skeleton />;
  return (
    <Loaded
      workspace={workspace.data?.id}
      execution={execution.data}
      isWhole={!execution.isPlaceholderData}
      trace={trace.data}
      timeline={timeline.data}
      watch={watch}
      error={error}
      loadedAt={trace.dataUpdatedAt || execution.dataUpdatedAt}
      onRetry={retry}
    />
  );
}

/** One execution: how it went, where its time went, its flame chart, steps and insights. */
export function ExecutionPage() {
  const { id = '' } = useParams();
  return <ExecutionById key={id} id={id} />;
}

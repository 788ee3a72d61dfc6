import { asMicros, isFailure, isTerminal, type Cause, type Micros, type Trace } from '@flowprof/model';
import { useDeferredValue, useMemo, useState, type ComponentProps } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { Link, useParams } from 'react-router';
import { useExecution, useTimeline, useTrace, useWorkspace } from '../api/queries.ts';
import type { Execution, Timeline } from '../api/types.ts';
import { ErrorState, LostConnection } from '../components/Notice.tsx';
import { workflowLabel } from '../executions/rows.ts';
import { useNow } from '../shell/useNow.ts';
import { useTitle } from '../shell/useTitle.ts';
import { Actions } from './Actions.tsx';
import { AccountingBar } from './AccountingBar.tsx';
import { analysePage, type PageAnalysis } from './analysis.ts';
import { ChartPanel } from './ChartPanel.tsx';
import { highlightOf } from './evidence.ts';
import { FailureBanner } from './FailureBanner.tsx';
import { Header } from './Header.tsx';
import { Insights } from './Insights.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { failureOf, spanIdOrNull } from './spanDetails.ts';
import { SpansTable } from './SpansTable.tsx';
import { StepsTable } from './StepsTable.tsx';
import { labelOfStep, rowsOfSteps, spanOfStep, stepTimesOf } from './stepTimes.ts';
import { TABS } from './urlState.ts';
import { useUrlState } from './useUrlState.ts';
import { extentOf } from './wholeRun.ts';

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

/** The cause that is pointed out: the one under the pointer or the focus, else the one that was clicked. */
function useCause(analysis: PageAnalysis | undefined) {
  const [lit, onLit] = useState<Cause | null>(null);
  const [pinned, onPin] = useState<Cause | null>(null);
  const cause = lit ?? pinned;
  const segments = analysis?.accounting?.segments;
  const highlight = useMemo(
    () => (segments && cause !== null ? highlightOf(segments, cause) : null),
    [segments, cause],
  );
  return { highlight, bar: { lit, onLit, pinned, onPin } };
}

interface StepsProps extends Pick<ComponentProps<typeof StepsTable>, 'steps'> {
  readonly trace: Trace | undefined;
  readonly present: Micros | null;
  readonly onShow: (row: number) => void;
}

/** The steps with the times of their spans. */
function Steps({ steps, trace, present, onShow }: StepsProps) {
  const extent = useMemo(() => (trace ? extentOf(trace, present) : { start: 0, end: 0 }), [trace, present]);
  const rows = useMemo(() => (trace ? rowsOfSteps(trace) : new Map<string, number>()), [trace]);
  const timesOf = useMemo(
    () => (trace ? stepTimesOf(trace, rows, present ?? extent.end) : () => null),
    [trace, rows, present, extent],
  );
  return (
    <StepsTable
      steps={steps}
      timesOf={timesOf}
      labelOf={(step) => labelOfStep(trace, rows, step)}
      extent={extent}
      onShow={(step) => trace && onShow(spanOfStep(trace, rows, step))}
    />
  );
}

interface LoadedProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
  readonly trace: Trace | undefined;
  readonly timeline: Timeline | undefined;
  readonly error: Error | null;
  readonly loadedAt: number;
  readonly onRetry: () => void;
}

function Loaded({ workspace, execution, trace, timeline, error, loadedAt, onRetry }: LoadedProps) {
  useTitle(`${workflowLabel(execution)}${execution.number === null ? '' : ` #${execution.number}`}`);
  const { state, change, setView, view } = useUrlState();
  const [help, setHelp] = useState(false);
  const live = !isTerminal(execution.status);
  const now = useNow(live ? 250 : 15_000);
  const present = presentOf(execution, now);
  // The chart is painted first; the analyses follow, once for each trace and up to the moment when it came.
  const settled = useDeferredValue(trace, undefined);
  const until = useDeferredValue(presentOf(execution, loadedAt));
  const analysis = useMemo(() => settled && analysePage(settled, until), [settled, until]);
  const { highlight, bar } = useCause(analysis);
  const show = (row: number) => {
    if (trace) change({ tab: 'flame', span: spanIdOrNull(trace.spans.ids, row) });
  };
  const steps = timeline?.steps ?? [];
  const makespan = analysis?.makespan ?? null;

  return (
    <div className="page page-execution">
      <Header execution={execution} makespanMs={makespan === null ? null : makespan / 1000} now={now}>
        <Actions workspace={workspace} execution={execution} />
      </Header>
      {error && <LostConnection loadedAt={loadedAt} onRetry={onRetry} />}
      {isFailure(execution.status) && (
        <FailureBanner
          status={execution.status}
          failure={trace ? failureOf(trace) : null}
          message={execution.error}
          onShow={show}
        />
      )}
      {analysis?.accounting && (
        <AccountingBar causes={analysis.accounting.totals} total={analysis.accounting.total} {...bar} />
      )}
      <Tabs
        className="tabs"
        selectedKey={state.tab}
        onSelectionChange={(key) => change({ tab: TABS.find((tab) => tab === key) ?? 'flame' })}
      >
        <TabList className="tab-list" aria-label="Views of the execution">
          <Tab id="flame">Flame chart</Tab>
          <Tab id="steps">
            Steps <span className="tab-count">{steps.length}</span>
          </Tab>
          <Tab id="spans">Spans</Tab>
          <Tab id="insights">
            Insights <span className="tab-count">{analysis?.insights.length ?? 0}</span>
          </Tab>
        </TabList>
        <TabPanel id="flame" className="tab-panel tab-panel-chart">
          {trace ? (
            <ChartPanel
              trace={trace}
              analysis={analysis}
              steps={steps}
              now={present}
              highlight={highlight}
              state={state}
              onChange={change}
              initialView={view()}
              onView={setView}
              onHelp={() => setHelp(true)}
            />
          ) : (
            <output className="skeleton skeleton-chart" aria-label="Loading the chart" />
          )}
        </TabPanel>
        <TabPanel id="steps" className="tab-panel">
          <Steps steps={steps} trace={trace} present={present} onShow={show} />
        </TabPanel>
        <TabPanel id="spans" className="tab-panel">
          {trace && <SpansTable trace={trace} span={state.span} onShow={show} />}
        </TabPanel>
        <TabPanel id="insights" className="tab-panel">
          <Insights trace={trace} insights={analysis?.insights ?? []} makespan={makespan ?? 0} onShow={show} />
        </TabPanel>
      </Tabs>
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

function ExecutionById({ id }: { readonly id: string }) {
  const workspace = useWorkspace();
  const execution = useExecution(workspace.data?.id, id);
  const status = execution.data?.status;
  const trace = useTrace(workspace.data?.id, id, status);
  const timeline = useTimeline(workspace.data?.id, id, status);
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
      trace={trace.data}
      timeline={timeline.data}
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

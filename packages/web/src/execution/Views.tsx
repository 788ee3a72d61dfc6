import type { Cause, Micros, Status, Trace } from '@flowprof/model';
import { isFailure } from '@flowprof/model';
import { useMemo, useState, type ComponentProps } from 'react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import type { Step } from '../api/types.ts';
import { AccountingBar } from './AccountingBar.tsx';
import type { PageAnalysis } from './analysis.ts';
import { ChartPanel } from './ChartPanel.tsx';
import { highlightOf } from './evidence.ts';
import { FailureBanner } from './FailureBanner.tsx';
import { Insights } from './Insights.tsx';
import { Repairs } from './Repairs.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { failureOf, spanIdOrNull } from './spanDetails.ts';
import { SpansTable } from './SpansTable.tsx';
import { StepsTable } from './StepsTable.tsx';
import { labelOfStep, rowsOfSteps, spanOfStep, stepTimesOf } from './stepTimes.ts';
import { TABS } from './urlState.ts';
import type { UrlStateHandle } from './useUrlState.ts';
import { extentOf } from './wholeRun.ts';

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

interface ViewsProps {
  readonly trace: Trace | undefined;
  readonly analysis: PageAnalysis | undefined;
  readonly status: Status;
  /** What the execution itself says of its failure, where the trace does not. */
  readonly error: string | null;
  readonly steps: readonly Step[];
  /** Microseconds from the execution's start; null once nothing runs. */
  readonly present: Micros | null;
  readonly address: UrlStateHandle;
}

/** Where the time of an execution went, in every view of it: what failed, the accounting, what was mended, the chart, and its tables. */
export function Views({ trace, analysis, status, error, steps, present, address }: ViewsProps) {
  const { state, change, setView, view } = address;
  const [help, setHelp] = useState(false);
  const { highlight, bar } = useCause(analysis);
  const show = (row: number) => {
    if (trace) change({ tab: 'flame', span: spanIdOrNull(trace.spans.ids, row) });
  };
  const makespan = analysis?.makespan ?? null;
  return (
    <>
      {isFailure(status) && (
        <FailureBanner status={status} failure={trace ? failureOf(trace) : null} message={error} onShow={show} />
      )}
      {analysis?.accounting && (
        <AccountingBar causes={analysis.accounting.totals} total={analysis.accounting.total} {...bar} />
      )}
      {trace && <Repairs warnings={trace.warnings} />}
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
    </>
  );
}

import { DARK, LIGHT, type FlameChartHandle, type Highlight, type IdleRules } from '@flowprof/flame';
import { FlameChart } from '@flowprof/flame/react';
import { isTerminal, NONE, type Micros, type Trace } from '@flowprof/model';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Step } from '../api/types.ts';
import { useTheme } from '../shell/theme.ts';
import type { PageAnalysis } from './analysis.ts';
import { ChartFoot } from './ChartFoot.tsx';
import { Drawer } from './Drawer.tsx';
import { HoverCard } from './HoverCard.tsx';
import { RangePanel } from './range/RangePanel.tsx';
import { rowOfSpanId, spanDetails, spanIdOrNull, stepOfNode } from './spanDetails.ts';
import { Standouts } from './Standouts.tsx';
import { Toolbar } from './Toolbar.tsx';
import type { IdleKind, Stretch, UrlState, View } from './urlState.ts';
import { useWheel } from './wheel.ts';
import { extentOf, isWhole, partInView } from './wholeRun.ts';
import { useTrail } from './ZoomTrail.tsx';

interface ChartPanelProps {
  readonly trace: Trace;
  /** Undefined until the trace has been analysed. */
  readonly analysis: PageAnalysis | undefined;
  readonly steps: readonly Step[];
  /** Microseconds from the execution's start; null once nothing runs. */
  readonly now: Micros | null;
  /** Stretches of time to point out. */
  readonly highlight: Highlight | null;
  readonly state: UrlState;
  readonly onChange: (change: Partial<UrlState>) => void;
  /** What the chart shows at first, and where it tells what it shows now. */
  readonly initialView: View | null;
  readonly onView: (view: View | null) => void;
  readonly onHelp: () => void;
}

const IDLE_RULES: Record<IdleKind, IdleRules> = {
  both: { queue: true, sleep: true },
  queue: { queue: true, sleep: false },
  sleep: { queue: false, sleep: true },
  none: { queue: false, sleep: false },
};

const EDITABLE = 'input, textarea, select, [role="dialog"]';

/** `/` and Ctrl+F (Cmd+F) go to the search. */
function useSearchKey(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.altKey) return;
      const command = event.ctrlKey || event.metaKey;
      const find = command ? event.key.toLowerCase() === 'f' : event.key === '/';
      const typing = event.target instanceof Element && event.target.closest(EDITABLE) !== null;
      if (!find || (typing && !command)) return;
      event.preventDefault();
      search.current?.focus();
      search.current?.select();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [search]);
}

/** Zooms around the middle of what is in view. */
function zoom(chart: FlameChartHandle | null, factor: number): void {
  if (!chart) return;
  const { start, end } = chart.viewport();
  const middle = (start + end) / 2;
  const half = ((end - start) / 2) * factor;
  chart.setViewport({ start: middle - half, end: middle + half }, { animate: true });
}

/** The span that the address names, if the trace has it, with its details. */
function useSelection(trace: Trace, span: string | null, present: number) {
  const found = span === null ? NONE : rowOfSpanId(trace.spans, span);
  const selected = found === NONE ? null : found;
  const details = useMemo(
    () => (selected === null ? null : spanDetails(trace, selected, present)),
    [trace, selected, present],
  );
  return { selected, details };
}

/** Says why a chart is empty. */
function EmptyChart({ trace }: { readonly trace: Trace }) {
  if (trace.spans.length > 0 || trace.nodes.length > 0) return null;
  const runs = !isTerminal(trace.execution.status);
  return <p className="chart-empty">{runs ? 'Nothing has started yet.' : 'No spans were recorded.'}</p>;
}

interface BelowProps extends Pick<ChartPanelProps, 'trace' | 'analysis' | 'now' | 'state' | 'onChange'> {
  readonly trail: readonly Stretch[];
  readonly breaks: readonly Stretch[];
  readonly chart: RefObject<FlameChartHandle | null>;
  readonly onShow: (row: number) => void;
}

/** What stands below the chart: where one looks, what ran in the selected range, and what stands out. */
function BelowChart({ trace, analysis, now, state, onChange, trail, breaks, chart, onShow }: BelowProps) {
  return (
    <>
      <ChartFoot
        trail={trail}
        onGo={(place) => (place ? chart.current?.setViewport(place, { animate: true }) : chart.current?.fit())}
        breaks={breaks}
        cuts={state.cutIdle !== null}
      />
      {state.range && (
        <RangePanel
          trace={trace}
          now={now}
          range={state.range}
          onShow={onShow}
          onZoom={() => chart.current?.run({ type: 'zoom-range' })}
          onClear={() => onChange({ range: null })}
        />
      )}
      {analysis && <Standouts trace={trace} analysis={analysis} onShow={onShow} />}
    </>
  );
}

interface ChartProps extends Omit<ChartPanelProps, 'steps' | 'initialView' | 'onView'> {
  readonly onView: (view: View) => void;
  readonly firstView: View | null;
  /** Up to where spans that still run count, in microseconds. */
  readonly present: number;
  readonly selected: number | null;
  readonly onSelect: (row: number | null) => void;
  readonly onBreaks: (breaks: readonly Stretch[]) => void;
  readonly onMatches: (count: number) => void;
  readonly chart: RefObject<FlameChartHandle | null>;
  readonly frame: RefObject<HTMLDivElement | null>;
}

/** The chart itself, with what the address and the analyses say of it. */
function Chart(props: ChartProps) {
  const { trace, analysis, now, highlight, state, onChange, firstView, onView, onHelp, chart, frame } = props;
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  const wheel = useWheel();
  const { criticalPath, queue, cutIdle } = state;
  return (
    <FlameChart
      ref={chart}
      trace={trace}
      now={now}
      criticalPath={analysis?.criticalPath ?? null}
      theme={theme}
      label={`Flame chart of ${trace.execution.workflow ?? 'the execution'}`}
      selectedRow={props.selected}
      onSelect={props.onSelect}
      {...(firstView && { viewport: firstView })}
      onViewportChange={onView}
      range={state.range}
      onRangeChange={(range) => onChange({ range })}
      idleRules={IDLE_RULES[cutIdle ?? 'both']}
      onBreaks={props.onBreaks}
      wheel={wheel}
      highlight={highlight}
      onHeight={(height) => frame.current?.style.setProperty('--chart-height', `${height}px`)}
      search={state.search}
      onSearchResult={props.onMatches}
      layers={{ criticalPath, queue, cutIdle: cutIdle !== null }}
      onLayersChange={(layers) => onChange({ ...layers, cutIdle: layers.cutIdle ? (cutIdle ?? 'both') : null })}
      onHelp={onHelp}
      renderHover={(of, { row }) => (
        <HoverCard trace={of} row={row} makespan={analysis?.makespan ?? 0} now={props.present} />
      )}
    />
  );
}

/** The flame chart with its controls and the details of the selected span. */
export function ChartPanel(props: ChartPanelProps) {
  const { trace, analysis, steps, now, state, onChange, initialView, onView, onHelp } = props;
  const chart = useRef<FlameChartHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [matches, setMatches] = useState(0);
  const [firstView] = useState(initialView);
  const [breaks, setBreaks] = useState<readonly Stretch[]>([]);
  const { trail, see } = useTrail(firstView);
  useSearchKey(search);

  const extent = useMemo(() => extentOf(trace, now), [trace, now]);
  const { selected, details } = useSelection(trace, state.span, now ?? extent.end);
  const select = (row: number | null) => onChange({ span: spanIdOrNull(trace.spans.ids, row) });
  const show = (row: number) => {
    select(row);
    chart.current?.focus();
  };
  const look = (view: View) => {
    onView(partInView(view, extent));
    see(isWhole(view, extent) ? null : view);
  };

  return (
    <>
      <Toolbar
        search={state.search}
        matches={state.search === '' ? null : matches}
        onSearch={(text) => onChange({ search: text })}
        onMatch={(direction) => chart.current?.selectMatch(direction)}
        searchRef={search}
        criticalPath={state.criticalPath}
        onCriticalPath={(criticalPath) => onChange({ criticalPath })}
        queue={state.queue}
        onQueue={(queue) => onChange({ queue })}
        cutIdle={state.cutIdle !== null}
        onCutIdle={(cut) => onChange({ cutIdle: cut ? 'both' : null })}
        onZoom={(factor) => zoom(chart.current, factor)}
        onFit={() => chart.current?.fit()}
        onHelp={onHelp}
      />
      <div className="chart-row" ref={frame}>
        <div className="chart-area">
          <Chart
            {...{ trace, analysis, now, state, onChange, onHelp, firstView, selected, chart, frame }}
            highlight={props.highlight}
            present={now ?? extent.end}
            onView={look}
            onSelect={select}
            onBreaks={setBreaks}
            onMatches={setMatches}
          />
          <EmptyChart trace={trace} />
        </div>
        {details && (
          <Drawer
            details={details}
            step={details.node && stepOfNode(steps, details.node)}
            makespan={analysis?.makespan ?? 0}
            onClose={() => select(null)}
          />
        )}
      </div>
      <BelowChart {...{ trace, analysis, now, state, onChange, trail, breaks, chart }} onShow={show} />
    </>
  );
}

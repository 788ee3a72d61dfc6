import { DARK, LIGHT, type FlameChartHandle, type Highlight, type Viewport } from '@flowprof/flame';
import { FlameChart } from '@flowprof/flame/react';
import { isTerminal, NONE, type Micros, type Trace } from '@flowprof/model';
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Step } from '../api/types.ts';
import { useTheme } from '../shell/theme.ts';
import type { PageAnalysis } from './analysis.ts';
import { Drawer } from './Drawer.tsx';
import { HoverCard } from './HoverCard.tsx';
import { rowOfSpanId, spanDetails, spanIdOrNull, stepOfNode } from './spanDetails.ts';
import { Standouts } from './Standouts.tsx';
import { Toolbar } from './Toolbar.tsx';
import type { UrlState, View } from './urlState.ts';
import { extentOf, partInView } from './wholeRun.ts';

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

/** The flame chart with its controls and the details of the selected span. */
export function ChartPanel(props: ChartPanelProps) {
  const { trace, analysis, steps, now, highlight, state, onChange, initialView, onView, onHelp } = props;
  const chart = useRef<FlameChartHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const [matches, setMatches] = useState(0);
  const [firstView] = useState(initialView);
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  useSearchKey(search);

  const extent = useMemo(() => extentOf(trace, now), [trace, now]);
  const present = now ?? extent.end;
  const { selected, details } = useSelection(trace, state.span, present);
  const makespan = analysis?.makespan ?? 0;
  const select = (row: number | null) => onChange({ span: spanIdOrNull(trace.spans.ids, row) });
  const show = (row: number) => {
    select(row);
    chart.current?.focus();
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
        onZoom={(factor) => zoom(chart.current, factor)}
        onFit={() => chart.current?.fit()}
        onHelp={onHelp}
      />
      <div className="chart-row" ref={frame}>
        <div className="chart-area">
          <FlameChart
            ref={chart}
            trace={trace}
            now={now}
            criticalPath={analysis?.criticalPath ?? null}
            theme={theme}
            label={`Flame chart of ${trace.execution.workflow ?? 'the execution'}`}
            selectedRow={selected}
            onSelect={select}
            {...(firstView && { viewport: firstView })}
            onViewportChange={(viewport: Viewport) => onView(partInView(viewport, extent))}
            highlight={highlight}
            onHeight={(height) => frame.current?.style.setProperty('--chart-height', `${height}px`)}
            search={state.search}
            onSearchResult={setMatches}
            layers={{ criticalPath: state.criticalPath, queue: state.queue }}
            onLayersChange={({ criticalPath, queue }) => onChange({ criticalPath, queue })}
            onHelp={onHelp}
            renderHover={(of, { row }) => <HoverCard trace={of} row={row} makespan={makespan} now={present} />}
          />
          <EmptyChart trace={trace} />
        </div>
        {details && (
          <Drawer
            details={details}
            step={details.node && stepOfNode(steps, details.node)}
            makespan={makespan}
            onClose={() => select(null)}
          />
        )}
      </div>
      {analysis && <Standouts trace={trace} analysis={analysis} onShow={show} />}
    </>
  );
}

import type { FlameChartHandle } from '@flowprof/flame';
import { isTerminal, NONE, type Trace } from '@flowprof/model';
import { lazy, Suspense, useMemo, useRef, useState, type RefObject } from 'react';
import { useCommands } from '../shell/commands.ts';
import { BelowChart } from './BelowChart.tsx';
import { Chart } from './Chart.tsx';
import { chartCommands } from './chartCommands.ts';
import type { ChartPanelProps } from './chartProps.ts';
import { PictureMenu } from './PictureMenu.tsx';
import { rowOfSpanId, spanIdOrNull } from './spanIds.ts';
import { Toolbar } from './Toolbar.tsx';
import type { Stretch, View } from './urlState.ts';
import { usePageKeys } from './usePageKeys.ts';
import { extentOf, isWhole, partInView, type Extent } from './wholeRun.ts';
import { useTrail } from './ZoomTrail.tsx';

const SpanDrawer = lazy(async () => ({ default: (await import('./SpanDrawer.tsx')).SpanDrawer }));
const NamesTable = lazy(async () => ({ default: (await import('./modes/NamesTable.tsx')).NamesTable }));

/** Zooms around the middle of what is in view. */
function zoom(chart: FlameChartHandle | null, factor: number): void {
  if (!chart) return;
  const { start, end } = chart.viewport();
  const middle = (start + end) / 2;
  const half = ((end - start) / 2) * factor;
  chart.setViewport({ start: middle - half, end: middle + half }, { animate: true });
}

/** The row of the span that the address names; null where the trace has none. */
function selectedRow({ spans }: Trace, span: string | null): number | null {
  const found = span === null ? NONE : rowOfSpanId(spans, span);
  return found === NONE ? null : found;
}

/** The keys and commands of the page that are about its chart. */
function useKeys(
  chart: RefObject<FlameChartHandle | null>,
  search: RefObject<HTMLInputElement | null>,
  range: Stretch | null,
  onWriteNote: ChartPanelProps['onWriteNote'],
): void {
  useCommands(() => chartCommands((command) => chart.current?.run(command)));
  usePageKeys({
    search: () => {
      search.current?.focus();
      search.current?.select();
      return search.current !== null;
    },
    note: () => {
      if (!onWriteNote || !range) return false;
      onWriteNote(range);
      return true;
    },
  });
}

/** Tells what part of the run is in view, for the address and the trail of zooms. */
function tellView(
  chart: FlameChartHandle | null,
  view: View,
  extent: Extent,
  onView: (view: View | null) => void,
  see: (view: Stretch | null) => void,
): void {
  // The chart has gone on to another mode before the page knows of it.
  const isClock = chart?.isClock() ?? true;
  const whole = isClock ? extent : (chart?.reach() ?? extent);
  onView(partInView(view, whole));
  see(!isClock || isWhole(view, whole) ? null : view);
}

/** Says why a chart is empty. */
function EmptyChart({ trace }: { readonly trace: Trace }) {
  if (trace.spans.length > 0 || trace.nodes.length > 0) return null;
  const runs = !isTerminal(trace.execution.status);
  return <p className="chart-empty">{runs ? 'Nothing has started yet.' : 'No spans were recorded.'}</p>;
}

interface NamesProps extends Pick<ChartPanelProps, 'trace' | 'now' | 'state'> {
  readonly chart: RefObject<FlameChartHandle | null>;
}

/** What a sandwich is chosen from, beside it. */
function Names({ trace, now, state, chart }: NamesProps) {
  if (state.mode !== 'sandwich') return null;
  return (
    <Suspense fallback={null}>
      <NamesTable
        {...{ trace, now }}
        search={state.search}
        focus={state.focus}
        onFocus={(focus) => chart.current?.setMode('sandwich', { focus })}
      />
    </Suspense>
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
  const { notes, onWriteNote, onEditNote } = props;
  useKeys(chart, search, state.range, onWriteNote);

  const extent = useMemo(() => extentOf(trace, now), [trace, now]);
  const present = now ?? extent.end;
  const selected = selectedRow(trace, state.span);
  const select = (row: number | null) => onChange({ span: spanIdOrNull(trace.spans.ids, row) });
  const show = (row: number) => {
    select(row);
    chart.current?.focus();
  };
  const look = (view: View) => tellView(chart.current, view, extent, onView, see);

  return (
    <>
      <Toolbar
        mode={state.mode}
        onMode={(mode) => chart.current?.setMode(mode)}
        search={state.search}
        matches={state.search === '' ? null : matches}
        onSearch={(text) => onChange({ search: text })}
        onMatch={(direction) => chart.current?.selectMatch(direction)}
        searchRef={search}
        criticalPath={state.criticalPath}
        onCriticalPath={(criticalPath) => onChange({ criticalPath })}
        queue={state.queue}
        onQueue={(queue) => onChange({ queue })}
        cutIdle={state.cutIdle}
        onCutIdle={(cutIdle) => onChange({ cutIdle })}
        onZoom={(factor) => zoom(chart.current, factor)}
        onFit={() => chart.current?.fit()}
        onHelp={onHelp}
      >
        <PictureMenu {...{ chart, trace }} range={state.range} present={present} linkOf={props.linkOf} />
      </Toolbar>
      <div className="chart-row" ref={frame}>
        <Names {...{ trace, now, state, chart }} />
        <div className="chart-area">
          <Chart
            {...{ trace, analysis, now, state, onChange, onHelp, firstView, selected, chart, frame }}
            {...{ notes, onWriteNote, onEditNote, present }}
            highlight={props.highlight}
            onView={look}
            onSelect={select}
            onBreaks={setBreaks}
            onMatches={setMatches}
          />
          <EmptyChart trace={trace} />
        </div>
        {selected !== null && (
          <Suspense fallback={null}>
            <SpanDrawer {...{ trace, steps, analysis }} row={selected} now={present} onClose={() => select(null)} />
          </Suspense>
        )}
      </div>
      <BelowChart
        {...{ trace, analysis, now, state, onChange, trail, breaks, chart, selected, notes, onWriteNote, onEditNote }}
        onShow={show}
      />
    </>
  );
}

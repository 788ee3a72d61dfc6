import { useEffect, useRef, useState, type RefObject } from 'react';
import type { FlameChartEvents, FlameChartHandle, FlameChartOptions } from '../api.ts';
import { createFlameChart } from '../chart.ts';
import { LIGHT } from '../theme.ts';
import type { FlameChartProps } from './props.ts';

/** Makes a chart in an element while the component is there. The options are those of the first render. */
export function useChart(host: RefObject<HTMLElement | null>, options: FlameChartOptions): FlameChartHandle | null {
  const [chart, setChart] = useState<FlameChartHandle | null>(null);
  const first = useRef(options);
  useEffect(() => {
    if (host.current === null) return undefined;
    const made = createFlameChart(host.current, first.current);
    setChart(made);
    return () => {
      made.destroy();
      setChart(null);
    };
  }, [host]);
  return chart;
}

/** Listens to an event of the chart with whatever listener the latest render brought. */
export function useChartEvent<K extends keyof FlameChartEvents>(
  chart: FlameChartHandle | null,
  type: K,
  listener: ((event: FlameChartEvents[K]) => void) | undefined,
): void {
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => chart?.on(type, (event) => latest.current?.(event)), [chart, type]);
}

/** Tells the chart what the component's props say. Listeners have to be there before, so that none misses anything. */
export function useChartProps(chart: FlameChartHandle | null, props: FlameChartProps): void {
  const {
    trace,
    now,
    criticalPath,
    theme,
    selectedRow,
    viewport,
    range,
    search,
    layers,
    highlight,
    idleRules,
    wheel,
    notes,
  } = props;
  const { difference } = props;
  useEffect(() => chart?.setTheme(theme ?? LIGHT), [chart, theme]);
  useEffect(() => {
    if (notes !== undefined) chart?.setNotes(notes);
  }, [chart, notes]);
  useEffect(() => {
    if (wheel !== undefined) chart?.setWheel(wheel);
  }, [chart, wheel]);
  const { criticalPath: showCritical, queue: showQueue, cutIdle } = layers ?? {};
  // Before the trace, which is then laid out once.
  useEffect(() => {
    if (idleRules !== undefined) chart?.setIdleRules(idleRules);
    if (cutIdle !== undefined) chart?.setLayers({ cutIdle });
  }, [chart, cutIdle, idleRules]);
  const { mode, focus } = props;
  // Before the trace, so that what is not looked at is not made.
  useEffect(() => {
    if (chart === null || mode === undefined) return;
    const shown = chart.mode();
    if (shown.mode !== mode || (mode === 'sandwich' && focus && focus !== shown.focus))
      chart.setMode(mode, { focus: focus ?? null });
  }, [chart, mode, focus]);
  useEffect(() => chart?.setTrace(trace, { now: now ?? null }), [chart, trace, now]);
  useEffect(() => chart?.setCriticalPath(criticalPath ?? null), [chart, criticalPath]);
  useEffect(() => chart?.setDifference(difference ?? null), [chart, difference]);
  useEffect(() => chart?.setHighlight(highlight ?? null), [chart, highlight]);
  useEffect(() => {
    if (showCritical !== undefined) chart?.setLayers({ criticalPath: showCritical });
    if (showQueue !== undefined) chart?.setLayers({ queue: showQueue });
  }, [chart, showCritical, showQueue]);
  useEffect(() => {
    chart?.setSearch(search ?? '');
  }, [chart, search]);
  useEffect(() => {
    // what was selected in the chart itself is in view already
    if (chart === null || selectedRow === undefined || selectedRow === chart.selection()) return;
    chart.select(selectedRow, { reveal: true });
  }, [chart, selectedRow]);
  const { start, end, scrollTop } = viewport ?? {};
  useEffect(() => {
    chart?.setViewport({
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
      ...(scrollTop !== undefined && { scrollTop }),
    });
  }, [chart, start, end, scrollTop]);
  useEffect(() => {
    if (range !== undefined) chart?.setRange(range);
  }, [chart, range]);
}

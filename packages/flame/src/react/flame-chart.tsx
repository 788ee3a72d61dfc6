import type { Micros, Trace } from '@flowprof/model';
import { useEffect, useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react';
import type {
  CriticalPath,
  FlameChartEvents,
  FlameChartHandle,
  FlameChartOptions,
  Hover,
  Layers,
  TimeRange,
  Viewport,
} from '../api.ts';
import { createFlameChart } from '../chart.ts';
import { LIGHT, type Theme } from '../theme.ts';
import { HoverCard, SpanSummary } from './hover-card.tsx';

export interface FlameChartProps {
  readonly trace: Trace;
  /** Up to where spans that still run are drawn. */
  readonly now?: Micros | null;
  readonly criticalPath?: CriticalPath | null;
  readonly theme?: Theme;
  readonly selectedRow?: number | null;
  readonly onSelect?: (row: number | null) => void;
  readonly onHover?: (hover: Hover | null) => void;
  /** Where to look. A value that differs from what the chart shows moves it; leave it out to let the chart itself decide. */
  readonly viewport?: Partial<Viewport>;
  readonly onViewportChange?: (viewport: Viewport) => void;
  readonly range?: TimeRange | null;
  readonly onRangeChange?: (range: TimeRange | null) => void;
  readonly search?: string;
  /** Told how many spans the search found. */
  readonly onSearchResult?: (matches: number) => void;
  readonly layers?: Partial<Layers>;
  readonly onLayersChange?: (layers: Layers) => void;
  /** The user pressed `?`. */
  readonly onHelp?: () => void;
  /** What the hover card says, instead of the built-in description; null for no card. */
  readonly renderHover?: ((trace: Trace, hover: Hover) => ReactNode) | null;
  readonly label?: string;
  readonly className?: string;
  /** Read when the chart is made. */
  readonly options?: Omit<FlameChartOptions, 'theme' | 'label'>;
  /** The chart itself, for what has no prop: `fit`, `selectMatch`, `toBlob`. */
  readonly ref?: Ref<FlameChartHandle | null>;
}

/** Listens to an event of the chart with whatever listener the latest render brought. */
function useChartEvent<K extends keyof FlameChartEvents>(
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

/** A flame chart that fills its parent. The page has to load `@flowprof/flame/flame.css`. */
export function FlameChart(props: FlameChartProps): ReactNode {
  const { trace, now, criticalPath, theme, selectedRow, viewport, range, search, layers } = props;
  const {
    renderHover,
    onSelect,
    onHover,
    onViewportChange,
    onRangeChange,
    onLayersChange,
    onHelp,
    onSearchResult,
    ref,
  } = props;
  const host = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<FlameChartHandle | null>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const first = useRef({
    ...props.options,
    ...(props.label !== undefined && { label: props.label }),
    theme: theme ?? LIGHT,
  });

  useEffect(() => {
    if (host.current === null) return undefined;
    const made = createFlameChart(host.current, first.current);
    setChart(made);
    return () => {
      made.destroy();
      setChart(null);
    };
  }, []);
  useImperativeHandle<FlameChartHandle | null, FlameChartHandle | null>(ref, () => chart, [chart]);

  useEffect(() => chart?.setTheme(theme ?? LIGHT), [chart, theme]);
  useEffect(() => {
    chart?.setTrace(trace, { now: now ?? null });
  }, [chart, trace, now]);
  useEffect(() => chart?.setCriticalPath(criticalPath ?? null), [chart, criticalPath]);
  const { criticalPath: showCritical, queue: showQueue } = layers ?? {};
  useEffect(() => {
    chart?.setLayers({
      ...(showCritical !== undefined && { criticalPath: showCritical }),
      ...(showQueue !== undefined && { queue: showQueue }),
    });
  }, [chart, showCritical, showQueue]);
  const report = useRef(onSearchResult);
  useEffect(() => {
    report.current = onSearchResult;
  });
  useEffect(() => {
    if (chart !== null && trace.spans.length >= 0) report.current?.(chart.setSearch(search ?? ''));
  }, [chart, search, trace]);
  useEffect(() => {
    if (selectedRow !== undefined) chart?.select(selectedRow, { reveal: true });
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

  useChartEvent(chart, 'select', onSelect);
  useChartEvent(chart, 'viewport', onViewportChange);
  useChartEvent(chart, 'range', onRangeChange);
  useChartEvent(chart, 'layers', onLayersChange);
  useChartEvent(chart, 'help', onHelp);
  useChartEvent(chart, 'hover', (event) => {
    setHover(event);
    onHover?.(event);
  });

  return (
    <div
      className={['flowprof-flame-host', props.className].filter(Boolean).join(' ')}
      data-theme={theme?.name ?? 'light'}
    >
      <div ref={host} className="flowprof-flame-mount" />
      {hover !== null && renderHover !== null && (
        <HoverCard hover={hover} host={host}>
          {renderHover === undefined ? <SpanSummary trace={trace} row={hover.row} /> : renderHover(trace, hover)}
        </HoverCard>
      )}
    </div>
  );
}

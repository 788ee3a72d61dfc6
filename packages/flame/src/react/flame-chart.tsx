import type { Micros, Trace } from '@flowprof/model';
import { useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react';
import type { CriticalPath, FlameChartHandle, FlameChartOptions, Hover, Layers, TimeRange, Viewport } from '../api.ts';
import { LIGHT, type Theme } from '../theme.ts';
import { HoverCard, SpanSummary } from './hover-card.tsx';
import { useChart, useChartEvent, useChartProps } from './use-chart.ts';

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

/** A flame chart that fills its parent. The page has to load `@flowprof/flame/flame.css`. */
export function FlameChart(props: FlameChartProps): ReactNode {
  const { trace, theme, label, options, ref, renderHover, onHover } = props;
  const host = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const chart = useChart(host, { ...options, ...(label !== undefined && { label }), theme: theme ?? LIGHT });
  useImperativeHandle<FlameChartHandle | null, FlameChartHandle | null>(ref, () => chart, [chart]);
  useChartEvent(chart, 'select', props.onSelect);
  useChartEvent(chart, 'viewport', props.onViewportChange);
  useChartEvent(chart, 'range', props.onRangeChange);
  useChartEvent(chart, 'layers', props.onLayersChange);
  useChartEvent(chart, 'help', props.onHelp);
  useChartEvent(chart, 'matches', props.onSearchResult);
  useChartEvent(chart, 'hover', (event) => {
    setHover(event);
    onHover?.(event);
  });
  useChartProps(chart, props);

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

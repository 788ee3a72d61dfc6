import { NONE } from '@flowprof/model';
import { useImperativeHandle, useRef, useState, type ReactNode } from 'react';
import type { FlameChartHandle, Hover } from '../api.ts';
import { LIGHT } from '../theme.ts';
import { BlockSummary } from './block-summary.tsx';
import { HoverCard, SpanSummary, Told } from './hover-card.tsx';
import type { FlameChartProps } from './props.ts';
import { useChart, useChartEvent, useChartProps } from './use-chart.ts';

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
  useChartEvent(chart, 'mode', props.onModeChange);
  useChartEvent(chart, 'layers', props.onLayersChange);
  useChartEvent(chart, 'breaks', props.onBreaks);
  useChartEvent(chart, 'note', props.onNote);
  useChartEvent(chart, 'help', props.onHelp);
  useChartEvent(chart, 'height', props.onHeight);
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
          {hover.row !== NONE &&
            (renderHover !== undefined ? (
              renderHover(trace, hover)
            ) : hover.block !== null ? (
              <BlockSummary block={hover.block} />
            ) : (
              <SpanSummary trace={trace} row={hover.row} />
            ))}
          <Told texts={hover.told} />
        </HoverCard>
      )}
    </div>
  );
}

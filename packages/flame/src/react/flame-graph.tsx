import type { MergedGraph } from '@flowprof/model';
import { useEffect, useImperativeHandle, useRef, useState, type ReactNode, type Ref } from 'react';
import type { Block, FlameChartHandle, FlameChartOptions, Hover } from '../api.ts';
import { LIGHT, type Theme } from '../theme.ts';
import { BlockSummary } from './block-summary.tsx';
import { DifferenceLegend } from './difference-legend.tsx';
import { HoverCard } from './hover-card.tsx';
import { useChart, useChartEvent } from './use-chart.ts';

export interface FlameGraphProps {
  /** Merged spans: of one run, of many, or with the base that they are compared with. */
  readonly graph: MergedGraph;
  readonly theme?: Theme;
  /** The selected block. */
  readonly selected?: number | null;
  readonly onSelect?: (block: number | null) => void;
  readonly search?: string;
  /** Told how many blocks the search found. */
  readonly onSearchResult?: (matches: number) => void;
  /**
   * What blocks are coloured by: their nodes, or how much slower or faster they are than the base, where the graph has
   * one. By the difference when absent.
   */
  readonly colour?: 'node' | 'difference';
  /** Told how tall the picture has to be, in CSS pixels, for all of it to show. */
  readonly onHeight?: (height: number) => void;
  readonly onHelp?: () => void;
  /** What the hover card says, instead of the built-in summary. */
  readonly renderHover?: (block: Block, hover: Hover) => ReactNode;
  readonly label?: string;
  readonly className?: string;
  /** Read when the picture is made. */
  readonly options?: Omit<FlameChartOptions, 'theme' | 'label'>;
  readonly ref?: Ref<FlameChartHandle | null>;
}

/** Merged spans as a flame graph that fills its parent: the heaviest to the left, as wide as the times add up to. */
export function FlameGraph(props: FlameGraphProps): ReactNode {
  const { graph, theme = LIGHT, selected, search, colour = 'difference', renderHover, options, ref } = props;
  const host = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Hover | null>(null);
  const chart = useChart(host, { ...options, label: props.label ?? 'Flame graph', theme });
  useImperativeHandle<FlameChartHandle | null, FlameChartHandle | null>(ref, () => chart, [chart]);
  useChartEvent(chart, 'select', props.onSelect);
  useChartEvent(chart, 'height', props.onHeight);
  useChartEvent(chart, 'matches', props.onSearchResult);
  useChartEvent(chart, 'help', props.onHelp);
  useChartEvent(chart, 'hover', setHover);
  useEffect(() => chart?.setTheme(theme), [chart, theme]);
  useEffect(() => chart?.setGraph(graph, { colour }), [chart, graph, colour]);
  useEffect(() => {
    chart?.setSearch(search ?? '');
  }, [chart, search]);
  useEffect(() => {
    if (chart === null || selected === undefined || selected === chart.selection()) return;
    chart.select(selected, { reveal: true });
  }, [chart, selected]);
  const block = hover?.block ?? null;
  return (
    <div
      className={['flowprof-flame-host', 'flowprof-flame-graph', props.className].filter(Boolean).join(' ')}
      data-theme={theme.name}
    >
      <div className="flowprof-flame-frame">
        <div ref={host} className="flowprof-flame-mount" />
        {hover !== null && block !== null && (
          <HoverCard hover={hover} host={host}>
            {renderHover === undefined ? <BlockSummary block={block} /> : renderHover(block, hover)}
          </HoverCard>
        )}
      </div>
      {graph.base !== null && colour === 'difference' && <DifferenceLegend theme={theme} />}
    </div>
  );
}

import { DARK, formatDuration, LIGHT, type FlameChartHandle, type TimeRange, type Viewport } from '@flowprof/flame';
import { FlameChart, FlameTable } from '@flowprof/flame/react';
import type { Trace } from '@flowprof/model';
import { useEffect, useMemo, useRef, useState, type Ref } from 'react';
import { useTheme } from '../shell/theme.ts';
import { commonReach, segmentsOf } from './chart.ts';
import type { PathStep } from './types.ts';

interface OneProps {
  readonly title: string;
  readonly trace: Trace;
  readonly path: readonly PathStep[];
  /** Milliseconds. */
  readonly makespan: number;
  readonly chart: Ref<FlameChartHandle | null>;
  readonly onView: (view: Viewport) => void;
}

function One({ title, trace, path, makespan, chart, onView }: OneProps) {
  const frame = useRef<HTMLDivElement>(null);
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  const critical = useMemo(() => segmentsOf(trace, path), [trace, path]);
  return (
    <section className="what-if-chart" aria-label={title}>
      <h3>
        {title} <span className="muted">{formatDuration(makespan * 1000)}</span>
      </h3>
      <div className="what-if-frame" ref={frame}>
        <FlameChart
          ref={chart}
          trace={trace}
          theme={theme}
          label={`Flame chart, ${title.toLowerCase()}`}
          criticalPath={critical}
          onViewportChange={onView}
          onHeight={(height) => frame.current?.style.setProperty('--chart-height', `${height}px`)}
          options={{ minimap: false }}
        />
      </div>
      <details className="as-table">
        <summary>The spans as a table</summary>
        <div className="what-if-table">
          <FlameTable trace={trace} />
        </div>
      </details>
    </section>
  );
}

interface ChartsProps {
  readonly observed: Trace;
  readonly predicted: Trace;
  readonly before: readonly PathStep[];
  readonly after: readonly PathStep[];
  readonly makespans: { readonly observed: number; readonly predicted: number };
}

/** Keeps both charts at the same part of the time, on the same scale. */
function useLinked(first: FlameChartHandle | null, second: FlameChartHandle | null, reach: TimeRange) {
  const isFollowing = useRef(false);
  useEffect(() => {
    isFollowing.current = true;
    for (const chart of [first, second]) {
      chart?.setReach(reach);
      chart?.fit();
    }
    isFollowing.current = false;
  }, [first, second, reach]);
  return (other: FlameChartHandle | null) =>
    ({ start, end }: Viewport) => {
      if (isFollowing.current) return;
      isFollowing.current = true;
      other?.setViewport({ start, end });
      isFollowing.current = false;
    };
}

/** The run and its prediction, one above the other on the same scale of time, with the same colours. */
export function Charts({ observed, predicted, before, after, makespans }: ChartsProps) {
  const [first, setFirst] = useState<FlameChartHandle | null>(null);
  const [second, setSecond] = useState<FlameChartHandle | null>(null);
  const reach = useMemo(() => commonReach([observed, predicted]), [observed, predicted]);
  const moves = useLinked(first, second, reach);
  return (
    <div className="what-if-charts">
      <One
        title="Observed"
        trace={observed}
        path={before}
        makespan={makespans.observed}
        chart={setFirst}
        onView={moves(second)}
      />
      <One
        title="Predicted"
        trace={predicted}
        path={after}
        makespan={makespans.predicted}
        chart={setSecond}
        onView={moves(first)}
      />
    </div>
  );
}

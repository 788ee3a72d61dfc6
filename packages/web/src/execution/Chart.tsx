import { DARK, LIGHT, type FlameChartHandle, type IdleRules } from '@flowprof/flame';
import { FlameChart } from '@flowprof/flame/react';
import { useContext, type RefObject } from 'react';
import { useTheme } from '../shell/theme.ts';
import type { ChartPanelProps } from './chartProps.ts';
import { ChartWorker } from './chartWorker.ts';
import { HoverCard } from './HoverCard.tsx';
import { BlockCard } from './modes/BlockCard.tsx';
import type { IdleKind, Stretch, View } from './urlState.ts';
import { useWheel } from './wheel.ts';

const IDLE_RULES: Record<IdleKind, IdleRules> = {
  both: { queue: true, sleep: true },
  queue: { queue: true, sleep: false },
  sleep: { queue: false, sleep: true },
  none: { queue: false, sleep: false },
};

interface ChartProps extends Omit<ChartPanelProps, 'steps' | 'initialView' | 'onView' | 'linkOf'> {
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
export function Chart(props: ChartProps) {
  const { trace, analysis, now, highlight, state, onChange, firstView, onView, onHelp, chart, frame } = props;
  const theme = useTheme() === 'dark' ? DARK : LIGHT;
  const wheel = useWheel();
  const worker = useContext(ChartWorker);
  const { criticalPath, queue, cutIdle } = state;
  return (
    <FlameChart
      ref={chart}
      {...(worker !== null && { options: { worker } })}
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
      mode={state.mode}
      focus={state.focus}
      onModeChange={onChange}
      layers={{ criticalPath, queue, cutIdle: cutIdle !== null }}
      onLayersChange={(layers) => onChange({ ...layers, cutIdle: layers.cutIdle ? (cutIdle ?? 'both') : null })}
      onHelp={onHelp}
      notes={props.notes}
      onNote={(at) => {
        const note = props.notes[at];
        if (!note) return;
        if (props.onEditNote) props.onEditNote(note);
        else onChange({ range: { start: note.start, end: note.end } });
      }}
      renderHover={(of, { row, block }) =>
        block === null ? (
          <HoverCard trace={of} row={row} makespan={analysis?.makespan ?? 0} now={props.present} />
        ) : (
          <BlockCard block={block} />
        )
      }
    />
  );
}

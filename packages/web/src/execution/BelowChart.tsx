import type { FlameChartHandle } from '@flowprof/flame';
import { lazy, Suspense, type RefObject } from 'react';
import { Button } from 'react-aria-components';
import { ChartFoot } from './ChartFoot.tsx';
import type { ChartPanelProps } from './chartProps.ts';
import type { Note } from './notes/queries.ts';
import type { Stretch } from './urlState.ts';

// Each is loaded once there is something for it to show.
const ModeFoot = lazy(async () => ({ default: (await import('./modes/ModeFoot.tsx')).ModeFoot }));
const NotesPanel = lazy(async () => ({ default: (await import('./notes/NotesPanel.tsx')).NotesPanel }));
const RangePanel = lazy(async () => ({ default: (await import('./range/RangePanel.tsx')).RangePanel }));
const Standouts = lazy(async () => ({ default: (await import('./Standouts.tsx')).Standouts }));

interface BelowProps extends Omit<
  ChartPanelProps,
  'steps' | 'highlight' | 'initialView' | 'onView' | 'onHelp' | 'linkOf'
> {
  readonly trail: readonly Stretch[];
  readonly breaks: readonly Stretch[];
  /** The row of the selected span. */
  readonly selected: number | null;
  readonly chart: RefObject<FlameChartHandle | null>;
  readonly onShow: (row: number) => void;
}

/** What stands below the chart: where one looks, what ran in the selected range, and what stands out. */
export function BelowChart(props: BelowProps) {
  const { trace, analysis, now, state, onChange, notes, onWriteNote, onEditNote, trail, breaks, chart, onShow } = props;
  const { range } = state;
  const showNote = ({ start, end }: Note) => {
    onChange({ range: { start, end } });
    chart.current?.focus();
  };
  return (
    <Suspense fallback={null}>
      {state.mode !== 'time' && (
        <ModeFoot mode={state.mode} trace={trace} now={now} selected={props.selected} onSelect={onShow} />
      )}
      <ChartFoot
        trail={trail}
        onGo={(place) => (place ? chart.current?.setViewport(place, { animate: true }) : chart.current?.fit())}
        breaks={breaks}
        cuts={state.cutIdle !== null}
      />
      {range && (
        <RangePanel
          trace={trace}
          now={now}
          range={range}
          onShow={onShow}
          onZoom={() => chart.current?.run({ type: 'zoom-range' })}
          onClear={() => onChange({ range: null })}
        >
          {onWriteNote && (
            <Button className="button button-small" onPress={() => onWriteNote(range)}>
              Write a note
            </Button>
          )}
        </RangePanel>
      )}
      {notes.length > 0 && <NotesPanel notes={notes} onShow={showNote} onEdit={onEditNote} />}
      {analysis && <Standouts trace={trace} analysis={analysis} onShow={onShow} />}
    </Suspense>
  );
}

import { NONE } from '@flowprof/model';
import { useDeferredValue, useMemo } from 'react';
import '../../styles/happenings.css';
import { EventsTable } from '../EventsTable.tsx';
import { ListFilter } from '../ListFilter.tsx';
import { progressOf, stallsOf } from '../progress.ts';
import { ProgressChart } from '../ProgressChart.tsx';
import { chooseEvents, EVENT_CHOICES, runEvents, spanOfEvent } from '../runEvents.ts';
import { spanIdOrNull } from '../spanIds.ts';
import type { TabProps } from './tab.ts';

/** A moment is shown with this part of the run around it. */
const AROUND = 0.05;

/** What happened in order, and how far the run was when. */
export function EventsTab({ trace, analysis, address }: TabProps) {
  const { filter, kind } = address.state;
  const text = useDeferredValue(filter);
  const events = useMemo(() => (trace ? runEvents(trace) : null), [trace]);
  const chosen = useMemo(
    () => (trace && events ? chooseEvents(trace, events, text, kind) : new Uint32Array()),
    [trace, events, text, kind],
  );
  const progress = useMemo(() => (analysis ? progressOf(analysis.whole) : null), [analysis]);
  const stalls = useMemo(() => (analysis ? stallsOf(analysis.whole) : []), [analysis]);
  if (!trace || !events) return <output className="skeleton skeleton-chart" aria-label="Loading the events" />;
  if (events.length === 0) {
    return (
      <div className="state">
        <h2>Nothing has happened yet</h2>
        <p>What starts, ends, fails or is noted will be listed here in its order.</p>
      </div>
    );
  }
  const showTime = (start: number, end: number) => {
    address.setView({ start, end: Math.max(end, start + 1), scrollTop: 0 });
    address.change({ tab: 'flame', filter: '', kind: '' });
  };
  const showEvent = (at: number) => {
    const span = spanOfEvent(trace, events, at);
    const time = events.time[at] ?? 0;
    const around = Math.max(1, (analysis?.makespan ?? 0) * AROUND);
    address.setView({ start: time - around, end: time + around, scrollTop: 0 });
    address.change({
      tab: 'flame',
      filter: '',
      kind: '',
      span: span === NONE ? null : spanIdOrNull(trace.spans.ids, span),
    });
  };
  const all = events.length.toLocaleString('en');
  const left = events.leftOut === 0 ? '' : `, ${events.leftOut.toLocaleString('en')} more are left out`;
  return (
    <div className="list-tab">
      {progress && <ProgressChart progress={progress} stalls={stalls} onShow={showTime} />}
      <ListFilter
        of="Events"
        text={filter}
        onText={(value) => address.change({ filter: value })}
        choice="Kind"
        choices={EVENT_CHOICES}
        chosen={kind}
        onChoose={(value) => address.change({ kind: value })}
        says={
          (chosen.length === events.length
            ? `${all} events`
            : `${chosen.length.toLocaleString('en')} of ${all} events`) + left
        }
      />
      <EventsTable trace={trace} events={events} chosen={chosen} onShow={showEvent} />
    </div>
  );
}

import { isTerminal } from '@flowprof/model';
import { useMemo } from 'react';
import '../../styles/happenings.css';
import { blanksOf } from '../blanks.ts';
import { stepRows } from '../stepRows.ts';
import { Timeline } from '../Timeline.tsx';
import { timelineRows } from '../timelineRows.ts';
import { extentOf } from '../wholeRun.ts';
import type { TabProps } from './tab.ts';

/** The steps as they ran, with the blanks between them explained. */
export function TimelineTab({ steps, trace, analysis, status, present, address, onShow }: TabProps) {
  const now = isTerminal(status) ? null : present;
  const extent = useMemo(() => (trace ? extentOf(trace, now) : { start: 0, end: 0 }), [trace, now]);
  const blanks = useMemo(() => (analysis ? blanksOf(analysis.whole) : []), [analysis]);
  const rows = useMemo(
    () => timelineRows(stepRows(steps, trace, analysis?.whole, now ?? extent.end), blanks),
    [steps, trace, analysis, now, extent, blanks],
  );
  if (!trace) return <output className="skeleton skeleton-chart" aria-label="Loading the timeline" />;
  if (rows.length === 0) {
    return (
      <div className="state">
        <h2>There are no steps</h2>
        <p>
          What this execution was recorded with tells of spans only; the flame chart and the table of spans have them.
        </p>
      </div>
    );
  }
  return (
    <div className="list-tab">
      <Timeline
        rows={rows}
        extent={extent}
        onShowSpan={onShow}
        onShowBlank={({ start, end }) => {
          const around = (end - start) / 4;
          address.setView({ start: start - around, end: end + around, scrollTop: 0 });
          address.change({ tab: 'flame' });
        }}
      />
    </div>
  );
}

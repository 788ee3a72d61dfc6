import { isFailure, statusOf, type Micros, type Trace } from '@flowprof/model';
import { useMemo, type ReactNode } from 'react';
import { formatDuration } from '../time.ts';
import { ganttSource, type GanttSource } from '../views/gantt.ts';

export interface RowsTableProps {
  readonly trace: Trace;
  /** Up to where spans that still run count. */
  readonly now?: Micros | null;
  /** Told the span of the first instance of a row. */
  readonly onSelect?: (row: number) => void;
  /** At most so many rows are listed; 200 when absent. */
  readonly limit?: number;
  readonly className?: string;
}

const LIMIT = 200;

/** What a row of nodes adds up to; microseconds. */
function sumsOf({ trace, times }: GanttSource, spans: readonly number[]) {
  let total = 0;
  let queued = 0;
  let failed = 0;
  let end = 0;
  for (const span of spans) {
    total += times.ends[span] - times.start[span];
    queued += times.ran[span] - times.start[span];
    if (isFailure(statusOf(trace.spans.status[span]))) failed++;
    if (times.ends[span] > end) end = times.ends[span];
  }
  return { total, queued, failed, end };
}

/** The rows of nodes as a real table: for screen readers, for the keyboard, and for copying. */
export function RowsTable({ trace, now = null, onSelect, limit = LIMIT, className }: RowsTableProps): ReactNode {
  const source = useMemo(() => ganttSource(trace, now), [trace, now]);
  const rows = source.rows.slice(0, limit);
  const shown = rows.length < source.rows.length ? `, the first ${rows.length} of ${source.rows.length}` : '';
  return (
    <table className={['flowprof-flame-table', className].filter(Boolean).join(' ')}>
      <caption>{`Nodes in the order in which they first ran${shown}`}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          {['Runs', 'Failed', 'Total', 'Queued', 'First start', 'Last end'].map((head) => (
            <th scope="col" key={head} className="flowprof-flame-number">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ id, name, spans }) => {
          const { total, queued, failed, end } = sumsOf(source, spans);
          const [first] = spans;
          const cells =
            first === undefined
              ? ['not started', '', '', '', '', '']
              : [
                  spans.length.toLocaleString('en'),
                  failed.toLocaleString('en'),
                  formatDuration(total),
                  formatDuration(queued),
                  formatDuration(source.times.start[first]),
                  formatDuration(end),
                ];
          return (
            <tr key={id}>
              <th scope="row">
                {first === undefined ? (
                  name
                ) : (
                  <button type="button" onClick={() => onSelect?.(first)}>
                    {name}
                  </button>
                )}
              </th>
              {cells.map((cell, i) => (
                // oxlint-disable-next-line react/no-array-index-key -- the columns never change
                <td key={i} className="flowprof-flame-number">
                  {cell}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

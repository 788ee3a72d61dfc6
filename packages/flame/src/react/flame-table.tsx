import type { Trace } from '@flowprof/model';
import { useMemo, type ReactNode } from 'react';
import { describeSpan } from '../describe.ts';

export interface FlameTableProps {
  readonly trace: Trace;
  /** The rows to list, e.g. those in view; the first spans of the trace in the order of their start when absent. */
  readonly rows?: readonly number[];
  /** At most so many are listed; 200 when absent. */
  readonly limit?: number;
  readonly selectedRow?: number | null;
  readonly onSelect?: (row: number) => void;
  readonly caption?: string;
  readonly className?: string;
}

const LIMIT = 200;

/** The first rows by start, without sorting the whole trace more than once. */
function firstRows(trace: Trace, limit: number): number[] {
  const { length, start } = trace.spans;
  const rows = Uint32Array.from({ length }, (_, row) => row);
  rows.sort((a, b) => start[a] - start[b] || a - b);
  return [...rows.subarray(0, limit)];
}

/** The spans as a real table: for screen readers, for the keyboard, and for copying. */
export function FlameTable(props: FlameTableProps): ReactNode {
  const { trace, rows, selectedRow, onSelect, limit = LIMIT } = props;
  const listed = useMemo(
    () => (rows === undefined ? firstRows(trace, limit) : rows.slice(0, limit)),
    [trace, rows, limit],
  );
  const total = rows?.length ?? trace.spans.length;
  const shown = listed.length < total ? `, the first ${listed.length} of ${total}` : '';
  return (
    <table className={['flowprof-flame-table', props.className].filter(Boolean).join(' ')}>
      <caption>{`${props.caption ?? 'Spans in the order of their start'}${shown}`}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Kind</th>
          <th scope="col">Node</th>
          <th scope="col">Status</th>
          <th scope="col" className="flowprof-flame-number">
            Start
          </th>
          <th scope="col" className="flowprof-flame-number">
            Duration
          </th>
        </tr>
      </thead>
      <tbody>
        {listed.map((row) => {
          const span = describeSpan(trace, row);
          const selected = row === selectedRow;
          return (
            <tr key={row} data-selected={selected || undefined}>
              <th scope="row">
                <button type="button" aria-pressed={selected} onClick={() => onSelect?.(row)}>
                  {span.name}
                </button>
              </th>
              <td>{span.kind}</td>
              <td>{span.kind === 'node' ? span.name : (span.node ?? '')}</td>
              <td data-status={span.status}>{span.status}</td>
              <td className="flowprof-flame-number">{span.startText}</td>
              <td className="flowprof-flame-number">{span.durationText}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

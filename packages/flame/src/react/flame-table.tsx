import type { Trace } from '@flowprof/model';
import { useEffect, useMemo, useRef, type ReactNode } from 'react';
import { describeSpan } from '../describe.ts';
import { showRow, useRowWindow } from './row-window.ts';

export interface FlameTableProps {
  readonly trace: Trace;
  /** The rows to list, e.g. those in view; all spans of the trace in the order of their start when absent. */
  readonly rows?: readonly number[];
  /** At most so many are listed; all of them when absent. Only those that can be seen are rendered. */
  readonly limit?: number;
  /** The table scrolls to it when it changes. */
  readonly selectedRow?: number | null;
  readonly onSelect?: (row: number) => void;
  readonly caption?: string;
  readonly className?: string;
}

/** The height of every row, in CSS pixels; `flame.css` gives it to them. */
const ROW_HEIGHT = 30;

/** All rows by start; most traces have them so, and then nothing is sorted. */
function rowsByStart(trace: Trace): Uint32Array {
  const { length, start } = trace.spans;
  const rows = Uint32Array.from({ length }, (_, row) => row);
  const isSorted = start.every((time, row) => row === 0 || time >= start[row - 1]);
  return isSorted ? rows : rows.sort((a, b) => start[a] - start[b] || a - b);
}

/** In place of the rows that are not rendered, as tall as they are. */
function Gap({ rows }: { readonly rows: number }): ReactNode {
  if (rows === 0) return null;
  return (
    <tr aria-hidden="true" style={{ height: rows * ROW_HEIGHT }}>
      {/* Hidden from everybody: nothing stands in it. */}
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
      <td colSpan={6} />
    </tr>
  );
}

interface RowProps {
  readonly trace: Trace;
  readonly row: number;
  /** Its position among all rows, from 0. */
  readonly at: number;
  readonly selected: boolean;
  readonly onSelect: ((row: number) => void) | undefined;
}

function Row({ trace, row, at, selected, onSelect }: RowProps): ReactNode {
  const span = describeSpan(trace, row);
  return (
    <tr data-selected={selected || undefined} aria-rowindex={at + 2}>
      <th scope="row">
        <button type="button" aria-pressed={selected} onClick={() => onSelect?.(row)} title={span.name}>
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
}

/** The spans as a real table: for screen readers, for the keyboard, and for copying. However many, it scrolls at once. */
export function FlameTable(props: FlameTableProps): ReactNode {
  const { trace, rows, selectedRow = null, onSelect, limit } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const listed = useMemo(() => (rows ?? rowsByStart(trace)).slice(0, limit), [trace, rows, limit]);
  const { first, last } = useRowWindow(body, listed.length, ROW_HEIGHT);
  const selectedAt = useMemo(() => (selectedRow === null ? -1 : listed.indexOf(selectedRow)), [listed, selectedRow]);
  useEffect(() => {
    if (body.current !== null && selectedAt !== -1) showRow(body.current, selectedAt, ROW_HEIGHT);
  }, [selectedAt]);
  const total = rows?.length ?? trace.spans.length;
  const shown = listed.length < total ? `, the first ${listed.length} of ${total}` : '';
  return (
    <table
      className={['flowprof-flame-table', props.className].filter(Boolean).join(' ')}
      aria-rowcount={listed.length + 1}
    >
      <caption>{`${props.caption ?? 'Spans in the order of their start'}${shown}`}</caption>
      <thead>
        <tr aria-rowindex={1}>
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
      <tbody ref={body}>
        <Gap rows={first} />
        {Array.from(listed.slice(first, last), (row, i) => (
          <Row key={row} trace={trace} row={row} at={first + i} selected={row === selectedRow} onSelect={onSelect} />
        ))}
        <Gap rows={listed.length - last} />
      </tbody>
    </table>
  );
}

import { formatDuration } from '@flowprof/flame';
import { NONE } from '@flowprof/model';
import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { useRowWindow } from '../components/useRowWindow.ts';
import { formatExactMs } from '../format/duration.ts';
import { StepBar } from './StepBar.tsx';
import { StepDetails } from './StepDetails.tsx';
import { readStepOrder, retryCount, type StepOrder, type StepRow } from './stepRows.ts';
import { Verdict, VERDICT_WORDS } from './Verdict.tsx';
import type { Extent } from './wholeRun.ts';

function Time({ micros }: { readonly micros: number | undefined }) {
  if (micros === undefined) return <span className="muted">–</span>;
  return <span title={formatExactMs(micros)}>{formatDuration(micros)}</span>;
}

/** How tall a row is, in CSS pixels; the style sheet knows it too. */
const ROW_HEIGHT = 37;

/** How often a step was tried again, and whether that was foreseen; the reason is its title, and in its details. */
function RetryCount({ count, retries }: { readonly count: number; readonly retries: StepRow['retries'] }) {
  const number = count === 0 ? <span className="muted">0</span> : count.toLocaleString('en');
  if (retries === null || retries.verdict === 'unknown') return number;
  return (
    <span className="step-retries" title={retries.reason}>
      {number} {VERDICT_WORDS[retries.verdict]} <Verdict verdict={retries.verdict} />
    </span>
  );
}

interface RowProps {
  readonly row: StepRow;
  /** Its position in the whole list, from 0. */
  readonly at: number;
  readonly extent: Extent;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onShow: (span: number) => void;
}

function Row({ row, at, extent, isOpen, onToggle, onShow }: RowProps) {
  const { step, label, times, span, retries } = row;
  return (
    // The header is the first row.
    <tr className="step-row" aria-rowindex={at + 2}>
      <td className="step-order">
        <Button
          className="icon-button"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? 'Hide' : 'Show'} the details of ${label}`}
          onPress={onToggle}
        >
          <Icon name={isOpen ? 'down' : 'right'} />
        </Button>
        <span className="muted">{step.order}</span>
      </td>
      <th scope="row" title={label}>
        {span === NONE ? (
          <bdi>{label}</bdi>
        ) : (
          <Button className="link-button" onPress={() => onShow(span)}>
            <bdi>{label}</bdi>
          </Button>
        )}
      </th>
      <td>
        <StatusBadge status={step.status} />
      </td>
      <td className="right">
        <Time micros={times?.start} />
      </td>
      <td className="right">
        <Time micros={times?.waited} />
      </td>
      <td className="right">
        <Time micros={times?.duration} />
      </td>
      <td className="right">
        <RetryCount count={retryCount(row)} retries={retries} />
      </td>
      <td className="step-timeline">{times && <StepBar status={step.status} times={times} extent={extent} />}</td>
    </tr>
  );
}

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  readonly title?: string;
  readonly sortedBy?: StepOrder;
}

const COLUMNS: readonly Column[] = [
  { name: '#' },
  { name: 'Step', sortedBy: 'name' },
  { name: 'Status', sortedBy: 'status' },
  {
    name: 'Ready',
    isNumber: true,
    title: "From the execution's start to when the step could begin",
    sortedBy: 'ready',
  },
  {
    name: 'Waited',
    isNumber: true,
    title: 'From ready to its first attempt being given a worker',
    sortedBy: 'waited',
  },
  {
    name: 'Duration',
    isNumber: true,
    title: 'From ready to its end, as in the flame chart: waits, all attempts and reporting back',
    sortedBy: 'duration',
  },
  { name: 'Retries', isNumber: true, sortedBy: 'retries' },
  { name: 'Timeline' },
];

interface HeadProps {
  readonly sort: string;
  readonly onSort: (sort: string) => void;
}

/** The names of the columns; pressed once they sort down, again up, a third time not at all. */
function Head({ sort, onSort }: HeadProps) {
  const order = readStepOrder(sort);
  const next = (by: StepOrder) => (order?.by !== by ? `-${by}` : order.isDown ? by : '');
  const sortOf = ({ sortedBy }: Column) => {
    if (sortedBy === undefined || order?.by !== sortedBy) return undefined;
    return order.isDown ? 'descending' : 'ascending';
  };
  return (
    <thead>
      <tr aria-rowindex={1}>
        {COLUMNS.map((column) => {
          const { name, isNumber, title, sortedBy } = column;
          const sorted = sortOf(column);
          return (
            <th key={name} scope="col" title={title} className={isNumber ? 'right' : undefined} aria-sort={sorted}>
              {sortedBy === undefined ? (
                name
              ) : (
                <Button className="sort-button" onPress={() => onSort(next(sortedBy))}>
                  {name}
                  <span aria-hidden="true">{sorted === undefined ? '' : sorted === 'ascending' ? ' ↑' : ' ↓'}</span>
                </Button>
              )}
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

interface StepsTableProps extends HeadProps {
  readonly rows: readonly StepRow[];
  /** The whole run, in microseconds from the execution's start. */
  readonly extent: Extent;
  /** Shows a span, by its row, in the chart. */
  readonly onShow: (span: number) => void;
}

/** The steps of an execution, with what went in and came out of those that are opened. */
export function StepsTable({ rows, extent, sort, onSort, onShow }: StepsTableProps) {
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set<string>());
  const open = useMemo(
    () => (opened.size === 0 ? [] : rows.flatMap(({ key }, row) => (opened.has(key) ? [{ row, key }] : []))),
    [rows, opened],
  );
  const { ref, measure, first, end, before, after } = useRowWindow(rows.length, ROW_HEIGHT, open);
  const toggle = (key: string) =>
    setOpened((known) => {
      const next = new Set(known);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll table-window" aria-label="Steps" tabIndex={0} ref={ref}>
      <table className="steps steps-fixed" aria-rowcount={rows.length + 1}>
        <Head sort={sort} onSort={onSort} />
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {rows.slice(first, end).flatMap((row, i) => {
            const isOpen = opened.has(row.key);
            const line = (
              <Row
                key={row.key}
                row={row}
                at={first + i}
                extent={extent}
                isOpen={isOpen}
                onToggle={() => toggle(row.key)}
                onShow={onShow}
              />
            );
            if (!isOpen) return [line];
            return [
              line,
              <tr key={`${row.key} more`} className="step-more">
                <td colSpan={COLUMNS.length}>
                  <StepDetails row={row} measure={measure(row.key)} />
                </td>
              </tr>,
            ];
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
      {rows.length === 0 && <p className="table-empty">No step is like that.</p>}
    </section>
  );
}

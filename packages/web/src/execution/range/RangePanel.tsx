import { formatDuration } from '@flowprof/flame';
import type { Trace } from '@flowprof/model';
import { useDeferredValue, useMemo, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../../components/Icon.tsx';
import { formatExactMs, formatPercent } from '../../format/duration.ts';
import type { Stretch } from '../urlState.ts';
import { RANGE_COLUMNS, rangeIndexOf, rangeStats, sortedRange, type RangeColumn, type RangeRow } from './rangeStats.ts';

/** At most so many names are listed; the rest is counted. */
const MOST_ROWS = 200;

const TITLES: Record<RangeColumn, string> = {
  name: 'Name',
  count: 'Count',
  total: 'Total',
  self: 'Self',
  average: 'Average',
};

interface Sorting {
  readonly by: RangeColumn;
  readonly reversed: boolean;
}

function Head({ sorting, onSort }: { readonly sorting: Sorting; readonly onSort: (by: RangeColumn) => void }) {
  return (
    <thead>
      <tr>
        {RANGE_COLUMNS.map((column) => {
          const sorted = sorting.by === column;
          const ascending = (column === 'name') !== sorting.reversed;
          return (
            <th
              key={column}
              scope="col"
              className={column === 'name' ? undefined : 'right'}
              aria-sort={sorted ? (ascending ? 'ascending' : 'descending') : 'none'}
            >
              <Button className="sort-button" onPress={() => onSort(column)}>
                {TITLES[column]}
                <span aria-hidden="true" className="sort-sign">
                  {sorted ? (ascending ? '▲' : '▼') : ''}
                </span>
              </Button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function Share({ time, of }: { readonly time: number; readonly of: number }) {
  return (
    <td className="right" title={formatExactMs(time)}>
      {formatDuration(time)}
      {of > 0 && <span className="muted range-share"> {formatPercent(time, of)}</span>}
    </td>
  );
}

interface RangePanelProps {
  readonly trace: Trace;
  readonly now: number | null;
  readonly range: Stretch;
  readonly onShow: (row: number) => void;
  readonly onZoom: () => void;
  readonly onClear: () => void;
  /** More that can be done with the range. */
  readonly children?: ReactNode;
}

function Rows({
  rows,
  length,
  onShow,
}: { readonly rows: readonly RangeRow[]; readonly length: number } & Pick<RangePanelProps, 'onShow'>) {
  return (
    <tbody>
      {rows.slice(0, MOST_ROWS).map((row) => (
        <tr key={`${row.kind} ${row.name}`}>
          <th scope="row">
            <Button className="link-button" onPress={() => onShow(row.longest)}>
              <bdi>{row.name}</bdi>
            </Button>{' '}
            <span className="tag">{row.kind}</span>
          </th>
          <td className="right">{row.count.toLocaleString('en')}</td>
          <Share time={row.total} of={length} />
          <Share time={row.self} of={length} />
          <td className="right" title={formatExactMs(row.average)}>
            {formatDuration(row.average)}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** What ran in the selected range of time, by name; the percentages are of the range's length. */
export function RangePanel({ trace, now, range, onShow, onZoom, onClear, children }: RangePanelProps) {
  const [sorting, setSorting] = useState<Sorting>({ by: 'total', reversed: false });
  const settled = useDeferredValue(range);
  const index = useMemo(() => rangeIndexOf(trace, now), [trace, now]);
  const rows = useMemo(() => rangeStats(index, settled), [index, settled]);
  const sorted = useMemo(() => sortedRange(rows, sorting.by, sorting.reversed), [rows, sorting]);
  const length = settled.end - settled.start;
  const sort = (by: RangeColumn) => setSorting((before) => ({ by, reversed: before.by === by && !before.reversed }));
  return (
    <section className="range-panel" aria-label="Selected range">
      <div className="range-head">
        <h3>
          {formatDuration(range.end - range.start)}{' '}
          <span className="muted">
            from {formatDuration(range.start)} to {formatDuration(range.end)}
          </span>
        </h3>
        <span className="spacer" />
        <Button className="button button-small" onPress={onZoom}>
          Zoom to the range
        </Button>
        {children}
        <Button className="icon-button" aria-label="Clear the range" onPress={onClear}>
          <Icon name="cross" />
        </Button>
      </div>
      {rows.length === 0 ? (
        <p className="muted range-empty">Nothing ran in this range.</p>
      ) : (
        // A region that scrolls by itself must be reachable by keyboard.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <section className="range-scroll" aria-label="What ran in the range" tabIndex={0}>
          <table className="range-table">
            <Head sorting={sorting} onSort={sort} />
            <Rows rows={sorted} length={length} onShow={onShow} />
          </table>
          {rows.length > MOST_ROWS && (
            <p className="muted range-empty">
              The first {MOST_ROWS} of {rows.length.toLocaleString('en')} names.
            </p>
          )}
        </section>
      )}
    </section>
  );
}

/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- As cards the
   rows are no table boxes, and some browsers then drop the roles that the elements have by themselves. */
import { useEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { Icon } from '../components/Icon.tsx';
import { ExecutionRow, type RowAction } from './ExecutionRow.tsx';
import type { Sort } from './filter.ts';
import type { ListedExecution } from './listed.ts';
import type { Usual } from './usual.ts';
import type { RowWindow } from './useRowWindow.ts';
import { piecesOf } from './windowing.ts';

interface ExecutionTableProps {
  readonly rows: readonly ListedExecution[];
  readonly hasMore: boolean;
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly window: RowWindow;
  readonly usual: ReadonlyMap<string, Usual>;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly sort: Sort;
  readonly ticked: readonly string[];
  readonly showsWorkflow: boolean;
  readonly mayChange: boolean;
  readonly onSort: (sort: Sort) => void;
  readonly onTick: (execution: ListedExecution) => void;
  readonly onAction: (execution: ListedExecution, action: RowAction) => void;
  /** The arrows went beyond the last row that is there. */
  readonly onBeyond: () => void;
}

const COLUMNS = 7;

interface SortHeadProps {
  readonly label: string;
  readonly sort: Sort;
  /** The order that a first press gives, and the other one. */
  readonly orders: readonly [Sort, Sort];
  readonly onSort: (sort: Sort) => void;
  readonly className: string;
}

function SortHead({ label, sort, orders: [most, least], onSort, className }: SortHeadProps) {
  const state = sort === most ? 'descending' : sort === least ? 'ascending' : 'none';
  return (
    <th role="columnheader" scope="col" aria-sort={state} className={className}>
      <button type="button" className="sort-head" onClick={() => onSort(sort === most ? least : most)}>
        {label}
        {state !== 'none' && (
          <span className={`sort-mark sort-mark-${state}`}>
            <Icon name="down" />
          </span>
        )}
      </button>
    </th>
  );
}

/** Where a key leads from a row; null where it is no such key. */
function rowAfter(key: string, row: number, count: number, page: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return row + 1;
    case 'ArrowUp':
      return row - 1;
    case 'PageDown':
      return Math.min(count - 1, row + page);
    case 'PageUp':
      return Math.max(0, row - page);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** The row that the keyboard has reached, and moving it by the arrows. */
function useReached(props: ExecutionTableProps) {
  const { rows, body, window: shown, onTick, onBeyond } = props;
  const [reached, setReached] = useState(0);
  const wanted = useRef<number | null>(null);
  const at = Math.min(reached, Math.max(0, rows.length - 1));
  useEffect(() => {
    const row = wanted.current;
    if (row === null) return;
    const link = body.current?.querySelector<HTMLElement>(`[data-row="${row}"] .row-link`);
    if (!link) return;
    wanted.current = null;
    link.focus({ preventScroll: true });
    link.closest('tr')?.scrollIntoView({ block: 'nearest' });
  });
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    const onLink = event.target.closest('.row-link') !== null;
    const onTickBox = event.target.closest('.tick') !== null;
    if (!onLink && !onTickBox) return;
    if (event.key === ' ' && onLink) {
      event.preventDefault();
      const execution = rows[at];
      if (execution) onTick(execution);
      return;
    }
    const page = Math.max(1, shown.inView.end - shown.inView.first - 2);
    const next = rowAfter(event.key, at, rows.length, page);
    if (next === null) return;
    event.preventDefault();
    if (next >= rows.length) onBeyond();
    if (next < 0 || next >= rows.length) return;
    wanted.current = next;
    setReached(next);
  };
  return { reached: at, setReached, press };
}

/** The executions as a table; on a narrow screen each row is a card. The roles stay when the style takes them. */
export function ExecutionTable(props: ExecutionTableProps) {
  const { rows, hasMore, body, window: shown, usual, now, sort, ticked, showsWorkflow, mayChange, onSort } = props;
  const { reached, setReached, press } = useReached(props);
  const end = Math.min(shown.near.end, rows.length);
  const pieces = piecesOf({ first: Math.min(shown.near.first, end), end }, rows.length, reached);
  return (
    <table className="executions" role="table" aria-label="Executions" aria-rowcount={hasMore ? -1 : rows.length + 1}>
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          <th role="columnheader" scope="col" className="cell-tick">
            <span className="visually-hidden">Compare</span>
          </th>
          <th role="columnheader" scope="col" className="cell-status">
            Status
          </th>
          <th role="columnheader" scope="col" className="cell-name">
            {showsWorkflow ? 'Workflow' : 'Execution'}
          </th>
          <SortHead
            label="Started"
            className="cell-started"
            sort={sort}
            orders={['newest', 'oldest']}
            onSort={onSort}
          />
          <SortHead
            label="Duration"
            className="cell-duration"
            sort={sort}
            orders={['longest', 'shortest']}
            onSort={onSort}
          />
          <th role="columnheader" scope="col" className="cell-trigger">
            Trigger
          </th>
          <th role="columnheader" scope="col" className="cell-menu">
            <span className="visually-hidden">More</span>
          </th>
        </tr>
      </thead>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move between its links */}
      <tbody role="rowgroup" ref={body} onKeyDown={press}>
        {pieces.map((piece) => {
          if ('gap' in piece) {
            return (
              <tr key={`gap-${piece.after}`} className="row-gap" aria-hidden="true">
                {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- room, and no control */}
                <td colSpan={COLUMNS}>
                  <div style={{ height: piece.gap * shown.rowHeight }} />
                </td>
              </tr>
            );
          }
          const execution = rows[piece.row];
          if (execution === undefined) return null;
          return (
            <ExecutionRow
              key={execution.id}
              execution={execution}
              row={piece.row}
              usual={usual.get(execution.workflowId)}
              now={now}
              isTicked={ticked.includes(execution.id)}
              isReached={piece.row === reached}
              showsWorkflow={showsWorkflow}
              mayChange={mayChange}
              onTick={props.onTick}
              onReach={setReached}
              onAction={props.onAction}
            />
          );
        })}
      </tbody>
    </table>
  );
}

/** In place of the table while it loads. */
export function TableSkeleton() {
  return (
    <output className="skeleton-table" aria-label="Loading the executions">
      {['a', 'b', 'c', 'd', 'e', 'f'].map((key) => (
        <span key={key} className="skeleton-row">
          <span className="skeleton skeleton-short" />
          <span className="skeleton skeleton-long" />
          <span className="skeleton skeleton-short" />
        </span>
      ))}
    </output>
  );
}

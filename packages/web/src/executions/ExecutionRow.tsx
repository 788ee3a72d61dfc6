/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- As cards the
   rows are no table boxes, and some browsers then drop the roles that the elements have by themselves. */
import { isTerminal } from '@flowprof/model';
import { memo } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Link } from 'react-router';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatExact, formatRelative } from '../format/time.ts';
import { words } from '../format/value.ts';
import type { ListedExecution } from './listed.ts';
import { inputLine, isOfOthers, secondsSoFar, workflowLabel } from './rows.ts';
import { sparkOf, timesText, type Spark, type Usual } from './usual.ts';

/** When an execution started, as the time that has passed since; not every source tells it of what has run. */
function Started({ of: { startedAt: at, status }, now }: { readonly of: Execution; readonly now: number }) {
  if (at === null) return <span className="muted">{status === 'pending' ? 'not started' : 'start unknown'}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

/** A duration beside what is usual: the line in the middle is the workflow's median. */
function SparkBar({ spark }: { readonly spark: Spark }) {
  return (
    <svg className={`spark spark-${spark.pace}`} aria-hidden="true" focusable="false">
      <rect className="spark-track" width="100%" height="100%" rx="2" />
      <rect className="spark-fill" width={`${(spark.share * 100).toFixed(2)}%`} height="100%" rx="2" />
      <rect className="spark-usual" x="50%" width="1.5" height="100%" />
    </svg>
  );
}

const PACES = { slower: 'slower than usual', usual: 'as usual', faster: 'faster than usual' };

function DurationCell({ seconds, usual }: { readonly seconds: number | null; readonly usual: Usual | undefined }) {
  const spark = sparkOf(seconds, usual);
  const median = formatSeconds(usual?.medianSeconds ?? null);
  return (
    <span
      className="duration"
      title={spark === null ? undefined : `${timesText(spark.times)} the median of ${median}: ${PACES[spark.pace]}`}
    >
      <span className="duration-text">
        {formatSeconds(seconds)}
        {spark !== null && spark.pace !== 'usual' && (
          <span className={`times times-${spark.pace}`}>
            {timesText(spark.times)}
            <span className="visually-hidden"> the usual, {PACES[spark.pace]}</span>
          </span>
        )}
      </span>
      {spark !== null && <SparkBar spark={spark} />}
    </span>
  );
}

/** What can be done with an execution of the list, apart from opening it. */
export type RowAction = 'before' | 'cancel';

interface RowMenuProps {
  readonly execution: ListedExecution;
  readonly name: string;
  readonly mayChange: boolean;
  readonly isReached: boolean;
  readonly onAction: (action: RowAction) => void;
}

function RowMenu({ execution, name, mayChange, isReached, onAction }: RowMenuProps) {
  const canCancel = mayChange && !isTerminal(execution.status) && !isOfOthers(execution);
  return (
    <MenuTrigger>
      <Button className="icon-button row-menu" aria-label={`More for ${name}`} excludeFromTabOrder={!isReached}>
        <Icon name="more" />
      </Button>
      <Popover className="popover popover-small" placement="bottom end">
        <Menu
          className="menu"
          aria-label={`More for ${name}`}
          onAction={(key) => onAction(key === 'cancel' ? 'cancel' : 'before')}
        >
          <MenuItem id="before" className="menu-item menu-item-icon" textValue="Compare with the one before">
            <Icon name="compare" />
            Compare with the one before
          </MenuItem>
          {canCancel && (
            <MenuItem id="cancel" className="menu-item menu-item-icon" textValue="Cancel">
              <Icon name="stop" />
              Cancel
            </MenuItem>
          )}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

interface RowProps {
  readonly execution: ListedExecution;
  /** Its place in the list, from 0. */
  readonly row: number;
  readonly usual: Usual | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly isTicked: boolean;
  /** Whether the Tab key comes to this row; the arrows go on from it. */
  readonly isReached: boolean;
  readonly showsWorkflow: boolean;
  readonly mayChange: boolean;
  readonly onTick: (execution: ListedExecution) => void;
  readonly onReach: (row: number) => void;
  readonly onAction: (execution: ListedExecution, action: RowAction) => void;
}

/** An execution of the list. */
export const ExecutionRow = memo(function ExecutionRow(props: RowProps) {
  const { execution, row, usual, now, isTicked, isReached, showsWorkflow, mayChange, onTick, onReach, onAction } =
    props;
  const name = workflowLabel(execution);
  const called = execution.number === null ? name : `${name} #${execution.number}`;
  const tab = isReached ? 0 : -1;
  const line = inputLine(execution.input);
  return (
    <tr
      role="row"
      data-row={row}
      aria-rowindex={row + 2}
      data-ticked={isTicked || undefined}
      onFocus={() => onReach(row)}
    >
      <td role="cell" className="cell-tick">
        <label className="tick">
          <input
            type="checkbox"
            tabIndex={tab}
            checked={isTicked}
            aria-label={`Compare ${called}`}
            onChange={() => onTick(execution)}
          />
        </label>
      </td>
      <td role="cell" className="cell-status">
        <StatusBadge status={execution.status} />
      </td>
      <th role="rowheader" scope="row" className="cell-name">
        <Link to={`/executions/${encodeURIComponent(execution.id)}`} className="row-link" tabIndex={tab}>
          {(showsWorkflow || execution.number === null) && (
            <>
              <bdi className="name-text">{name}</bdi>{' '}
            </>
          )}
          {execution.number !== null && <span className="number">#{execution.number}</span>}
        </Link>
        {execution.error !== null && (
          <span className={execution.status === 'cancelled' ? 'row-error muted' : 'row-error'}>
            <bdi>{execution.error.slice(0, 400)}</bdi>
          </span>
        )}
        {execution.error === null && line !== '' && (
          <span className="row-error muted">
            <bdi>{line}</bdi>
          </span>
        )}
      </th>
      <td role="cell" className="cell-started">
        <Started of={execution} now={now} />
      </td>
      <td role="cell" className="cell-duration">
        <DurationCell seconds={secondsSoFar(execution, now)} usual={usual} />
      </td>
      <td role="cell" className="cell-trigger">
        {execution.trigger === null ? <span className="muted">–</span> : <bdi>{words(execution.trigger)}</bdi>}
      </td>
      <td role="cell" className="cell-menu">
        <RowMenu
          execution={execution}
          name={called}
          mayChange={mayChange}
          isReached={isReached}
          onAction={(action) => onAction(execution, action)}
        />
      </td>
    </tr>
  );
});

/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role -- As cards the
   rows are no table boxes, and some browsers then drop the roles that the elements have by themselves. */
import { Link } from 'react-router';
import type { Execution } from '../api/types.ts';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatExact, formatRelative } from '../format/time.ts';
import { words } from '../format/value.ts';
import { secondsSoFar, shareOfLongest, workflowLabel } from './rows.ts';

/** When an execution started, as the time that has passed since; not every source tells it of what has run. */
function Started({ of: { startedAt: at, status }, now }: { readonly of: Execution; readonly now: number }) {
  if (at === null) return <span className="muted">{status === 'pending' ? 'not started' : 'start unknown'}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

function DurationCell({ seconds, longest }: { readonly seconds: number | null; readonly longest: number }) {
  const width = `${(shareOfLongest(seconds, longest) * 100).toFixed(2)}%`;
  return (
    <>
      <span className="duration-text">{formatSeconds(seconds)}</span>
      <svg className="duration-bar" aria-hidden="true" focusable="false">
        <rect className="duration-bar-track" width="100%" height="100%" rx="2" />
        <rect className="duration-bar-fill" width={width} height="100%" rx="2" />
      </svg>
    </>
  );
}

interface RowProps {
  readonly execution: Execution;
  readonly longest: number;
  readonly now: number;
}

function Row({ execution, longest, now }: RowProps) {
  const name = workflowLabel(execution);
  return (
    <tr role="row">
      <td role="cell" className="cell-status">
        <StatusBadge status={execution.status} />
      </td>
      <th role="rowheader" scope="row" className="cell-name">
        <Link to={`/executions/${encodeURIComponent(execution.id)}`} className="row-link">
          <bdi className="name-text">{name}</bdi>{' '}
          {execution.number !== null && <span className="number">#{execution.number}</span>}
        </Link>
        {execution.error !== null && (
          <span className={execution.status === 'cancelled' ? 'row-error muted' : 'row-error'}>{execution.error}</span>
        )}
      </th>
      <td role="cell" className="cell-started">
        <Started of={execution} now={now} />
      </td>
      <td role="cell" className="cell-duration">
        <DurationCell seconds={secondsSoFar(execution, now)} longest={longest} />
      </td>
      <td role="cell" className="cell-trigger">
        {execution.trigger === null ? <span className="muted">–</span> : words(execution.trigger)}
      </td>
    </tr>
  );
}

interface ExecutionTableProps {
  readonly executions: readonly Execution[];
  readonly now: number;
}

/** The executions as a table; on a narrow screen each row is a card. The roles stay when the style takes them. */
export function ExecutionTable({ executions, now }: ExecutionTableProps) {
  const longest = executions.reduce((most, execution) => Math.max(most, secondsSoFar(execution, now) ?? 0), 0);
  return (
    <table className="executions" role="table" aria-label="Executions, newest first">
      <thead role="rowgroup">
        <tr role="row">
          {['Status', 'Workflow', 'Started', 'Duration', 'Trigger'].map((title) => (
            <th key={title} role="columnheader" scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {executions.map((execution) => (
          <Row key={execution.id} execution={execution} longest={longest} now={now} />
        ))}
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

import { formatDuration } from '@flowprof/flame';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { LiveBadge } from '../live/LiveBadge.tsx';
import type { WatchState } from '../live/follower.ts';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { secondsSoFar, workflowLabel } from '../executions/rows.ts';
import { formatExactMs } from '../format/duration.ts';
import { formatExact, formatRelative } from '../format/time.ts';
import { words } from '../format/value.ts';

interface HeaderProps {
  readonly execution: Execution;
  /** Null where nothing more is to come. */
  readonly watch: WatchState | null;
  /** Milliseconds; null while nothing is known. */
  readonly makespanMs: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** What can be done with it. */
  readonly children?: ReactNode;
}

export function Figure({
  name,
  title,
  children,
}: {
  readonly name: string;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}) {
  return (
    <div className="figure" title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Microseconds that the execution took or has been running; null before it started. */
function totalMicros(execution: Execution, now: number): number | null {
  const seconds = secondsSoFar(execution, now);
  return seconds === null ? null : seconds * 1e6;
}

/** Which execution this is, how it went and how long it took. */
export function Header({ execution, watch, makespanMs, now, children }: HeaderProps) {
  const total = totalMicros(execution, now);
  return (
    <div className="execution-head">
      <div className="execution-title">
        <Link to="/" className="back" aria-label="All executions" title="All executions">
          <Icon name="back" />
        </Link>
        <h1>
          <Link to={`/workflows/${encodeURIComponent(execution.workflowId)}`} title="All of this workflow">
            <bdi>{workflowLabel(execution)}</bdi>
          </Link>
          {execution.number !== null && <span className="number"> #{execution.number}</span>}
        </h1>
        <StatusBadge status={execution.status} />
        {watch !== null && <LiveBadge state={watch} />}
      </div>
      <span className="spacer" />
      <dl className="figures">
        {execution.version !== null && (
          <Figure name="Version" title="Of the workflow, when this ran">
            {execution.version}
          </Figure>
        )}
        {execution.trigger !== null && <Figure name="Trigger">{words(execution.trigger)}</Figure>}
        {execution.startedAt !== null && (
          <Figure name="Started" title={formatExact(execution.startedAt)}>
            {formatRelative(execution.startedAt, now)}
          </Figure>
        )}
        <Figure name="Duration" title={total === null ? undefined : `From start to end: ${formatExactMs(total)}`}>
          {total === null ? '–' : formatDuration(total)}
        </Figure>
        <Figure
          name="Makespan"
          title={
            makespanMs === null
              ? undefined
              : `From the first node's start to the last one's end: ${formatExactMs(makespanMs * 1000)}`
          }
        >
          {makespanMs === null ? '–' : formatDuration(makespanMs * 1000)}
        </Figure>
      </dl>
      {children}
    </div>
  );
}

import { formatDuration } from '@flowprof/flame';
import { spanKindAt, spanLabelAt, statusOf, type Trace } from '@flowprof/model';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatPercent } from '../format/duration.ts';
import { durationOf, errorText } from './spanValues.ts';
import { waitsIn } from './waits.ts';

/** At most so many waits are in the card. */
const MOST_WAITS = 3;

interface HoverCardProps {
  readonly trace: Trace;
  readonly row: number;
  /** Microseconds. */
  readonly makespan: number;
  readonly now: number;
}

/** What the card beside the pointer says; the details have the rest. */
export function HoverCard({ trace, row, makespan, now }: HoverCardProps) {
  const { spans } = trace;
  const duration = durationOf(spans, row, now);
  const error = errorText(spans.metadata.get(row)?.['error']);
  const waits = waitsIn(trace, row, now).slice(0, MOST_WAITS);
  return (
    <div className="hover-card" data-testid="hover-card">
      <bdi className="hover-name">{spanLabelAt(trace, row)}</bdi>
      <div className="hover-line">
        <strong>{formatDuration(duration)}</strong>
        {makespan > 0 && <span className="muted">{formatPercent(duration, makespan)} of the makespan</span>}
      </div>
      <div className="hover-line">
        <span className="tag">{spanKindAt(spans, row)}</span>
        <StatusBadge status={statusOf(spans.status[row] ?? 0)} />
        <span className="muted">at {formatDuration(spans.start[row] ?? 0)}</span>
      </div>
      {waits.map((wait) => (
        <div className="hover-line" key={`${wait.name} ${wait.cause} ${wait.duration}`}>
          <span>
            {wait.name} {formatDuration(wait.duration)}
          </span>
          {wait.cause !== null && <bdi className="muted">{wait.cause}</bdi>}
        </div>
      ))}
      {error !== null && <p className="hover-error">{error}</p>}
    </div>
  );
}

import { formatDuration } from '@flowprof/flame';
import { spanKindAt, spanNameAt, statusOf, type Trace } from '@flowprof/model';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatPercent } from '../format/duration.ts';
import { durationOf, errorText } from './spanDetails.ts';

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
  return (
    <div className="hover-card" data-testid="hover-card">
      <bdi className="hover-name">{spanNameAt(spans, row)}</bdi>
      <div className="hover-line">
        <strong>{formatDuration(duration)}</strong>
        {makespan > 0 && <span className="muted">{formatPercent(duration, makespan)} of the makespan</span>}
      </div>
      <div className="hover-line">
        <span className="tag">{spanKindAt(spans, row)}</span>
        <StatusBadge status={statusOf(spans.status[row] ?? 0)} />
        <span className="muted">at {formatDuration(spans.start[row] ?? 0)}</span>
      </div>
      {error !== null && <p className="hover-error">{error}</p>}
    </div>
  );
}

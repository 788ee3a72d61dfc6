import { Link } from 'react-router';
import type { Execution } from '../api/types.ts';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatExact, formatRelative } from '../format/time.ts';

interface RecentRunsProps {
  /** The newest first. */
  readonly executions: readonly Execution[];
  readonly now: number;
  /** Whether they are of one workflow, so that its name need not be said of each. */
  readonly isOfOne: boolean;
}

/** The newest executions, each with the way to it. */
export function RecentRuns({ executions, now, isOfOne }: RecentRunsProps) {
  return (
    <section className="list card" aria-label="Newest executions">
      <h2 className="list-title">Newest executions</h2>
      <table className="fact-table">
        <thead>
          <tr>
            <th scope="col">Execution</th>
            <th scope="col">Status</th>
            <th scope="col">Started</th>
            <th scope="col" className="cell-number">
              Duration
            </th>
          </tr>
        </thead>
        <tbody>
          {executions.map(({ id, number, workflowName, status, startedAt, durationSeconds }) => (
            <tr key={id}>
              <th scope="row">
                <Link to={`/executions/${encodeURIComponent(id)}`}>
                  {!isOfOne && <bdi>{workflowName}</bdi>} {number === null ? id.slice(0, 8) : `#${number}`}
                </Link>
              </th>
              <td>
                <StatusBadge status={status} />
              </td>
              <td className="muted">
                {startedAt === null ? (
                  '–'
                ) : (
                  <time dateTime={new Date(startedAt).toISOString()} title={formatExact(startedAt)}>
                    {formatRelative(startedAt, now)}
                  </time>
                )}
              </td>
              <td className="cell-number">{formatSeconds(durationSeconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

import { Link } from 'react-router';
import { TableScroll } from '../../charts/TableScroll.tsx';
import { StatusBadge } from '../../components/StatusBadge.tsx';
import { formatExact } from '../../format/time.ts';
import type { HistoryRun } from './types.ts';
import { formatMs, formatShare, runLabel } from './words.ts';

/** What the chart of the history shows, as a table; the newest first. */
export function RunsTable({ runs }: { readonly runs: readonly HistoryRun[] }) {
  return (
    <TableScroll label="Runs, as a table">
      <table className="fact-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Status</th>
            <th scope="col">Started</th>
            <th scope="col" className="cell-number">
              Duration
            </th>
            <th scope="col" className="cell-number">
              Usual before it
            </th>
            <th scope="col" className="cell-number">
              Slower than
            </th>
            <th scope="col">Remark</th>
          </tr>
        </thead>
        <tbody>
          {runs.toReversed().map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <Link to={`/executions/${encodeURIComponent(run.id)}`}>{runLabel(run)}</Link>
              </th>
              <td>
                <StatusBadge status={run.status} />
              </td>
              <td className="muted">{run.startedAt === null ? '–' : formatExact(run.startedAt)}</td>
              <td className="cell-number">{formatMs(run.makespan)}</td>
              <td className="cell-number">{formatMs(run.usual)}</td>
              <td className="cell-number">{run.percentile === null ? '–' : formatShare(run.percentile)}</td>
              <td>{run.isUnusual ? 'out of the usual' : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

import { Link } from 'react-router';
import { TableScroll } from '../../charts/TableScroll.tsx';
import type { History } from '../history/types.ts';
import { formatMs, runLabel } from '../history/words.ts';

const TITLES = ['Time', 'On the critical path', 'Instances', 'Failed', 'Attempts'] as const;

/** What the chart of a node shows, as a table; the newest first. */
export function NodeRunsTable({ history: { runs, node } }: { readonly history: History }) {
  const byId = new Map(runs.map((run) => [run.id, run]));
  return (
    <TableScroll label="The node in each run, as a table">
      <table className="fact-table">
        <thead>
          <tr>
            <th scope="col">Run</th>
            {TITLES.map((title) => (
              <th key={title} scope="col" className="cell-number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(node?.runs ?? []).toReversed().map(({ id, time, onPath, count, failed, attempts }) => (
            <tr key={id}>
              <th scope="row">
                <Link to={`/executions/${encodeURIComponent(id)}`}>
                  {runLabel({ id, number: byId.get(id)?.number ?? null })}
                </Link>
              </th>
              <td className="cell-number">{formatMs(time)}</td>
              <td className="cell-number">{formatMs(onPath)}</td>
              <td className="cell-number">{count}</td>
              <td className="cell-number">{failed}</td>
              <td className="cell-number">{attempts}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}

import { Link } from 'react-router';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { TableScroll } from '../../charts/TableScroll.tsx';
import type { PathFrequency } from '../history/types.ts';
import { formatMs, formatShare } from '../history/words.ts';

/** So many ways are listed. */
const MOST_PATHS = 8;

/** The ways that the critical path took through the workflow, the most frequent first. */
export function Paths({ paths: { executions, nodes, paths, pathCount } }: { readonly paths: PathFrequency }) {
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const shown = paths.slice(0, MOST_PATHS);
  return (
    <section className="list card" aria-labelledby="paths-title">
      <h2 id="paths-title" className="list-title">
        Critical paths
      </h2>
      <p className="card-says muted">
        What held the end of {executions} {executions === 1 ? 'run' : 'runs'} that completed
        {pathCount > shown.length && `, the ${shown.length} most frequent of ${pathCount} ways`}.
      </p>
      <TableScroll label="Critical paths, table">
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">Way through the nodes</th>
              <th scope="col">Runs</th>
              <th scope="col" className="cell-number">
                Mean duration
              </th>
              <th scope="col">Newest</th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ nodes: ids, count, percent, meanMakespan, lastExecution }) => (
              <tr key={ids.join('\n')}>
                <th scope="row">
                  {ids.map((id, at) => (
                    <span key={id}>
                      {at > 0 && ' → '}
                      <bdi>{names.get(id) ?? id}</bdi>
                    </span>
                  ))}
                </th>
                <td>
                  {count} ({formatShare(percent)})
                  <ShareBar share={percent / 100} />
                </td>
                <td className="cell-number">{formatMs(meanMakespan)}</td>
                <td>
                  <Link to={`/executions/${encodeURIComponent(lastExecution)}`}>Open</Link>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

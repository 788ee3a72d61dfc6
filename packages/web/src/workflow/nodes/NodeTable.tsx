import { LineSpark } from '../../charts/LineSpark.tsx';
import { ShareBar } from '../../charts/ShareBar.tsx';
import { TableScroll } from '../../charts/TableScroll.tsx';
import type { HistoryNode, PathFrequency } from '../history/types.ts';
import { formatMs, formatShare } from '../history/words.ts';

/** What the line of a node shows, in words. */
function trendWords({ name, times }: HistoryNode): string {
  const known = (times ?? []).filter((time) => time !== null);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no times`;
  return `${name} over ${known.length} runs: ${formatMs(first)} at first, ${formatMs(last)} at last`;
}

interface NodeTableProps {
  readonly nodes: readonly HistoryNode[];
  readonly paths: PathFrequency | undefined;
  readonly selected: string | null;
  readonly onSelect: (node: string | null) => void;
}

/** The nodes, that which held the path longest first: medians, how it changed over the runs, and how often it was on the path. */
export function NodeTable({ nodes, paths, selected, onSelect }: NodeTableProps) {
  const onPath = new Map(paths?.nodes.map((node) => [node.id, node]));
  return (
    <section className="list card" aria-labelledby="nodes-title">
      <h2 id="nodes-title" className="list-title">
        Slowest nodes
      </h2>
      <p className="card-says muted">
        Medians over the runs, those first that held the end of the runs longest. Choose one to see it run by run.
      </p>
      <TableScroll label="Slowest nodes, table">
        <table className="fact-table">
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col" className="cell-number">
                Runs
              </th>
              <th scope="col" className="cell-number">
                Time
              </th>
              <th scope="col" className="cell-number">
                On the critical path
              </th>
              <th scope="col">How often on it</th>
              <th scope="col">Over the runs</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => {
              const { id, name, runs, time, onPath: held, times } = node;
              const often = onPath.get(id);
              return (
                <tr key={id} className={id === selected ? 'row-selected' : ''}>
                  <th scope="row" aria-label={name}>
                    <button
                      type="button"
                      className="link-button"
                      aria-pressed={id === selected}
                      onClick={() => onSelect(id === selected ? null : id)}
                    >
                      <bdi>{name}</bdi>
                    </button>
                  </th>
                  <td className="cell-number">{runs}</td>
                  <td className="cell-number">{formatMs(time)}</td>
                  <td className="cell-number">{formatMs(held)}</td>
                  <td>
                    {paths ? `${formatShare(often?.percent ?? 0)} of the runs` : '–'}
                    {paths && <ShareBar share={(often?.percent ?? 0) / 100} />}
                  </td>
                  <td>{times === null ? '–' : <LineSpark values={times} label={trendWords(node)} />}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </TableScroll>
    </section>
  );
}

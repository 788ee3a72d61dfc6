import { formatDuration } from '@flowprof/flame';
import { Button } from 'react-aria-components';
import type { Outline } from './outline.ts';
import { TIMED_RUNS, type NodeTime } from './queries.ts';

interface NodeTableProps {
  readonly outline: Outline;
  readonly selected: string | null;
  readonly found: ReadonlySet<string> | null;
  readonly times: ReadonlyMap<string, NodeTime>;
  readonly problems: ReadonlyMap<string, number>;
  readonly onSelect: (key: string) => void;
}

/** The nodes of the graph as a table: the same for who does not see the picture. */
export function NodeTable({ outline, selected, found, times, problems, onSelect }: NodeTableProps) {
  const shown = outline.nodes.filter(({ key }) => found === null || found.has(key));
  return (
    <div className="table-scroll-x editor-table">
      <table className="fact-table" aria-label="Nodes of the workflow">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Type</th>
            <th scope="col">Waits for</th>
            <th scope="col" title={`Median over the last ${TIMED_RUNS} runs`}>
              Time
            </th>
            <th scope="col">Problems</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ key, label, type, dependsOn, depth, id }) => {
            const time = times.get(id);
            return (
              <tr key={key} aria-current={key === selected ? 'true' : undefined}>
                {/* Its label is the button's. */}
                {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
                <th scope="row" className={`depth-${Math.min(depth, 4)}`}>
                  <Button className="link-button" onPress={() => onSelect(key)}>
                    <bdi>{label}</bdi>
                  </Button>
                </th>
                <td>
                  <bdi>{type}</bdi>
                </td>
                <td>
                  <bdi>{dependsOn.join(', ')}</bdi>
                </td>
                <td>{time ? formatDuration(time.time * 1000) : '–'}</td>
                <td>{problems.get(key) ?? 0}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown.length === 0 && <p className="list-empty muted">No node.</p>}
    </div>
  );
}

import { words } from '../format/value.ts';
import { DifferenceCell } from './Bars.tsx';
import { largestOf, msText } from './parts.ts';
import type { Change, Comparison, Counts, InstanceChange, NodeChange } from './types.ts';
import { ScrollBox } from './ScrollBox.tsx';

interface NodesViewProps {
  readonly comparison: Comparison;
  readonly node: string | null;
  readonly onNode: (node: string | null) => void;
  /** Shows the selected node in both runs. */
  readonly onShow: () => void;
}

/** In which of both a node ran, in words. */
function presenceText({ presence, renamedFrom, matchedBy }: NodeChange): string {
  const guess = matchedBy === 'structure' ? ', by its place in the graph' : '';
  if (renamedFrom !== null) return `was “${renamedFrom}”${guess}`;
  switch (presence) {
    case 'new':
      return 'new';
    case 'removed':
      return 'removed';
    case 'not_run_before':
      return 'did not run before';
    case 'not_run_after':
      return 'did not run after';
    default:
      return 'in both';
  }
}

function countsText(counts: Counts | null): string {
  if (counts === null) return '–';
  const failed = counts.failed > 0 ? `, ${counts.failed} failed` : '';
  return `${counts.instances}×, ${counts.attempts} ${counts.attempts === 1 ? 'attempt' : 'attempts'}${failed}`;
}

function ChangeRows({
  title,
  rows,
}: {
  readonly title: string;
  readonly rows: readonly (Change & { readonly name: string })[];
}) {
  const largest = largestOf(rows);
  if (rows.length === 0) return null;
  return (
    <table className="compare-table">
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col" className="cell-number">
            Before
          </th>
          <th scope="col" className="cell-number">
            After
          </th>
          <th scope="col" className="cell-difference">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, before, after, difference }) => (
          <tr key={name}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td className="cell-number">{msText(before)}</td>
            <td className="cell-number">{msText(after)}</td>
            <td className="cell-difference">
              <DifferenceCell difference={difference} largest={largest} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function instanceName({ name, attempts, ranBefore, ranAfter }: InstanceChange): string {
  const tries = attempts.length > 1 ? `, ${attempts.length} attempts` : '';
  const where = ranBefore && ranAfter ? '' : ranAfter ? ', after only' : ', before only';
  return `${name}${tries}${where}`;
}

function Details({ node, onShow }: { readonly node: NodeChange; readonly onShow: () => void }) {
  return (
    <section className="node-details" aria-label={`Node ${node.name}`}>
      <div className="node-details-head">
        <h2>
          <bdi>{node.name}</bdi>
        </h2>
        <span className="muted">
          {presenceText(node)}
          {node.type !== null && `, ${node.type}`}
        </span>
        <span className="spacer" />
        <button type="button" className="button button-small" onClick={onShow}>
          Show in both runs
        </button>
      </div>
      <ChangeRows title="By cause" rows={node.causes.map((one) => ({ ...one, name: words(one.cause) }))} />
      <ChangeRows title="By phase" rows={node.phases.map((one) => ({ ...one, name: words(one.name) }))} />
      <ChangeRows
        title="Instances that changed most"
        rows={node.instances.map((one) => ({ ...one, name: instanceName(one) }))}
      />
    </section>
  );
}

/** The nodes that changed, those that changed most first; and of the selected one the causes, phases and instances. */
export function NodesView({ comparison, node, onNode, onShow }: NodesViewProps) {
  const { nodes, changedCount, unchangedCount } = comparison;
  const largest = largestOf(nodes.map(({ total }) => total));
  const selected = nodes.find(({ id }) => id === node);
  if (nodes.length === 0) return <p className="compare-note">No node took more or less time.</p>;
  return (
    <>
      {selected && <Details node={selected} onShow={onShow} />}
      <ScrollBox label="Nodes that changed">
        <table className="compare-table">
          <caption>
            {nodes.length < changedCount ? `The first ${nodes.length} of ` : ''}
            {changedCount} {changedCount === 1 ? 'node' : 'nodes'} changed, {unchangedCount} did not. Times are of all
            instances, on the critical path or not.
          </caption>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Is</th>
              <th scope="col" className="cell-number">
                Before
              </th>
              <th scope="col" className="cell-number">
                After
              </th>
              <th scope="col" className="cell-difference">
                Difference
              </th>
              <th scope="col">Ran before</th>
              <th scope="col">Ran after</th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((one) => (
              <tr key={one.id} data-selected={one.id === node || undefined}>
                {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- its button has the node's name */}
                <th scope="row">
                  <button
                    type="button"
                    className="cell-button"
                    aria-pressed={one.id === node}
                    onClick={() => onNode(one.id === node ? null : one.id)}
                  >
                    <bdi>{one.name}</bdi>
                  </button>
                </th>
                <td className="muted">{presenceText(one)}</td>
                <td className="cell-number">{msText(one.total.before)}</td>
                <td className="cell-number">{msText(one.total.after)}</td>
                <td className="cell-difference">
                  <DifferenceCell difference={one.total.difference} largest={largest} />
                </td>
                <td className="muted">{countsText(one.before)}</td>
                <td className="muted">{countsText(one.after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </>
  );
}

import { formatDuration } from '@flowprof/flame';
import { NONE } from '@flowprof/model';
import { useState } from 'react';
import { Button } from 'react-aria-components';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatExactMs, formatPercent } from '../format/duration.ts';
import type { RunNode } from './runGraph.ts';

/** How many rows are listed at first, and how many more each time. */
const ROWS_AT_ONCE = 100;

function Time({ micros }: { readonly micros: number }) {
  if (micros === 0) return <span className="muted">–</span>;
  return <span title={formatExactMs(micros)}>{formatDuration(micros)}</span>;
}

interface RowProps extends Pick<RunNodesTableProps, 'makespan' | 'onSelect'> {
  readonly node: RunNode;
  /** The name of its container. */
  readonly inside: string | null;
  readonly isSelected: boolean;
}

function Row({ node, inside, makespan, isSelected, onSelect }: RowProps) {
  return (
    <tr className={isSelected ? 'row-selected' : undefined}>
      <th scope="row">
        {node.row === NONE ? (
          <bdi>{node.name}</bdi>
        ) : (
          <Button className="link-button" onPress={() => onSelect(node.row)}>
            <bdi>{node.name}</bdi>
          </Button>
        )}
      </th>
      <td>
        <bdi>{node.type}</bdi>
      </td>
      <td>{inside !== null && <bdi>{inside}</bdi>}</td>
      <td>
        <StatusBadge status={node.status} />
        {node.failed > 0 && node.count > 1 && <span className="muted"> {node.failed.toLocaleString('en')} failed</span>}
      </td>
      <td className="right">{node.count.toLocaleString('en')}</td>
      <td className="right">
        <Time micros={node.time} />
      </td>
      <td className="right">
        <Time micros={node.critical} />
        {node.critical > 0 && <span className="muted"> {formatPercent(node.critical, makespan)}</span>}
      </td>
      <td className="right">{node.attempts.toLocaleString('en')}</td>
      <td className="right">
        <Time micros={node.queue} />
      </td>
    </tr>
  );
}

interface RunNodesTableProps {
  readonly nodes: readonly RunNode[];
  /** Microseconds. */
  readonly makespan: number;
  readonly selected: (node: RunNode) => boolean;
  /** Takes the row of a span. */
  readonly onSelect: (row: number) => void;
}

/** The graph of a run as a table. */
export function RunNodesTable({ nodes, makespan, selected, onSelect }: RunNodesTableProps) {
  const [most, setMost] = useState(ROWS_AT_ONCE);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  const left = nodes.length - most;
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll" aria-label="Nodes" tabIndex={0}>
      <table className="steps">
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Type</th>
            <th scope="col">Inside</th>
            <th scope="col">Status</th>
            <th scope="col" className="right">
              Instances
            </th>
            <th scope="col" className="right" title="Of all instances, from ready to their end">
              Time
            </th>
            <th scope="col" className="right" title="How much of the makespan it held">
              Critical
            </th>
            <th scope="col" className="right">
              Attempts
            </th>
            <th scope="col" className="right">
              Queued
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, most).map((node) => (
            <Row
              key={node.id}
              node={node}
              inside={node.container === null ? null : (names.get(node.container) ?? node.container)}
              makespan={makespan}
              isSelected={selected(node)}
              onSelect={onSelect}
            />
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <div className="table-more">
          <span className="muted">
            {most.toLocaleString('en')} of {nodes.length.toLocaleString('en')} nodes
          </span>
          <Button className="button button-small" onPress={() => setMost(most + ROWS_AT_ONCE)}>
            Show {Math.min(ROWS_AT_ONCE, left).toLocaleString('en')} more
          </Button>
        </div>
      )}
    </section>
  );
}

import { Fragment, useId, useMemo, useState, type ReactNode } from 'react';
import type { WorkflowRunProfile } from '../../profiler/types.ts';
import { Bar } from './bar.tsx';
import { NODE_ORDERS, nodeTimes, type NodeOrder, type NodeTimes } from './nodes.ts';
import { durationText, percentText, sizeText, statusWord } from './words.ts';

const ORDER_WORDS: Readonly<Record<NodeOrder, string>> = {
  slowest: 'Slowest first',
  started: 'In the order of their start',
  name: 'By name',
};
/** How many rows are shown at first, and how many more each time. */
const STEP = 50;

interface NodeRowProps {
  readonly node: NodeTimes;
  readonly longest: number;
  readonly total: number;
  readonly onNode: ((nodeId: string) => void) | undefined;
}

/** What is known of a node, in one sentence for where the pointer rests. */
function sentence({ name, duration, queueTime, runs }: NodeTimes, total: number): string {
  const waited = queueTime > 0 ? `, after waiting ${durationText(queueTime)}` : '';
  const often = runs > 1 ? ` in ${runs} runs` : '';
  return `${name}: ${durationText(duration)}${often}${waited}, ${percentText((duration / total) * 100)} of the run`;
}

function Details({ node, total, onNode }: Omit<NodeRowProps, 'longest'>): ReactNode {
  const { nodeId, type, runs, duration, queueTime, status, inputSize, outputSize, error } = node;
  const facts: readonly (readonly [string, string | null])[] = [
    ['Status', statusWord(status)],
    ['Type', type === 'unknown' ? null : type],
    ['Of the whole run', percentText((duration / total) * 100)],
    ['Waited before', queueTime > 0 ? durationText(queueTime) : null],
    ['Runs', runs > 1 ? String(runs) : null],
    ['Went in', inputSize === null ? null : sizeText(inputSize)],
    ['Came out', outputSize === null ? null : sizeText(outputSize)],
    ['Error', error],
  ];
  return (
    <>
      <dl className="flowprof-profiler-details">
        {facts.map(
          ([term, value]) =>
            value !== null && (
              <div key={term}>
                <dt>{term}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ),
        )}
      </dl>
      {onNode !== undefined && (
        <button type="button" className="flowprof-profiler-button" onClick={() => onNode(nodeId)}>
          Show this node
        </button>
      )}
    </>
  );
}

function NodeRow({ node, longest, total, onNode }: NodeRowProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className="flowprof-profiler-name"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            title={sentence(node, total)}
            onClick={() => setOpen(!isOpen)}
          >
            <bdi>{node.name}</bdi>
          </button>
          {node.status !== 'completed' && (
            <span className="flowprof-profiler-status" data-status={node.status}>
              {statusWord(node.status)}
            </span>
          )}
        </th>
        <td className="flowprof-profiler-bar-cell">
          <Bar whole={longest} before={node.queueTime} value={node.duration} title={sentence(node, total)} />
        </td>
        <td className="flowprof-profiler-number flowprof-profiler-roomy">
          {node.queueTime > 0 ? durationText(node.queueTime) : '–'}
        </td>
        <td className="flowprof-profiler-number">{durationText(node.duration)}</td>
      </tr>
      {isOpen && (
        <tr id={id}>
          <td colSpan={4}>
            <Details node={node} total={total} onNode={onNode} />
          </td>
        </tr>
      )}
    </>
  );
}

/** How long each node took, as bars and as the numbers beside them; a node opens to what else is known of it. */
export function NodeTable({
  profile,
  onNode,
}: {
  readonly profile: WorkflowRunProfile;
  readonly onNode: ((nodeId: string) => void) | undefined;
}): ReactNode {
  const [order, setOrder] = useState<NodeOrder>('slowest');
  const [shown, setShown] = useState(STEP);
  const nodes = useMemo(() => nodeTimes(profile.nodeMetrics, order), [profile, order]);
  const longest = useMemo(() => nodes.reduce((most, n) => Math.max(most, n.duration + n.queueTime), 0), [nodes]);
  if (nodes.length === 0) return null;
  return (
    <section className="flowprof-profiler-part flowprof-profiler-wide">
      <div className="flowprof-profiler-head">
        <h3>Node execution times</h3>
        <label>
          <span className="flowprof-profiler-hidden">Order of the nodes</span>
          <select
            className="flowprof-profiler-select"
            value={order}
            onChange={({ target }) => setOrder(NODE_ORDERS.find((name) => name === target.value) ?? 'slowest')}
          >
            {NODE_ORDERS.map((name) => (
              <option key={name} value={name}>
                {ORDER_WORDS[name]}
              </option>
            ))}
          </select>
        </label>
      </div>
      <table className="flowprof-profiler-table">
        <caption className="flowprof-profiler-hidden">How long each node waited and ran</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col" className="flowprof-profiler-bar-cell">
              <span className="flowprof-profiler-key">
                <i className="flowprof-profiler-swatch-wait" /> waited
              </span>{' '}
              <span className="flowprof-profiler-key">
                <i className="flowprof-profiler-swatch-value" /> ran
              </span>
            </th>
            <th scope="col" className="flowprof-profiler-number flowprof-profiler-roomy">
              Waited
            </th>
            <th scope="col" className="flowprof-profiler-number">
              Ran
            </th>
          </tr>
        </thead>
        <tbody>
          {nodes.slice(0, shown).map((node) => (
            <Fragment key={node.nodeId}>
              <NodeRow node={node} longest={longest} total={profile.totalDuration} onNode={onNode} />
            </Fragment>
          ))}
        </tbody>
      </table>
      {shown < nodes.length && (
        <button type="button" className="flowprof-profiler-button" onClick={() => setShown(shown + STEP)}>
          Show more of {nodes.length} nodes
        </button>
      )}
    </section>
  );
}

import type { JsonObject } from '../../json.ts';
import { instanceLabel } from '../../trace/labels.ts';
import { statusOf, type Status } from '../../trace/status.ts';
import { KIND, NONE, spanIdAt } from '../../trace/trace.ts';
import { nodeId } from '../leaf-graph.ts';
import type { Side } from './side.ts';
import { timeChange, type TimeChange } from './time-change.ts';

/** An attempt in both executions, by its number. */
interface AttemptChange {
  /** From 1. */
  readonly attempt: number;
  /** Null where there was no such attempt. */
  readonly before_ms: number | null;
  readonly after_ms: number | null;
  readonly status_before: Status | null;
  readonly status_after: Status | null;
}

/** An instance of a node in both executions: items of a loop by their position. */
export interface InstanceChange extends TimeChange {
  /** The node's key with its iteration. */
  readonly id: string;
  readonly name: string;
  /** False where it did not run in this execution; its time is 0 then. */
  readonly ran_before: boolean;
  readonly ran_after: boolean;
  readonly span_id_before: string | null;
  readonly span_id_after: string | null;
  /** Where it was tried more than once in either; at most 20. */
  readonly attempts: readonly AttemptChange[];
}

const MOST_INSTANCES = 5;
const MOST_ATTEMPTS = 20;

/** An instance that was found on either side: the rows in the node tables, or `NONE`. */
type Found = [before: number, after: number];

/** By listed node, its instances by iteration. */
function findInstances(sides: readonly Side[], rows: readonly Int32Array[], count: number): Map<number, Found>[] {
  const found = Array.from({ length: count }, () => new Map<number, Found>());
  for (const [position, { analysis }] of sides.entries()) {
    const { leaves, trace } = analysis.graph;
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const node = leaves.node[leaf];
      const listed = node === NONE ? -1 : rows[position][node];
      if (listed === -1) continue;
      const known = found[listed].get(trace.nodes.iteration[node]) ?? [NONE, NONE];
      if (known[position] === NONE) known[position] = node;
      found[listed].set(trace.nodes.iteration[node], known);
    }
  }
  return found;
}

function durationOf({ analysis: { graph } }: Side, node: number): number {
  if (node === NONE) return 0;
  const leaf = graph.leaves.ofNode[node];
  return graph.leaves.end[leaf] - graph.leaves.submit[leaf];
}

interface Attempt {
  readonly durationMs: number;
  readonly status: Status;
}

function numberIn(metadata: JsonObject | undefined): number | null {
  const value = metadata?.['attempt'];
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

/** The attempts of an instance by their number: as the source counts them, else in order. */
function attemptsOf({ analysis: { graph } }: Side, node: number): ReadonlyMap<number, Attempt> {
  const attempts = new Map<number, Attempt>();
  if (node === NONE) return attempts;
  const { leaves, trace, ends } = graph;
  const { spans } = trace;
  const leaf = leaves.ofNode[node];
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    const row = leaves.members[i];
    if (spans.kind[row] !== KIND.attempt) continue;
    const number = numberIn(spans.metadata.get(row)) ?? attempts.size + 1;
    const { after_ms: durationMs } = timeChange(0, ends[row] - spans.start[row]);
    attempts.set(number, { durationMs, status: statusOf(spans.status[row]) });
  }
  return attempts;
}

function attemptChanges(before: Side, after: Side, [a, b]: Found): AttemptChange[] {
  const [ofBefore, ofAfter] = [attemptsOf(before, a), attemptsOf(after, b)];
  if (Math.max(ofBefore.size, ofAfter.size) < 2) return [];
  const numbers = [...new Set([...ofBefore.keys(), ...ofAfter.keys()])].sort((x, y) => x - y);
  return numbers.slice(0, MOST_ATTEMPTS).map((attempt) => ({
    attempt,
    before_ms: ofBefore.get(attempt)?.durationMs ?? null,
    after_ms: ofAfter.get(attempt)?.durationMs ?? null,
    status_before: ofBefore.get(attempt)?.status ?? null,
    status_after: ofAfter.get(attempt)?.status ?? null,
  }));
}

function changeOf(before: Side, after: Side, found: Found): InstanceChange {
  const [a, b] = found;
  const [side, row] = b === NONE ? [before, a] : [after, b];
  const { trace, containerOf } = side.analysis.graph;
  return {
    id: nodeId(trace.nodes, row),
    // What contains a node may go round in circles where the source says so.
    name: instanceLabel({ ...trace.nodes, parent: containerOf }, row),
    ...timeChange(durationOf(before, a), durationOf(after, b)),
    ran_before: a !== NONE,
    ran_after: b !== NONE,
    span_id_before: spanIdOf(before, a),
    span_id_after: spanIdOf(after, b),
    attempts: attemptChanges(before, after, found),
  };
}

function spanIdOf({ analysis: { graph } }: Side, node: number): string | null {
  if (node === NONE) return null;
  return spanIdAt(graph.trace.spans.ids, graph.leaves.span[graph.leaves.ofNode[node]]);
}

/**
 * The instances of listed nodes that changed most, aligned by iteration, with their attempts.
 * @param rows by side and node row, the position of its node in the list, or -1
 */
export function instanceChanges(
  before: Side,
  after: Side,
  rows: readonly Int32Array[],
  count: number,
): (readonly InstanceChange[])[] {
  return findInstances([before, after], rows, count).map((instances) => {
    const found = [...instances.values()];
    const changes = new Map(
      found.map((each) => [each, Math.abs(durationOf(after, each[1]) - durationOf(before, each[0]))]),
    );
    found.sort((x, y) => (changes.get(y) ?? 0) - (changes.get(x) ?? 0));
    const most = found.slice(0, MOST_INSTANCES).map((each) => changeOf(before, after, each));
    const isPlain = found.length === 1 && most.every(({ attempts }) => attempts.length === 0);
    return isPlain ? [] : most;
  });
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isFailure, statusOf, type Status } from '../trace/status.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { Accounting } from './accounting.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { triesByContainer } from './tries.ts';

/** `expected`: the node's policy foresees them, and attempts remained or succeeded. */
export type RetryVerdict = 'expected' | 'unexpected' | 'unknown';

type Judgement = readonly [verdict: RetryVerdict, reason: string];

/** A node that was tried more than once, or that failed although a policy was there or in spite of one. */
export interface RetryFinding {
  /** The row in the node table. */
  readonly nodeRow: number;
  readonly attempts: number;
  readonly verdict: RetryVerdict;
  readonly reason: string;
  /** The time of the failed attempts. */
  readonly failed: Micros;
  /** The time of the waits between attempts. */
  readonly backoff: Micros;
  readonly cost: Micros;
  /** What of the cost held the critical path. */
  readonly critical: Micros;
  /** The run time of all attempts. */
  readonly run: Micros;
}

/** What the source tells about a node's retries. */
interface RetryFacts {
  readonly status: Status;
  readonly attempts: number;
  /** Null where the source does not tell; 'none' where there is none. */
  readonly policy: string | null;
  /** Null where unlimited or unknown. */
  readonly maxAttempts: number | null;
  readonly isRetryable: boolean | null;
  /** The code of the last error, where the policy does not try again after such. */
  readonly exceptedCode: string | null;
  /** Why the engine did not try again, in its own words; null where it does not say. */
  readonly state: string | null;
  /** What failed before the time limit passed, where that is known. */
  readonly lastFailure: string | null;
}

/** What engines say themselves: `retry_state` of Temporal. A limit on the attempts that is 1 allows none. */
function judgeByState({ state, maxAttempts, attempts, lastFailure }: RetryFacts, count: string): Judgement | null {
  switch (state) {
    case 'MaximumAttemptsReached':
      if (maxAttempts === 1) return ['unexpected', 'the policy allows no retries'];
      return ['unexpected', `all ${maxAttempts ?? attempts} attempts failed`];
    case 'NonRetryableFailure':
      return ['unexpected', `the error of ${count} is not retryable`];
    case 'Timeout': {
      const cause = lastFailure === null ? '' : `; before that: ${lastFailure}`;
      return ['unexpected', `the deadline passed during ${count}${cause}`];
    }
    case 'RetryPolicyNotSet':
      return ['unexpected', 'there is no retry policy'];
    case 'CancelRequested':
      return ['unknown', `cancelled during ${count}: neither expected nor unexpected`];
    case 'InternalServerError':
      return ['unknown', `the server gave up during ${count}`];
    default:
      return null;
  }
}

/** The policy that an engine fills in where a workflow states none is named, so that nobody looks for it there. */
function countOf({ attempts, maxAttempts, policy }: RetryFacts): string {
  const of = maxAttempts === null ? '' : ` of ${maxAttempts}`;
  return `attempt ${attempts}${of}${policy === 'server default' ? ' (server default policy)' : ''}`;
}

/** The verdict of ANALYSIS: what the policy foresees is expected; no policy, exhausted, not retryable are not. */
function judge(facts: RetryFacts): Judgement {
  const { status, attempts, policy, maxAttempts, isRetryable, exceptedCode } = facts;
  const count = countOf(facts);
  if (status === 'completed') return ['expected', `succeeded on ${count}`];
  if (status === 'running' || status === 'pending') {
    if (policy === 'none') return ['unexpected', 'there is no retry policy'];
    return ['expected', `in progress, ${count}`];
  }
  const stated = judgeByState(facts, count);
  if (stated !== null) return stated;
  if (status === 'cancelled' || status === 'skipped') return ['unknown', `${status} during ${count}`];
  if (exceptedCode !== null) return ['unexpected', `the policy does not try again after ${exceptedCode}`];
  if (isRetryable === false) return ['unexpected', `the error of ${count} is not retryable`];
  if (policy === 'none' || maxAttempts === 1) return ['unexpected', 'there is no retry policy'];
  if (status === 'timeout') return ['unexpected', `the time limit passed during ${count}`];
  if (maxAttempts !== null && attempts >= maxAttempts) return ['unexpected', `all ${maxAttempts} attempts failed`];
  if (policy !== null) return ['unexpected', `given up on ${count}, before the policy was exhausted`];
  return ['unknown', 'the retry policy is not recorded'];
}

function numberAt(metadata: JsonObject | undefined, key: string): number | null {
  const value = metadata?.[key];
  return typeof value === 'number' ? value : null;
}

function textAt(metadata: JsonObject | undefined, key: string): string | null {
  const value = metadata?.[key];
  return typeof value === 'string' ? value : null;
}

function objectAt(metadata: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = metadata?.[key];
  return isJsonObject(value) ? value : undefined;
}

function retryableAt(metadata: JsonObject | undefined): boolean | null {
  const value = metadata?.['retryable'] ?? objectAt(metadata, 'error')?.['retryable'];
  return typeof value === 'boolean' ? value : null;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** What a failure that only says that time ran out had as its cause. */
function lastFailureIn(metadata: JsonObject | undefined): string | null {
  const causes = objectAt(metadata, 'error')?.['causes'];
  const cause = isList(causes) ? causes[0] : undefined;
  return isJsonObject(cause) ? textAt(cause, 'message') : null;
}

function isListed(retry: JsonObject | undefined, key: string, code: string): boolean | null {
  const list = retry?.[key];
  return Array.isArray(list) ? list.includes(code) : null;
}

/** The code of an error, where the policy names the codes that it tries again after, or those it does not. */
function exceptedCodeOf(retry: JsonObject | undefined, ended: JsonObject | undefined): string | null {
  const code = objectAt(ended, 'error')?.['code'];
  if (typeof code !== 'string') return null;
  return isListed(retry, 'on', code) === false || isListed(retry, 'except', code) === true ? code : null;
}

/** What an interruption cut off was no failure: the node ran again because of that, and not of a policy. */
function isCutOff(metadata: JsonObject | undefined): boolean {
  return metadata?.['interrupted'] === true;
}

interface Tally {
  attempts: number;
  /** The span of the last attempt, or `NONE`. */
  lastAttempt: number;
  failed: number;
  backoff: number;
  run: number;
}

/** The waits between attempts; a `retry_window` holds the attempts between them too, where a source does not tell them apart. */
const BETWEEN_ATTEMPTS: ReadonlySet<string> = new Set(['retry_backoff', 'retry_window']);

function isBackoff({ spans }: LeafGraph['trace'], row: number): boolean {
  return spans.kind[row] === KIND.phase && BETWEEN_ATTEMPTS.has(spans.names[spans.name[row]]);
}

/** Counts the attempts of a leaf and what they cost. */
function tally(graph: LeafGraph, leaf: number): Tally {
  const { leaves, ends } = graph;
  const { spans } = graph.trace;
  const sum: Tally = { attempts: 0, lastAttempt: NONE, failed: 0, backoff: 0, run: leaves.run[leaf] };
  let [count, highest] = [0, 0];
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    const row = leaves.members[i];
    const duration = ends[row] - spans.start[row];
    if (isBackoff(graph.trace, row)) sum.backoff += duration;
    if (spans.kind[row] !== KIND.attempt || isCutOff(spans.metadata.get(row))) continue;
    count++;
    const number = numberAt(spans.metadata.get(row), 'attempt') ?? count;
    // Of those that start at once the longest comes first, whatever their numbers.
    if (number >= highest) sum.lastAttempt = row;
    highest = Math.max(highest, number);
    if (isFailure(statusOf(spans.status[row]))) sum.failed += duration;
  }
  return { ...sum, attempts: Math.max(count, highest) };
}

/** Whether there is anything to find: attempts, or what the source says of the leaf. */
function isToldOf({ leaves, trace: { spans } }: LeafGraph, leaf: number): boolean {
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    if (spans.kind[leaves.members[i]] === KIND.attempt) return true;
  }
  return spans.metadata.has(leaves.span[leaf]);
}

/** The waits that a source draws in its containers of tries, by the container's node. */
function backoffOfContainers(graph: LeafGraph, containers: ReadonlyMap<number, unknown>): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  if (containers.size === 0) return sums;
  const { spans } = graph.trace;
  for (let row = 0; row < spans.length; row++) {
    const node = spans.node[row];
    if (!containers.has(node) || !isBackoff(graph.trace, row)) continue;
    sums.set(node, (sums.get(node) ?? 0) + graph.ends[row] - spans.start[row]);
  }
  return sums;
}

/**
 * Counts tries that are nodes of their own like attempts: all of a try, its wait in the queue included.
 * @param drawn the waits between them that the source draws; where there are none, the time between them is one
 */
function tallyTries(graph: LeafGraph, tries: readonly number[], drawn: number | undefined): Tally {
  const { leaves, ends } = graph;
  const { nodes, spans } = graph.trace;
  const sum: Tally = { attempts: 0, lastAttempt: NONE, failed: 0, backoff: drawn ?? 0, run: 0 };
  let reached = Number.POSITIVE_INFINITY;
  for (const node of tries) {
    const row = nodes.span[node];
    const duration = ends[row] - spans.start[row];
    if (drawn === undefined && spans.start[row] > reached) sum.backoff += spans.start[row] - reached;
    reached = reached === Number.POSITIVE_INFINITY ? ends[row] : Math.max(reached, ends[row]);
    if (isCutOff(spans.metadata.get(row))) continue;
    const leaf = leaves.ofNode[node];
    sum.run += leaf === NONE ? duration : leaves.run[leaf];
    sum.attempts++;
    sum.lastAttempt = row;
    if (isFailure(statusOf(nodes.status[node]))) sum.failed += duration;
  }
  return sum;
}

/**
 * Containers that are told to be tried again as a whole, as child workflows are, with their attempts and the waits between
 * them. What is inside of them is found for itself.
 */
function tallyContainers(graph: LeafGraph, others: ReadonlyMap<number, unknown>): ReadonlyMap<number, Tally> {
  const { leaves, ends } = graph;
  const { nodes, spans } = graph.trace;
  const sums = new Map<number, Tally>();
  for (let node = 0; node < nodes.length; node++) {
    if (nodes.span[node] === NONE || leaves.ofNode[node] !== NONE || others.has(node)) continue;
    if (objectAt(spans.metadata.get(nodes.span[node]), 'retry') === undefined) continue;
    sums.set(node, { attempts: 0, lastAttempt: NONE, failed: 0, backoff: 0, run: 0 });
  }
  if (sums.size === 0) return sums;
  for (let row = 0; row < spans.length; row++) {
    const sum = leaves.ofSpan[row] === NONE ? sums.get(spans.node[row]) : undefined;
    if (sum === undefined) continue;
    const duration = ends[row] - spans.start[row];
    if (isBackoff(graph.trace, row)) sum.backoff += duration;
    if (spans.kind[row] !== KIND.attempt) continue;
    sum.attempts = Math.max(sum.attempts + 1, numberAt(spans.metadata.get(row), 'attempt') ?? 0);
    sum.lastAttempt = row;
    sum.run += duration;
    if (isFailure(statusOf(spans.status[row]))) sum.failed += duration;
  }
  return sums;
}

/** The nearest container of tries around each node that is asked for, or `NONE`. */
class RetryContainers {
  readonly #graph: LeafGraph;
  readonly #known = new Map<number, number>();

  constructor(graph: LeafGraph) {
    this.#graph = graph;
  }

  around(node: number): number {
    const { containerOf, trace } = this.#graph;
    const passed: number[] = [];
    let at = node;
    let found: number | undefined;
    while (found === undefined) {
      passed.push(at);
      const container = containerOf[at];
      if (container === NONE || trace.nodes.type[container] === 'retry') found = container;
      else found = this.#known.get((at = container));
    }
    for (const one of passed) this.#known.set(one, found);
    return found;
  }
}

/** How long failed attempts and the waits between attempts held the critical path, by node, and by container of tries. */
function criticalCosts(graph: LeafGraph, { segments }: Accounting): ReadonlyMap<number, number> {
  const costs = new Map<number, number>();
  const containers = new RetryContainers(graph);
  for (const { nodeRow, cause, fromUs, toUs } of segments) {
    if (nodeRow === null || (cause !== 'failed_attempts' && cause !== 'retry_backoff')) continue;
    for (const node of [nodeRow, containers.around(nodeRow)]) {
      if (node !== NONE) costs.set(node, (costs.get(node) ?? 0) + toUs - fromUs);
    }
  }
  return costs;
}

/** What is found of a node and its attempts; null where there is nothing to say. */
function findingOf(graph: LeafGraph, node: number, span: number, sum: Tally, critical: number): RetryFinding | null {
  const { nodes, spans } = graph.trace;
  const { lastAttempt, backoff, run } = sum;
  const metadata = spans.metadata.get(span);
  const retry = objectAt(metadata, 'retry');
  const policy = textAt(retry, 'policy');
  const state = textAt(retry, 'state');
  const maxAttempts = numberAt(retry, 'max_attempts');
  // Who has used up all attempts has made them, though a source shows the last one alone.
  const usedUp = state === 'MaximumAttemptsReached' ? (maxAttempts ?? 0) : 0;
  const known = Math.max(sum.attempts, numberAt(retry, 'attempts') ?? 0, usedUp);
  const status = statusOf(nodes.status[node]);
  const isTold = state !== null || (known === 1 && policy !== null && policy !== 'none');
  if (known < 2 && !(isTold && isFailure(status))) return null;
  const attempts = Math.max(1, known);
  const last = spans.metadata.get(lastAttempt);
  const [verdict, reason] = judge({
    status,
    attempts,
    policy,
    maxAttempts,
    isRetryable: retryableAt(last) ?? retryableAt(metadata),
    exceptedCode: exceptedCodeOf(retry, last) ?? exceptedCodeOf(retry, metadata),
    state,
    lastFailure: lastFailureIn(last) ?? lastFailureIn(metadata),
  });
  // A node without attempts of its own that failed is its own failed attempt.
  const failed = lastAttempt === NONE && isFailure(status) ? run : sum.failed;
  return {
    nodeRow: node,
    attempts,
    verdict,
    reason,
    failed: asMicros(failed),
    backoff: asMicros(backoff),
    cost: asMicros(failed + backoff),
    critical: asMicros(critical),
    run: asMicros(run),
  };
}

/**
 * Finds the nodes that were tried more than once, and those that failed at once although the source tells what their
 * policy was. Attempts are spans inside a node, or nodes of their own inside a container of type `retry`, which then is what
 * was tried. Read from the metadata: `retry` of the node's span (`policy`: `none` or a name; `max_attempts`: null when
 * unlimited; `on` and `except`: codes of errors; `attempts`: how many there were, where not each is a span; `state`: why
 * there was no further one), `attempt` (from 1), `error.code` and `retryable` (also as
 * `error.retryable`) of the attempts'. Attempts before and after an interruption count as one row, without those that it
 * cut off. The costliest come first.
 */
export function findRetries(graph: LeafGraph, accounting: Accounting): RetryFinding[] {
  return findingsOf(graph, criticalCosts(graph, accounting));
}

/** The same without regard to the critical path, for what only asks for the verdicts. */
export function judgeRetries(graph: LeafGraph): readonly RetryFinding[] {
  return findingsOf(graph, new Map());
}

function findingsOf(graph: LeafGraph, critical: ReadonlyMap<number, number>): RetryFinding[] {
  const { leaves } = graph;
  const findings: RetryFinding[] = [];
  const add = (finding: RetryFinding | null) => {
    if (finding !== null) findings.push(finding);
  };
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const node = leaves.node[leaf];
    if (node === NONE || !isToldOf(graph, leaf)) continue;
    add(findingOf(graph, node, leaves.span[leaf], tally(graph, leaf), critical.get(node) ?? 0));
  }
  const { nodes, spans } = graph.trace;
  const containers = triesByContainer(nodes, spans, graph.containerOf);
  const drawn = backoffOfContainers(graph, containers);
  for (const [node, tries] of containers) {
    const sum = tallyTries(graph, tries, drawn.get(node));
    add(findingOf(graph, node, nodes.span[node], sum, critical.get(node) ?? 0));
  }
  for (const [node, sum] of tallyContainers(graph, containers))
    add(findingOf(graph, node, nodes.span[node], sum, critical.get(node) ?? 0));
  return findings.sort((a, b) => b.cost - a.cost || a.nodeRow - b.nodeRow);
}

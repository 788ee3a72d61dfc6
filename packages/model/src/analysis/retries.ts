import { isJsonObject, type JsonObject } from '../json.ts';
import { isFailure, statusOf, type Status } from '../trace/status.ts';
import { KIND, NONE } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { LeafGraph } from './leaf-graph.ts';

/** `expected`: the node's policy foresees them, and attempts remained or succeeded. */
export type RetryVerdict = 'expected' | 'unexpected' | 'unknown';

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
}

/** The verdict of ANALYSIS: what the policy foresees is expected; no policy, exhausted, not retryable are not. */
function judge({
  status,
  attempts,
  policy,
  maxAttempts,
  isRetryable,
  exceptedCode,
}: RetryFacts): [RetryVerdict, string] {
  const count = `attempt ${attempts}${maxAttempts === null ? '' : ` of ${maxAttempts}`}`;
  if (status === 'completed') return ['expected', `succeeded on ${count}`];
  if (status === 'running' || status === 'pending') {
    if (policy === 'none') return ['unexpected', 'there is no retry policy'];
    return ['expected', `in progress, ${count}`];
  }
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

function objectAt(metadata: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = metadata?.[key];
  return isJsonObject(value) ? value : undefined;
}

function retryableAt(metadata: JsonObject | undefined): boolean | null {
  const value = metadata?.['retryable'] ?? objectAt(metadata, 'error')?.['retryable'];
  return typeof value === 'boolean' ? value : null;
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
  lastAttempt: number;
  failed: number;
  backoff: number;
}

/** Counts the attempts of a leaf and what they cost. */
function tally(graph: LeafGraph, leaf: number): Tally {
  const { leaves, ends } = graph;
  const { spans } = graph.trace;
  const sum: Tally = { attempts: 0, lastAttempt: NONE, failed: 0, backoff: 0 };
  for (let i = leaves.memberOffsets[leaf]; i < leaves.memberOffsets[leaf + 1]; i++) {
    const row = leaves.members[i];
    const duration = ends[row] - spans.start[row];
    if (spans.kind[row] === KIND.phase && spans.names[spans.name[row]] === 'retry_backoff') sum.backoff += duration;
    if (spans.kind[row] !== KIND.attempt || isCutOff(spans.metadata.get(row))) continue;
    sum.attempts = Math.max(sum.attempts + 1, numberAt(spans.metadata.get(row), 'attempt') ?? 0);
    sum.lastAttempt = row;
    if (isFailure(statusOf(spans.status[row]))) sum.failed += duration;
  }
  return sum;
}

/**
 * Finds the nodes that were tried more than once, and those that failed at once although the source tells what their
 * policy was. Read from the metadata: `retry` of the node's span (`policy`: `none` or a name; `max_attempts`: null when
 * unlimited; `on` and `except`: codes of errors), `attempt` (from 1), `error.code` and `retryable` (also as
 * `error.retryable`) of the attempts'. Attempts before and after an interruption count as one row, without those that it
 * cut off. The costliest come first.
 */
export function findRetries(graph: LeafGraph): RetryFinding[] {
  const { leaves } = graph;
  const { nodes, spans } = graph.trace;
  const findings: RetryFinding[] = [];
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const node = leaves.node[leaf];
    if (node === NONE) continue;
    const { attempts, lastAttempt, failed, backoff } = tally(graph, leaf);
    const metadata = spans.metadata.get(leaves.span[leaf]);
    const retry = objectAt(metadata, 'retry');
    const stated = retry?.['policy'];
    const policy = typeof stated === 'string' ? stated : null;
    const status = statusOf(nodes.status[node]);
    const failedAtOnce = attempts === 1 && isFailure(status) && policy !== null && policy !== 'none';
    if (attempts < 2 && !failedAtOnce) continue;
    const last = spans.metadata.get(lastAttempt);
    const [verdict, reason] = judge({
      status,
      attempts,
      policy,
      maxAttempts: numberAt(retry, 'max_attempts'),
      isRetryable: retryableAt(last) ?? retryableAt(metadata),
      exceptedCode: exceptedCodeOf(retry, last) ?? exceptedCodeOf(retry, metadata),
    });
    const cost = asMicros(failed + backoff);
    findings.push({
      nodeRow: node,
      attempts,
      verdict,
      reason,
      failed: asMicros(failed),
      backoff: asMicros(backoff),
      cost,
    });
  }
  return findings.sort((a, b) => b.cost - a.cost || a.nodeRow - b.nodeRow);
}

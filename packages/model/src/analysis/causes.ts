import { CAUSES, type Cause } from '../trace/phases.ts';
import { isFailure, statusCode, STATUSES } from '../trace/status.ts';
import { KIND, NONE, type Trace } from '../trace/trace.ts';
import type { LeafGraph } from './leaf-graph.ts';
import { causeCode } from './phase-table.ts';

/** The cause that a code of `causesOfSpans` stands for. */
export function causeOf(code: number): Cause {
  return CAUSES[code] ?? 'unaccounted';
}

/**
 * Whether the engine that made the trace records everything: all dependencies and waits, and whatever a node does, so
 * that what is left of a node's time is the engine's own.
 */
export function isRecordedCompletely({ execution }: Pick<Trace, 'execution'>): boolean {
  return execution.sourceFormat === 'conductor';
}

const HAS_PHASES = 1;
const HAS_ATTEMPTS = 2;

/** What each leaf has inside: bits. */
function contentsOfLeaves(graph: LeafGraph): Uint8Array {
  const { kind, length } = graph.trace.spans;
  const { leaves } = graph;
  const contents = new Uint8Array(leaves.length);
  for (let row = 0; row < length; row++) {
    const leaf = leaves.ofSpan[row];
    if (leaf === NONE || row === leaves.span[leaf]) continue;
    if (kind[row] === KIND.phase) contents[leaf] |= HAS_PHASES;
    else if (kind[row] === KIND.attempt) contents[leaf] |= HAS_ATTEMPTS;
  }
  return contents;
}

/** 1 for each status that is a failure, by its code. */
const IS_FAILURE = Uint8Array.from(STATUSES, (status) => (isFailure(status) ? 1 : 0));

/** 1 for a code that is a failure. */
function isFailed(code: number): number {
  return IS_FAILURE[code] ?? 0;
}

/**
 * 1 for each node that failed and has no attempts inside: engines record attempts only where there can be several, so
 * the node is its own failed attempt.
 */
function failedByThemselves(graph: LeafGraph, contents: Uint8Array): Uint8Array {
  const { leaves } = graph;
  const { status } = graph.trace.spans;
  const failed = new Uint8Array(leaves.length);
  for (let leaf = 0; leaf < leaves.length; leaf++) {
    const isAlone = leaves.node[leaf] !== NONE && (contents[leaf] & HAS_ATTEMPTS) === 0;
    if (isAlone) failed[leaf] = isFailed(status[leaves.span[leaf]]);
  }
  return failed;
}

/**
 * 1 for each span of what a leaf did before an interruption cut it off: nothing of it counts, and it ran again. Spans
 * that were cut off say so in their metadata (`interrupted: true`) and are cancelled.
 */
function cutOffSpans({ trace: { spans }, leaves, tree }: LeafGraph): Uint8Array {
  const { length, status, parent, metadata } = spans;
  const cutOff = new Uint8Array(length);
  const cancelled = statusCode('cancelled');
  if (!status.includes(cancelled)) return cutOff;
  for (let i = 0; i < length; i++) {
    const row = tree.order[i];
    const leaf = leaves.ofSpan[row];
    if (leaf === NONE || row === leaves.span[leaf]) continue;
    const up = parent[row];
    if (up !== NONE && leaves.ofSpan[up] === leaf && cutOff[up] === 1) cutOff[row] = 1;
    else if (status[row] === cancelled && metadata.get(row)?.['interrupted'] === true) cutOff[row] = 1;
  }
  return cutOff;
}

/**
 * What the time of each span counts towards where no deeper span covers it, as positions in `CAUSES`:
 * a wait is its cause; anything else inside a failed attempt or a span of the engine that failed, or of a node that an
 * interruption cut off, is `failed_attempts`; `system` is the engine; a phase is what its name says, else what the phase around it says, else
 * work. The rest of a node's or attempt's time is work where its phases are not recorded, and otherwise the engine's, if
 * the engine records everything, or unaccounted; that is also what the phases of containers are where they would be work.
 */
export function causesOfSpans(graph: LeafGraph): Uint8Array {
  const { length, parent, kind, name, node, status } = graph.trace.spans;
  const { leaves, tree, phases } = graph;
  const contents = contentsOfLeaves(graph);
  const failedAlone = failedByThemselves(graph, contents);
  const rest = causeCode(isRecordedCompletely(graph.trace) ? 'engine' : 'unaccounted');
  const work = causeCode('work');
  const sleep = causeCode('sleep');
  const engine = causeCode('engine');
  const failed = causeCode('failed_attempts');
  const codes = new Uint8Array(length);
  const inFailed = new Uint8Array(length);
  const cutOff = cutOffSpans(graph);
  for (let i = 0; i < length; i++) {
    const row = tree.order[i];
    const up = parent[row];
    if (cutOff[row] === 1) inFailed[row] = 1;
    else if (kind[row] === KIND.attempt) inFailed[row] = isFailed(status[row]);
    else if (up !== NONE) inFailed[row] = kind[up] === KIND.system && isFailed(status[up]) === 1 ? 1 : inFailed[up];
    const leaf = leaves.ofSpan[row];
    const inside = leaf === NONE || leaves.node[leaf] === NONE ? 0 : contents[leaf];
    if (kind[row] === KIND.phase && phases.isWait[name[row]] === 1) codes[row] = phases.cause[name[row]];
    else if (inFailed[row] === 1) codes[row] = failed;
    else if (kind[row] === KIND.system) codes[row] = engine;
    else if (kind[row] === KIND.phase) {
      const own = phases.cause[name[row]];
      const isInside = own === work && up !== NONE && kind[up] === KIND.phase;
      const isOfContainer = leaf === NONE && node[row] !== NONE;
      if (isInside) codes[row] = codes[up];
      else codes[row] = own === work && isOfContainer ? rest : own;
    } else if ((inside & HAS_PHASES) !== 0) codes[row] = rest;
    else codes[row] = kind[row] === KIND.node && (inside & HAS_ATTEMPTS) !== 0 ? rest : work;
    const isAttempted = codes[row] === work || codes[row] === sleep;
    if (isAttempted && leaf !== NONE && failedAlone[leaf] === 1) codes[row] = failed;
  }
  return codes;
}

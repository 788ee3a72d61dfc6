import { CAUSES, causeOfPhase, isWaitPhase, type Cause } from '../trace/phases.ts';
import { isFailure, statusCode, statusOf } from '../trace/status.ts';
import { KIND, NONE, type Trace } from '../trace/trace.ts';
import type { LeafGraph } from './leaf-graph.ts';

/** The position of each cause in `CAUSES`. */
const CODE: ReadonlyMap<Cause, number> = new Map(CAUSES.map((cause, code) => [cause, code]));

function codeOf(cause: Cause): number {
  return CODE.get(cause) ?? CAUSES.length - 1;
}

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
  const { kind } = graph.trace.spans;
  const { leaves } = graph;
  const contents = new Uint8Array(leaves.length);
  for (const [row, leaf] of leaves.ofSpan.entries()) {
    if (leaf === NONE || row === leaves.span[leaf]) continue;
    if (kind[row] === KIND.phase) contents[leaf] |= HAS_PHASES;
    else if (kind[row] === KIND.attempt) contents[leaf] |= HAS_ATTEMPTS;
  }
  return contents;
}

/**
 * 1 for each node that failed and has no attempts inside: engines record attempts only where there can be several, so
 * the node is its own failed attempt.
 */
function failedByThemselves(graph: LeafGraph, contents: Uint8Array): Uint8Array {
  const { leaves } = graph;
  const { status } = graph.trace.spans;
  return contents.map((inside, leaf) =>
    leaves.node[leaf] !== NONE && (inside & HAS_ATTEMPTS) === 0 && isFailure(statusOf(status[leaves.span[leaf]]))
      ? 1
      : 0,
  );
}

/**
 * 1 for each span of what a leaf did before an interruption cut it off: nothing of it counts, and it ran again. Spans
 * that were cut off say so in their metadata (`interrupted: true`) and are cancelled.
 */
function cutOffSpans({ trace: { spans }, leaves, tree }: LeafGraph): Uint8Array {
  const cutOff = new Uint8Array(spans.length);
  const cancelled = statusCode('cancelled');
  for (const row of tree.order) {
    const leaf = leaves.ofSpan[row];
    if (leaf === NONE || row === leaves.span[leaf]) continue;
    const up = spans.parent[row];
    if (up !== NONE && leaves.ofSpan[up] === leaf && cutOff[up] === 1) cutOff[row] = 1;
    else if (spans.status[row] === cancelled && spans.metadata.get(row)?.['interrupted'] === true) cutOff[row] = 1;
  }
  return cutOff;
}

function hasFailed({ status }: Trace['spans'], row: number): boolean {
  return isFailure(statusOf(status[row]));
}

/**
 * What the time of each span counts towards where no deeper span covers it, as positions in `CAUSES`:
 * a wait is its cause; anything else inside a failed attempt or a span of the engine that failed, or of a node that an
 * interruption cut off, is `failed_attempts`; `system` is the engine; a phase is what its name says, else what the phase around it says, else
 * work. The rest of a node's or attempt's time is work where its phases are not recorded, and otherwise the engine's, if
 * the engine records everything, or unaccounted; that is also what the phases of containers are where they would be work.
 */
export function causesOfSpans(graph: LeafGraph): Uint8Array {
  const { spans } = graph.trace;
  const { leaves, tree } = graph;
  const contents = contentsOfLeaves(graph);
  const failedAlone = failedByThemselves(graph, contents);
  const rest = codeOf(isRecordedCompletely(graph.trace) ? 'engine' : 'unaccounted');
  const work = codeOf('work');
  const sleep = codeOf('sleep');
  const engine = codeOf('engine');
  const failed = codeOf('failed_attempts');
  const ofName = spans.names.map((name) => codeOf(causeOfPhase(name)));
  const isWait = spans.names.map(isWaitPhase);
  const codes = new Uint8Array(spans.length);
  const inFailed = new Uint8Array(spans.length);
  const cutOff = cutOffSpans(graph);
  for (const row of tree.order) {
    const up = spans.parent[row];
    const kind = spans.kind[row];
    if (cutOff[row] === 1) inFailed[row] = 1;
    else if (kind === KIND.attempt) inFailed[row] = isFailure(statusOf(spans.status[row])) ? 1 : 0;
    else if (up !== NONE) inFailed[row] = spans.kind[up] === KIND.system && hasFailed(spans, up) ? 1 : inFailed[up];
    const leaf = leaves.ofSpan[row];
    const inside = leaf === NONE || leaves.node[leaf] === NONE ? 0 : contents[leaf];
    if (kind === KIND.phase && isWait[spans.name[row]]) codes[row] = ofName[spans.name[row]];
    else if (inFailed[row] === 1) codes[row] = failed;
    else if (kind === KIND.system) codes[row] = engine;
    else if (kind === KIND.phase) {
      const own = ofName[spans.name[row]];
      const isInside = own === work && up !== NONE && spans.kind[up] === KIND.phase;
      const isOfContainer = leaf === NONE && spans.node[row] !== NONE;
      if (isInside) codes[row] = codes[up];
      else codes[row] = own === work && isOfContainer ? rest : own;
    } else if ((inside & HAS_PHASES) !== 0) codes[row] = rest;
    else codes[row] = kind === KIND.node && (inside & HAS_ATTEMPTS) !== 0 ? rest : work;
    const isAttempted = codes[row] === work || codes[row] === sleep;
    if (isAttempted && leaf !== NONE && failedAlone[leaf] === 1) codes[row] = failed;
  }
  return codes;
}

import { instanceKey, isJsonObject, KIND, NONE, type Analysis, type RetryVerdict, type Trace } from '@flowprof/model';
import type { Step } from '../api/types.ts';
import { placeOf, policyWords, type Place } from './operation.ts';
import { labelOfStep, rowsOfSteps, spanOfStep, stepTimesOf, type StepTimes } from './stepTimes.ts';
import { stepsOfTrace } from './traceSteps.ts';

/** Whether what happened was foreseen by the retry policy of a step, and why that is so. */
export interface Retries {
  readonly verdict: RetryVerdict;
  readonly reason: string;
  readonly attempts: number;
  /** The time of failed attempts and of the waits after them, in microseconds. */
  readonly cost: number;
}

/** A step with everything that the page knows of it. */
export interface StepRow {
  /** Its own among all steps. */
  readonly key: string;
  readonly step: Step;
  readonly label: string;
  /** Null where the step never started. */
  readonly times: StepTimes | null;
  /** The row of its span, or `NONE`. */
  readonly span: number;
  /** Null where it is not known. */
  readonly type: string | null;
  readonly place: Place;
  /** Its retry policy, in words; null where that is not told. */
  readonly policy: string | null;
  readonly errorCode: string | null;
  /** Null where nothing failed, or was tried again. */
  readonly retries: Retries | null;
}

function errorCodeAt({ spans }: Trace, span: number): string | null {
  const error = spans.metadata.get(span)?.['error'];
  if (!isJsonObject(error)) return null;
  const { code } = error;
  return typeof code === 'string' ? code : null;
}

/** By span of a node, what ran it: its own track, or that of its last attempt. */
function workersOf({ spans }: Trace): (span: number) => string | null {
  const { track } = spans;
  if (track === null) return () => null;
  const ofAttempt = new Map<number, number>();
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] !== KIND.attempt || (track[row] ?? NONE) === NONE) continue;
    ofAttempt.set(spans.parent[row] ?? NONE, track[row] ?? NONE);
  }
  return (span) => {
    const own = track[span] ?? NONE;
    const at = own === NONE ? (ofAttempt.get(span) ?? NONE) : own;
    return spans.tracks[at] ?? null;
  };
}

/** Where a node ran, as its span tells it; the worker else by the track that it was drawn on. */
function placeAt(trace: Trace | undefined, span: number, workerOf: (span: number) => string | null): Place {
  const place = placeOf(trace?.spans.metadata.get(span), undefined);
  return place.worker !== null || span === NONE ? place : { ...place, worker: workerOf(span) };
}

/** What became of the retries of nodes, by their rows. */
function retriesByNode(analysis: Analysis | undefined): ReadonlyMap<number, Retries> {
  return new Map(
    analysis?.retries.map(({ nodeRow, verdict, reason, attempts, cost }) => [
      nodeRow,
      { verdict, reason, attempts, cost },
    ]),
  );
}

/** What became of the retries of a node; null where nothing failed or was tried again. */
export function retriesOf(analysis: Analysis | undefined, node: { readonly row: number } | null): Retries | null {
  const found = node && analysis?.retries.find(({ nodeRow }) => nodeRow === node.row);
  if (!found) return null;
  const { verdict, reason, attempts, cost } = found;
  return { verdict, reason, attempts, cost };
}

/** Those that the server lists, and after them those that it leaves out of a very long list. */
function allSteps(steps: readonly Step[], trace: Trace): readonly Step[] {
  if (steps.length === 0 || steps.length >= trace.nodes.length) return steps;
  const known = new Set(steps.map(({ id, iteration }) => instanceKey(id, iteration)));
  const others = stepsOfTrace(trace).filter(({ id, iteration }) => !known.has(instanceKey(id, iteration)));
  const last = steps.at(-1)?.order ?? 0;
  return [...steps, ...others.map((step, at) => ({ ...step, order: last + 1 + at }))];
}

/**
 * The steps with the times of their spans and what else the trace tells of them. O(steps + spans).
 * @param now up to where what still runs counts, in microseconds from the execution's start
 */
export function stepRows(
  steps: readonly Step[],
  trace: Trace | undefined,
  analysis: Analysis | undefined,
  now: number,
): StepRow[] {
  const rows = trace ? rowsOfSteps(trace) : new Map<string, number>();
  const timesOf = trace ? stepTimesOf(trace, rows, now) : () => null;
  const workerOf = trace ? workersOf(trace) : () => null;
  const retries = retriesByNode(analysis);
  return (trace ? allSteps(steps, trace) : steps).map((step): StepRow => {
    const key = instanceKey(step.id, step.iteration);
    const node = rows.get(key) ?? NONE;
    const span = trace ? spanOfStep(trace, rows, step) : NONE;
    const type = trace?.nodes.type[node] ?? null;
    return {
      key,
      step,
      label: labelOfStep(trace, rows, step),
      times: timesOf(step),
      span,
      type: type === 'unknown' ? null : type,
      place: placeAt(trace, span, workerOf),
      policy: trace ? policyWords(trace.spans.metadata.get(span)?.['retry']) : null,
      errorCode: trace && span !== NONE ? errorCodeAt(trace, span) : null,
      retries: retries.get(node) ?? null,
    };
  });
}

/** How often a step was tried again; where its source tells apart but the last attempt, by the number of that. */
export function retryCount({ step, retries }: Pick<StepRow, 'step' | 'retries'>): number {
  return Math.max(step.retryCount, (retries?.attempts ?? 1) - 1);
}

/** What steps can be sorted by, by its name in the address. */
const STEP_ORDERS = {
  name: ({ label }) => label.toLowerCase(),
  status: ({ step }) => step.status,
  ready: ({ times }) => times?.start ?? Number.POSITIVE_INFINITY,
  waited: ({ times }) => times?.waited ?? -1,
  duration: ({ times }) => times?.duration ?? -1,
  retries: retryCount,
} as const satisfies Readonly<Record<string, (row: StepRow) => string | number>>;

export type StepOrder = keyof typeof STEP_ORDERS;

function isStepOrder(text: string): text is StepOrder {
  return Object.hasOwn(STEP_ORDERS, text);
}

/** Which column is sorted by, and which way; null for the order of the declaration. */
export function readStepOrder(sort: string): { readonly by: StepOrder; readonly isDown: boolean } | null {
  const isDown = sort.startsWith('-');
  const by = isDown ? sort.slice(1) : sort;
  return isStepOrder(by) ? { by, isDown } : null;
}

interface Narrowing {
  /** A text in the name, the type, the worker, the task queue or the error. */
  readonly text: string;
  /** A status; empty for all. */
  readonly status: string;
  /** As `readStepOrder` reads it. */
  readonly sort: string;
}

/** Those steps that are asked for, in the order that is asked for. */
export function chooseSteps(rows: readonly StepRow[], { text, status, sort }: Narrowing): readonly StepRow[] {
  const wanted = text.trim().toLowerCase();
  const has = (value: string | null) => value !== null && value.toLowerCase().includes(wanted);
  const chosen = rows.filter(
    ({ step, label, type, place, errorCode }) =>
      (status === '' || step.status === status) &&
      (wanted === '' ||
        has(label) ||
        has(step.id) ||
        has(type) ||
        has(place.worker) ||
        has(place.taskQueue) ||
        has(step.error) ||
        has(errorCode)),
  );
  const order = readStepOrder(sort);
  if (order === null) return chosen;
  const valueOf = STEP_ORDERS[order.by];
  const way = order.isDown ? -1 : 1;
  const valued = chosen.map((row) => ({ row, value: valueOf(row) }));
  valued.sort((a, b) => (a.value < b.value ? -way : a.value > b.value ? way : 0));
  return valued.map(({ row }) => row);
}

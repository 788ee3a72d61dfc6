import { instanceKey, instanceLabel, isWaitPhase, NONE, spanNameAt, type Trace } from '@flowprof/model';
import type { Step } from '../api/types.ts';
import { durationOf } from './spanValues.ts';

/** When a step was ready and how long it took: the times of its bar in the flame chart. Microseconds. */
export interface StepTimes {
  /** From the execution's start to when the step was ready to run. */
  readonly start: number;
  /** The wait before it ran, within the duration. */
  readonly waited: number;
  /** Until its end, or until now where it still runs. */
  readonly duration: number;
}

type Instance = Pick<Step, 'id' | 'iteration'>;

/** The rows of a trace's nodes by `instanceKey`. */
export function rowsOfSteps({ nodes }: Pick<Trace, 'nodes'>): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < nodes.length; row++) {
    const iteration = nodes.iteration[row] ?? NONE;
    rows.set(instanceKey(nodes.key[row] ?? '', iteration === NONE ? null : iteration), row);
  }
  return rows;
}

/** The span that a step was drawn as, or `NONE` where it never started. */
export function spanOfStep(trace: Trace, rows: ReadonlyMap<string, number>, { id, iteration }: Instance): number {
  return trace.nodes.span[rows.get(instanceKey(id, iteration)) ?? NONE] ?? NONE;
}

/** What a step is called in the list of all: with the nodes that called it, and the positions of its items. */
export function labelOfStep(
  trace: Trace | undefined,
  rows: ReadonlyMap<string, number>,
  { id, iteration, name }: Pick<Step, 'id' | 'iteration' | 'name'>,
): string {
  const row = rows.get(instanceKey(id, iteration));
  if (trace && row !== undefined) return instanceLabel(trace.nodes, row);
  return iteration === null ? name : `${name}[${iteration}]`;
}

/** By row, how long a span waited before it ran: until the end of the waits that begin together with it. */
function waitsOf({ spans }: Trace, now: number): ReadonlyMap<number, number> {
  const waits = new Map<number, number>();
  for (let row = 0; row < spans.length; row++) {
    const parent = spans.parent[row] ?? NONE;
    if (parent === NONE || spans.start[row] !== spans.start[parent]) continue;
    if (!isWaitPhase(spanNameAt(spans, row))) continue;
    waits.set(parent, Math.max(waits.get(parent) ?? 0, durationOf(spans, row, now)));
  }
  return waits;
}

/**
 * A function to the times of a step; null for one that never started.
 * @param rows see `rowsOfSteps`
 * @param now up to where what still runs counts, in microseconds from the execution's start
 */
export function stepTimesOf(
  trace: Trace,
  rows: ReadonlyMap<string, number>,
  now: number,
): (step: Instance) => StepTimes | null {
  const waits = waitsOf(trace, now);
  return (step) => {
    const row = spanOfStep(trace, rows, step);
    if (row === NONE) return null;
    const start = trace.spans.start[row] ?? 0;
    return { start, waited: waits.get(row) ?? 0, duration: durationOf(trace.spans, row, now) };
  };
}

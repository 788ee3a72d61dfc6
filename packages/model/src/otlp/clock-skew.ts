import { isFailure, statusOf } from '../trace/status.ts';
import { NONE } from '../trace/trace.ts';
import { OTLP_KINDS } from './columns.ts';

/** What a span is to the one that called it: the codes of OTLP's `SpanKind`. */
export const CALL = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

/** The code of a kind in any casing, with or without `SPAN_KIND_`; `unspecified` for what is none. */
export function callOf(name: string): number {
  const at = OTLP_KINDS.findIndex((known) => known === name.toLowerCase().replace(/^span_kind_/, ''));
  return at < 0 ? CALL.unspecified : at;
}

/** Spans as far as clocks go; row `i` of every column is one span. Times are microseconds. */
export interface CallTree {
  readonly length: number;
  /** Free of cycles. */
  readonly parent: Int32Array;
  /** Every row, each after its parent. */
  readonly order: Uint32Array;
  readonly start: Float64Array;
  /** Negative where it is not known. */
  readonly duration: Float64Array;
  /** Codes of `CALL`. */
  readonly call: Uint8Array;
  /** Codes of `STATUSES`. */
  readonly status: Uint8Array;
  /** A number for each clock: of the host, or else the process; `NONE` where it is not known. */
  readonly clock: Int32Array;
}

/**
 * By how much a called span must be moved so that it can be right, given when its call started by the clock of the
 * caller; 0 where it can be right as it is. One that fits into the call is put into its middle, as if the ways there and
 * back took the same time; of one that does not fit, or whose end is not known, only the start can be wrong.
 */
function skewOf({ start, duration, status }: CallTree, row: number, parent: number, from: number): number {
  const known = duration[row] >= 0 && duration[parent] >= 0;
  const isEarly = start[row] < from;
  if (!known || duration[row] > duration[parent]) return isEarly ? from - start[row] : 0;
  const isLate = start[row] + duration[row] > from + duration[parent];
  if (!isEarly && !isLate) return 0;
  // A caller that gave up, after its time limit for one, does not wait for the end.
  if (!isEarly && isFailure(statusOf(status[parent]))) return 0;
  return from + Math.floor((duration[parent] - duration[row]) / 2) - start[row];
}

/**
 * What to add to the start of every span so that called spans lie within their calls, where the clocks of two machines
 * differ. Only the spans of a server below those of a client that waits for it are told apart from work that rightly
 * goes on elsewhere; each such call gives an offset, which holds for all that hangs below on the same clock. Messages
 * (CONSUMER below PRODUCER) are never moved, and neither are spans of the same clock or of one that is not known.
 *
 * The rule is that of Jaeger's adjuster (jaegertracing/jaeger `model/adjuster/clockskew.go`: half of what the call took
 * longer is the way there, and also an end that is too late gives the clock away) and of Zipkin's (openzipkin/zipkin
 * `zipkin-lens/src/zipkin/clock-skew.js`: only between client and server).
 * @returns null when no span is moved
 */
export function clockOffsets(tree: CallTree): Float64Array | null {
  const { parent, order, start, call } = tree;
  const clock = tree.clock.slice();
  const offset = new Float64Array(tree.length);
  let moved = false;
  for (const row of order) {
    const up = parent[row];
    if (up === NONE) continue;
    if (clock[row] === NONE) clock[row] = clock[up];
    if (clock[row] === clock[up] || clock[up] === NONE) offset[row] = offset[up];
    else if (call[row] === CALL.server && call[up] === CALL.client) {
      offset[row] = skewOf(tree, row, up, start[up] + offset[up]);
    }
    if (offset[row] !== 0) moved = true;
  }
  return moved ? offset : null;
}

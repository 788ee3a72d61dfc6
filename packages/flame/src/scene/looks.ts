import { isFailure, isWaitPhase, KIND, NONE, statusOf, type Trace } from '@flowprof/model';
import { colorOf } from '../color.ts';
import type { Layout } from '../layout/layout.ts';

/** What a bar looks like, by what the span's time was for. */
export const LOOK = {
  work: 0,
  wait: 1,
  sleep: 2,
  connect: 3,
  unaccounted: 4,
  system: 5,
  failed: 6,
  cancelled: 7,
  timeout: 8,
} as const;

const CONNECTING = new Set(['dns', 'tcp', 'tls', 'connect', 'connecting']);

function lookOfName(name: string): number {
  if (isWaitPhase(name)) return LOOK.wait;
  if (name === 'sleep' || name === 'delay') return LOOK.sleep;
  if (CONNECTING.has(name)) return LOOK.connect;
  if (name === 'unaccounted' || name === 'interrupted') return LOOK.unaccounted;
  return LOOK.work;
}

function lookOfStatus(code: number): number {
  const status = statusOf(code);
  if (status === 'timeout') return LOOK.timeout;
  if (isFailure(status)) return LOOK.failed;
  return status === 'cancelled' ? LOOK.cancelled : LOOK.work;
}

/** In a table of what is worked out when it is first asked for: not yet. */
const UNKNOWN = 255;

/** At most so many of the first children are looked at for the wait of their parent. */
const MOST_FIRST_CHILDREN = 64;

/**
 * How the spans of a trace are drawn. It is worked out of their columns for those that are drawn, and kept for none: a
 * million of them have as little to prepare as ten.
 */
export class Looks {
  readonly #trace: Trace;
  readonly #layout: Layout;
  readonly #name: Uint32Array;
  readonly #nameLook: Uint8Array;
  readonly #nameColor: Uint8Array;
  readonly #nodeColor: Uint8Array;
  readonly #statusLook = Uint8Array.from({ length: 256 }, (_, code) => lookOfStatus(code));

  /** @param layout in whatever time the chart has: `ranFrom` is in the same */
  constructor(trace: Trace, layout: Layout) {
    this.#trace = trace;
    this.#layout = layout;
    this.#name = trace.spans.name;
    this.#nameLook = new Uint8Array(trace.spans.names.length).fill(UNKNOWN);
    this.#nameColor = new Uint8Array(trace.spans.names.length).fill(UNKNOWN);
    this.#nodeColor = new Uint8Array(trace.nodes.length).fill(UNKNOWN);
  }

  /** A code of `LOOK`. */
  look(row: number): number {
    const { kind, node, status } = this.#trace.spans;
    const isNode = kind[row] === KIND.node;
    let look: number = isNode ? LOOK.work : this.#lookOfName(this.#name[row]);
    if (look === LOOK.wait) return look;
    if (kind[row] === KIND.system && look === LOOK.work && node[row] !== NONE) look = LOOK.system;
    const byStatus = this.#statusLook[status[row]];
    return byStatus === LOOK.work ? look : byStatus;
  }

  /** 0 node, 1 attempt, 2 phase: the deeper, the paler. */
  shade(row: number): number {
    const { kind, node } = this.#trace.spans;
    if (node[row] === NONE || kind[row] === KIND.node) return 0;
    return kind[row] === KIND.attempt ? 1 : 2;
  }

  /** The number of the colour. */
  color(row: number): number {
    const node = this.#trace.spans.node[row];
    if (node === NONE) {
      const name = this.#name[row];
      if (this.#nameColor[name] === UNKNOWN) this.#nameColor[name] = colorOf(this.#trace.spans.names[name]);
      return this.#nameColor[name];
    }
    if (this.#nodeColor[node] === UNKNOWN) this.#nodeColor[node] = colorOf(this.#trace.nodes.key[node]);
    return this.#nodeColor[node];
  }

  /** Where the span began to run after it had waited; its start when it did not wait. */
  ranFrom(row: number): number {
    const { childOffsets, children, start, end } = this.#layout;
    const from = start[row];
    let ran = from;
    let child = childOffsets[row];
    const stop = Math.min(childOffsets[row + 1], child + MOST_FIRST_CHILDREN);
    while (child < stop && start[children[child]] < from) child++;
    for (; child < stop && start[children[child]] === from; child++) {
      const wait = children[child];
      if (end[wait] > ran && this.look(wait) === LOOK.wait) ran = end[wait];
    }
    return ran;
  }

  #lookOfName(name: number): number {
    if (this.#nameLook[name] === UNKNOWN) this.#nameLook[name] = lookOfName(this.#trace.spans.names[name]);
    return this.#nameLook[name];
  }
}

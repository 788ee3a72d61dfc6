import { isFailure, isWaitPhase, KIND, NONE, statusOf, type Trace } from '@flowprof/model';
import { colorOf } from '../color.ts';

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

/** How every span is drawn, as columns by row. */
export interface Looks {
  /** A code of `LOOK`. */
  readonly look: Uint8Array;
  /** 0 node, 1 attempt, 2 phase: the deeper, the paler. */
  readonly shade: Uint8Array;
  /** The number of the colour. */
  readonly color: Uint8Array;
  /** Where the span began to run after it had waited; its start when it did not wait. */
  readonly ranFrom: Float64Array;
}

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

/**
 * Works out how every span of a trace is drawn; names and node keys are looked at once each.
 * @param parents the parents by which the spans are laid out
 */
export function looksOf(trace: Trace, parents: Int32Array): Looks {
  const { spans, nodes } = trace;
  const n = spans.length;
  const nameLook = Uint8Array.from(spans.names, lookOfName);
  const nameColor = Uint8Array.from(spans.names, colorOf);
  const nodeColor = Uint8Array.from(nodes.key, colorOf);
  const statusLook = Uint8Array.from({ length: 256 }, (_, code) => lookOfStatus(code));
  const look = new Uint8Array(n);
  const shade = new Uint8Array(n);
  const color = new Uint8Array(n);
  const ranFrom = spans.start.slice();
  for (let row = 0; row < n; row++) {
    const kind = spans.kind[row];
    const node = spans.node[row];
    const isNode = kind === KIND.node;
    look[row] = isNode ? LOOK.work : nameLook[spans.name[row]];
    if (kind === KIND.system && look[row] === LOOK.work && node !== NONE) look[row] = LOOK.system;
    if (look[row] !== LOOK.wait && statusLook[spans.status[row]] !== LOOK.work)
      look[row] = statusLook[spans.status[row]];
    color[row] = node === NONE ? nameColor[spans.name[row]] : nodeColor[node];
    if (node !== NONE && !isNode) shade[row] = kind === KIND.attempt ? 1 : 2;
    const parent = parents[row];
    if (look[row] === LOOK.wait && parent !== NONE && spans.start[row] === spans.start[parent]) {
      ranFrom[parent] = Math.max(ranFrom[parent], spans.start[row] + Math.max(0, spans.duration[row]));
    }
  }
  return { look, shade, color, ranFrom };
}

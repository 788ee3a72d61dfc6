import { KIND, NONE, type SpanTable } from '../trace/trace.ts';

/** A span table in which sole attempts are passed over. The rows stay what they were, so ids and analyses still fit. */
export interface HoistedSpans {
  /** The column of parents with the children of each hidden attempt below its node. */
  readonly parent: Int32Array;
  /** 1 for an attempt that is not to be shown. */
  readonly hidden: Uint8Array;
}

/**
 * Hides each attempt that is the only one of its node and puts the phases in it directly below the node: one attempt is
 * the ordinary case, and a level that says so again and again only costs room.
 */
export function hoistSoleAttempts(spans: Pick<SpanTable, 'length' | 'parent' | 'kind'>): HoistedSpans {
  const { length, parent, kind } = spans;
  const attempts = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    if (kind[row] === KIND.attempt && parent[row] !== NONE) attempts[parent[row]]++;
  }
  const hidden = new Uint8Array(length);
  for (let row = 0; row < length; row++) {
    const up = parent[row];
    const isSole = kind[row] === KIND.attempt && up !== NONE && kind[up] === KIND.node && attempts[up] === 1;
    if (isSole) hidden[row] = 1;
  }
  const hoisted = parent.slice();
  for (let row = 0; row < length; row++)
    if (parent[row] !== NONE && hidden[parent[row]] === 1) hoisted[row] = parent[parent[row]];
  return { parent: hoisted, hidden };
}

import { NONE, type Trace } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';
import { BitSet } from './bits.ts';

/** The spans that a search found. */
export interface Matches {
  readonly count: number;
  /** Their positions in the lanes. */
  readonly marked: BitSet;
}

/** Finds spans by a part of their name or of their node's name or key; each distinct string is looked at once. */
export function searchSpans(trace: Trace, layout: Layout, text: string): Matches | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return null;
  const { spans, nodes } = trace;
  const names = Uint8Array.from(spans.names, (name) => (name.toLowerCase().includes(wanted) ? 1 : 0));
  const nodeHits = Uint8Array.from({ length: nodes.length }, (_, node) =>
    nodes.key[node].toLowerCase().includes(wanted) || nodes.name[node].toLowerCase().includes(wanted) ? 1 : 0,
  );
  const { name, node } = spans;
  const { laneRows } = layout;
  const marked = new BitSet(laneRows.length);
  for (let i = 0; i < laneRows.length; i++) {
    const row = laneRows[i];
    if (names[name[row]] === 1 || (node[row] !== NONE && nodeHits[node[row]] === 1)) marked.add(i);
  }
  return { count: marked.size, marked };
}

/** The next (1) or previous (-1) match in the order of start after a row, going round at the ends; `NONE` without any. */
export function nextMatch(layout: Layout, { marked }: Matches, from: number, direction: 1 | -1): number {
  let best = NONE;
  let wrapped = NONE;
  const before = (a: number, b: number): boolean => (layout.start[a] - layout.start[b] || a - b) * direction < 0;
  for (let at = marked.next(0); at !== -1; at = marked.next(at + 1)) {
    const row = layout.laneRows[at];
    if (row === from) continue;
    if (wrapped === NONE || before(row, wrapped)) wrapped = row;
    if (from !== NONE && before(from, row) && (best === NONE || before(row, best))) best = row;
  }
  if (best !== NONE) return best;
  return wrapped === NONE && marked.size > 0 ? from : wrapped;
}

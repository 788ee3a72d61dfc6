import { NONE, type Trace } from '@flowprof/model';
import type { Layout } from '../layout/layout.ts';
import { countsBefore, type CountsBefore } from './runs.ts';

/** The spans that a search found. */
export interface Matches {
  readonly count: number;
  /** 1 for every row that matches. */
  readonly isMatch: Uint8Array;
  readonly before: CountsBefore;
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
  const isMatch = new Uint8Array(spans.length);
  let count = 0;
  for (let row = 0; row < spans.length; row++) {
    const node = spans.node[row];
    if (names[spans.name[row]] === 1 || (node !== NONE && nodeHits[node] === 1)) {
      isMatch[row] = 1;
      if (layout.laneOf[row] !== NONE) count++;
    }
  }
  return { count, isMatch, before: countsBefore(layout, (row) => isMatch[row] === 1) };
}

/** The next (1) or previous (-1) match in the order of start after a row, going round at the ends; `NONE` without any. */
export function nextMatch(layout: Layout, matches: Matches, from: number, direction: 1 | -1): number {
  let best = NONE;
  let wrapped = NONE;
  const before = (a: number, b: number): boolean => (layout.start[a] - layout.start[b] || a - b) * direction < 0;
  for (const row of layout.laneRows) {
    if (matches.isMatch[row] === 0 || row === from) continue;
    if (wrapped === NONE || before(row, wrapped)) wrapped = row;
    if (from !== NONE && before(from, row) && (best === NONE || before(row, best))) best = row;
  }
  if (best !== NONE) return best;
  return wrapped === NONE && from !== NONE && matches.isMatch[from] === 1 ? from : wrapped;
}

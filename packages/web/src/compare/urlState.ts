/** The views of a comparison, by their names in the address. */
export const VIEWS = ['parts', 'runs', 'flame', 'nodes', 'structure'] as const;
export type CompareView = (typeof VIEWS)[number];

/** What of a comparison is in its address: a link opens the same picture. */
export interface CompareState {
  /** An id, or `previous`; null where none is chosen. */
  readonly base: string | null;
  readonly candidate: string | null;
  readonly view: CompareView;
  /** The id of the selected node. */
  readonly node: string | null;
  /** The selected block of the flame graph. */
  readonly block: number | null;
  /** Whether both runs are laid so that the selected node begins at the same place. */
  readonly isAligned: boolean;
  /** The part of the candidate that is in view, in microseconds from its start; null for all. */
  readonly part: { readonly start: number; readonly end: number } | null;
}

function readCount(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function readTime(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Reads the query of an address; what it does not say, or says wrongly, is as in a fresh page. */
export function parseCompare(params: URLSearchParams): CompareState {
  const start = readTime(params.get('from'));
  const end = readTime(params.get('to'));
  const isPart = start !== null && end !== null && end > start;
  return {
    base: params.get('base') || null,
    candidate: params.get('candidate') || null,
    view: VIEWS.find((view) => view === params.get('view')) ?? 'parts',
    node: params.get('node') || null,
    block: readCount(params.get('block')),
    isAligned: params.get('align') === 'node',
    part: isPart ? { start, end } : null,
  };
}

/** Writes a comparison into the query of an address. */
export function formatCompare(state: CompareState): URLSearchParams {
  const params = new URLSearchParams();
  if (state.base !== null) params.set('base', state.base);
  if (state.candidate !== null) params.set('candidate', state.candidate);
  if (state.view !== 'parts') params.set('view', state.view);
  if (state.node !== null) params.set('node', state.node);
  if (state.block !== null) params.set('block', String(state.block));
  if (state.isAligned) params.set('align', 'node');
  if (state.part !== null) {
    params.set('from', String(Number(state.part.start.toFixed(3))));
    params.set('to', String(Number(state.part.end.toFixed(3))));
  }
  return params;
}

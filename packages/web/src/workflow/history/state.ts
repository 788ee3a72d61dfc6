/** How many of the newest executions are looked at. */
export const WINDOWS = [50, 100, 200] as const;

/** How runs are divided: the slowest against the fastest, after the last change against before, failed against completed. */
export const DIVISIONS = ['slow', 'change_point', 'failure'] as const;

/** What the newest executions are held against: as the server decides, or as asked for. */
export type Against =
  | { readonly kind: 'auto' | 'previous' | 'last' }
  | { readonly kind: 'baseline'; readonly id: string };

/** What of the history is in the address: a link opens the same picture. */
export interface HistoryState {
  readonly runs: number;
  /** Only executions of this version; null for all. */
  readonly version: number | null;
  readonly against: Against;
  readonly byTime: boolean;
  readonly isTable: boolean;
  /** The part of the runs that is shown, by the ids of its first and last run. */
  readonly from: string | null;
  readonly to: string | null;
  /** By what the runs are divided to find what tells slow ones apart. */
  readonly by: (typeof DIVISIONS)[number];
  /** The node that is looked at. */
  readonly node: string | null;
}

/** The key of a choice of what to compare with, and back. */
export function againstKey(against: Against): string {
  return against.kind === 'baseline' ? `baseline:${against.id}` : against.kind;
}

export function readAgainst(text: string | null): Against {
  if (text === 'previous' || text === 'last') return { kind: text };
  const id = text?.startsWith('baseline:') ? text.slice('baseline:'.length) : '';
  return id === '' ? { kind: 'auto' } : { kind: 'baseline', id };
}

/** Reads the address; what it does not say, or says wrongly, is as in a fresh page. */
export function readHistoryState(params: URLSearchParams): HistoryState {
  const runs = Number(params.get('runs'));
  const version = Number(params.get('version'));
  return {
    runs: WINDOWS.find((size) => size === runs) ?? WINDOWS[0],
    version: Number.isInteger(version) && version > 0 ? version : null,
    against: readAgainst(params.get('against')),
    byTime: params.get('axis') === 'time',
    isTable: params.get('view') === 'table',
    from: params.get('from'),
    to: params.get('to'),
    by: DIVISIONS.find((division) => division === params.get('by')) ?? DIVISIONS[0],
    node: params.get('node'),
  };
}

/** The address with a change of the state in it. */
export function withHistoryState(params: URLSearchParams, change: Partial<HistoryState>): URLSearchParams {
  const next = new URLSearchParams(params);
  const state = { ...readHistoryState(params), ...change };
  const texts: Readonly<Record<string, string | null>> = {
    runs: state.runs === WINDOWS[0] ? null : String(state.runs),
    version: state.version === null ? null : String(state.version),
    against: state.against.kind === 'auto' ? null : againstKey(state.against),
    axis: state.byTime ? 'time' : null,
    view: state.isTable ? 'table' : null,
    from: state.from,
    to: state.to,
    by: state.by === DIVISIONS[0] ? null : state.by,
    node: state.node,
  };
  for (const [key, text] of Object.entries(texts)) {
    if (text === null) next.delete(key);
    else next.set(key, text);
  }
  return next;
}

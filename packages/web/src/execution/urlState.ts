/** What part of a run is in view: microseconds from its start, and how far the lanes are scrolled, in CSS pixels. */
export interface View {
  readonly start: number;
  readonly end: number;
  readonly scrollTop: number;
}

/** What of an execution's page is in its address: a link opens the same picture. */
export interface UrlState {
  /** The id of a tab; of one that there is not, the page takes the first. */
  readonly tab: string;
  /** Null for the whole run. */
  readonly view: View | null;
  /** The id of the selected span. */
  readonly span: string | null;
  readonly search: string;
  readonly criticalPath: boolean;
  readonly queue: boolean;
}

function readNumber(params: URLSearchParams, key: string): number | null {
  const text = params.get(key);
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function readView(params: URLSearchParams): View | null {
  const start = readNumber(params, 'from');
  const end = readNumber(params, 'to');
  if (start === null || end === null || end <= start) return null;
  return { start, end, scrollTop: Math.max(0, readNumber(params, 'top') ?? 0) };
}

/** Reads the query of an address; what it does not say, or says wrongly, is as in a fresh page. */
export function parseUrlState(query: string): UrlState {
  const params = new URLSearchParams(query);
  return {
    tab: params.get('tab') || 'flame',
    view: readView(params),
    span: params.get('span') || null,
    search: params.get('q') ?? '',
    criticalPath: params.get('path') !== 'off',
    queue: params.get('queue') !== 'off',
  };
}

/** The query for a state, beginning with `?`, or empty where everything is as in a fresh page. */
export function formatUrlState(state: UrlState): string {
  const params = new URLSearchParams();
  if (state.tab !== 'flame') params.set('tab', state.tab);
  if (state.view) {
    params.set('from', String(Number(state.view.start.toFixed(3))));
    params.set('to', String(Number(state.view.end.toFixed(3))));
    if (state.view.scrollTop >= 1) params.set('top', String(Math.round(state.view.scrollTop)));
  }
  if (state.span !== null) params.set('span', state.span);
  if (state.search !== '') params.set('q', state.search);
  if (!state.criticalPath) params.set('path', 'off');
  if (!state.queue) params.set('queue', 'off');
  const query = params.toString();
  return query === '' ? '' : `?${query}`;
}

import type { ChartMode } from '@flowprof/flame';

/** What part of a run is in view: microseconds from its start, and how far the lanes are scrolled, in CSS pixels. */
export interface View {
  readonly start: number;
  readonly end: number;
  readonly scrollTop: number;
}

/** What counts as idle beside stretches in which nothing runs: those in which everything waits, sleeps, or both. */
export const IDLE_KINDS = ['both', 'queue', 'sleep', 'none'] as const;
export type IdleKind = (typeof IDLE_KINDS)[number];

/** A stretch of time in microseconds from the execution's start. */
export type Stretch = Pick<View, 'start' | 'end'>;

/** The ways of showing a run, by their names in the address, in the order of their keys. */
export const CHART_MODES: readonly ChartMode[] = ['time', 'left-heavy', 'sandwich', 'gantt'];

/** What of an execution's page is in its address: a link opens the same picture. */
export interface UrlState {
  /** The id of a tab; of one that there is not, the page takes the first. */
  readonly tab: string;
  /** Null for the whole run. */
  readonly view: View | null;
  /** The id of the selected span. */
  readonly span: string | null;
  readonly search: string;
  readonly mode: ChartMode;
  /** The name in the middle of the sandwich. */
  readonly focus: string | null;
  readonly criticalPath: boolean;
  readonly queue: boolean;
  /** Which idle stretches are cut short; null for none. */
  readonly cutIdle: IdleKind | null;
  /** The selected range of time. */
  readonly range: Stretch | null;
  /** What narrows the list of a tab: a text, and a word of the tab's own. Empty for nothing. */
  readonly filter: string;
  readonly kind: string;
  /** The column that a list is sorted by, with a minus for descending; empty for the list's own order. */
  readonly sort: string;
}

function readNumber(params: URLSearchParams, key: string): number | null {
  const text = params.get(key);
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function readRange(params: URLSearchParams): Stretch | null {
  const start = readNumber(params, 'rangeFrom');
  const end = readNumber(params, 'rangeTo');
  return start === null || end === null || end < start ? null : { start, end };
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
    mode: CHART_MODES.find((mode) => mode === params.get('mode')) ?? 'time',
    focus: params.get('focus') || null,
    criticalPath: params.get('path') !== 'off',
    queue: params.get('queue') !== 'off',
    cutIdle: IDLE_KINDS.find((kind) => kind === params.get('cut')) ?? null,
    range: readRange(params),
    filter: params.get('filter') ?? '',
    kind: params.get('kind') ?? '',
    sort: params.get('sort') ?? '',
  };
}

/** A time in microseconds, to the thousandth: no screen shows less. */
function inAddress(time: number): string {
  return String(Number(time.toFixed(3)));
}

/** The query for a state, beginning with `?`, or empty where everything is as in a fresh page. */
export function formatUrlState(state: UrlState): string {
  const params = new URLSearchParams();
  if (state.tab !== 'flame') params.set('tab', state.tab);
  if (state.view) {
    params.set('from', inAddress(state.view.start));
    params.set('to', inAddress(state.view.end));
    if (state.view.scrollTop >= 1) params.set('top', String(Math.round(state.view.scrollTop)));
  }
  if (state.span !== null) params.set('span', state.span);
  if (state.search !== '') params.set('q', state.search);
  if (state.mode !== 'time') params.set('mode', state.mode);
  if (state.mode === 'sandwich' && state.focus !== null) params.set('focus', state.focus);
  if (!state.criticalPath) params.set('path', 'off');
  if (!state.queue) params.set('queue', 'off');
  if (state.cutIdle !== null) params.set('cut', state.cutIdle);
  if (state.range) {
    params.set('rangeFrom', inAddress(state.range.start));
    params.set('rangeTo', inAddress(state.range.end));
  }
  for (const key of ['filter', 'kind', 'sort'] as const) if (state[key] !== '') params.set(key, state[key]);
  const query = params.toString();
  return query === '' ? '' : `?${query}`;
}

import { isUuid, type Status } from '@flowprof/model';
import { parseSeconds } from './seconds.ts';

/** The statuses that an execution can have, and so be filtered by. A skipped one does not exist. */
export const FILTER_STATUSES: readonly Status[] = ['running', 'completed', 'failed', 'timeout', 'cancelled', 'pending'];

/** The orders of the list. */
export const SORTS = ['newest', 'oldest', 'longest', 'shortest'] as const;
export type Sort = (typeof SORTS)[number];

/** Stretches of time up to now, by their names in the address. */
export const PRESETS = [
  { id: '1h', label: 'Last hour', ms: 3_600_000 },
  { id: '24h', label: 'Last 24 hours', ms: 86_400_000 },
  { id: '7d', label: 'Last 7 days', ms: 7 * 86_400_000 },
  { id: '30d', label: 'Last 30 days', ms: 30 * 86_400_000 },
] as const;
type Preset = (typeof PRESETS)[number]['id'];

/** How many values of inputs can be asked for at once; the server's limit. */
export const MOST_INPUTS = 5;
/** The most characters of a search that the server takes. */
const LONGEST = 5000;
const LONGEST_SECONDS = 1e9;

/** Which executions are listed, in what order: what the address of the list says. */
export interface ListFilter {
  readonly search: string;
  /** None for all. */
  readonly statuses: readonly Status[];
  readonly workflow: string | null;
  readonly project: string | null;
  readonly trigger: string | null;
  readonly version: number | null;
  /** Up to now; `from` and `to` do not count then. */
  readonly range: Preset | null;
  /** Milliseconds since the epoch. */
  readonly from: number | null;
  readonly to: number | null;
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
  /** Each `path:value`. */
  readonly inputs: readonly string[];
  readonly externalId: string | null;
  readonly sort: Sort;
}

/** What a page that shows the list keeps fixed: its own workflow or project. */
export interface ListScope {
  readonly workflow?: string;
  readonly project?: string;
}

function textOf(params: URLSearchParams, key: string): string | null {
  return params.get(key)?.trim().slice(0, LONGEST) || null;
}

function uuidOf(params: URLSearchParams, key: string): string | null {
  const text = textOf(params, key);
  return text !== null && isUuid(text) ? text.toLowerCase() : null;
}

function momentOf(params: URLSearchParams, key: string): number | null {
  const time = Date.parse(params.get(key) ?? '');
  return Number.isNaN(time) ? null : time;
}

function secondsOf(params: URLSearchParams, key: string): number | null {
  const seconds = parseSeconds(params.get(key) ?? '');
  return seconds === null ? null : Math.min(seconds, LONGEST_SECONDS);
}

function versionOf(params: URLSearchParams): number | null {
  const text = params.get('version') ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** Whether a text names a value of an input as the server reads it: `path:value`. */
export function isInputFilter(text: string): boolean {
  return /^[^:]{1,200}:[^]{0,1000}$/.test(text);
}

/** Reads the query of an address; what it does not say, or says wrongly, is as in a fresh list. */
export function parseFilter(params: URLSearchParams): ListFilter {
  const named = (params.get('status') ?? '').split(',');
  // Older links named workflows by a part of their names, which is a search.
  const workflow = uuidOf(params, 'workflow');
  const search = textOf(params, 'q') ?? (workflow === null ? textOf(params, 'workflow') : null) ?? '';
  const range = PRESETS.find(({ id }) => id === params.get('range'))?.id ?? null;
  return {
    search,
    statuses: FILTER_STATUSES.filter((status) => named.includes(status)),
    workflow,
    project: uuidOf(params, 'project'),
    trigger: textOf(params, 'trigger')?.slice(0, 100) ?? null,
    version: versionOf(params),
    range,
    from: range === null ? momentOf(params, 'from') : null,
    to: range === null ? momentOf(params, 'to') : null,
    minSeconds: secondsOf(params, 'min'),
    maxSeconds: secondsOf(params, 'max'),
    inputs: [...new Set(params.getAll('input').filter(isInputFilter))].slice(0, MOST_INPUTS),
    externalId: textOf(params, 'external'),
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? 'newest',
  };
}

const KEYS = 'q status workflow project trigger version range from to min max input external sort'.split(' ');

/** Writes a filter into the query of an address; what else is in it stays. */
export function writeFilter(filter: ListFilter, before: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams(before);
  for (const key of KEYS) params.delete(key);
  const set = (key: string, value: string | number | null): void => {
    if (value !== null && value !== '') params.set(key, String(value));
  };
  set('q', filter.search);
  set('status', filter.statuses.join(','));
  set('workflow', filter.workflow);
  set('project', filter.project);
  set('trigger', filter.trigger);
  set('version', filter.version);
  set('range', filter.range);
  set('from', filter.from === null ? null : new Date(filter.from).toISOString());
  set('to', filter.to === null ? null : new Date(filter.to).toISOString());
  set('min', filter.minSeconds);
  set('max', filter.maxSeconds);
  for (const input of filter.inputs) params.append('input', input);
  set('external', filter.externalId);
  set('sort', filter.sort === 'newest' ? null : filter.sort);
  return params;
}

/**
 * What the server is asked for.
 * @param now the moment that a range ends at, in milliseconds since the epoch
 */
export function queryOf(filter: ListFilter, scope: ListScope, now: number): URLSearchParams {
  const params = new URLSearchParams();
  const set = (key: string, value: string | number | null): void => {
    if (value !== null && value !== '') params.set(key, String(value));
  };
  const span = PRESETS.find(({ id }) => id === filter.range)?.ms;
  const from = span === undefined ? filter.from : now - span;
  set('search', filter.search);
  set('status', filter.statuses.join(','));
  set('project_id', scope.project ?? filter.project);
  set('trigger', filter.trigger);
  set('workflow_version', filter.version);
  set('started_from', from === null ? null : new Date(from).toISOString());
  set('started_to', filter.to === null ? null : new Date(filter.to).toISOString());
  set('min_duration', filter.minSeconds);
  set('max_duration', filter.maxSeconds);
  for (const input of filter.inputs) params.append('input', input);
  set('external_id', filter.externalId);
  set('sort', filter.sort);
  return params;
}

/** What nothing is left out by. */
export const NO_FILTER: ListFilter = parseFilter(new URLSearchParams());

/** Whether anything is left out, the order aside. */
export function isNarrowed(filter: ListFilter): boolean {
  return writeFilter({ ...filter, sort: 'newest' }, new URLSearchParams()).size > 0;
}

/** How many of the filters that are not always on the page are set. */
export function hiddenCount(filter: ListFilter): number {
  const { project, trigger, version, from, to, minSeconds, maxSeconds, externalId, inputs } = filter;
  const set = [project, trigger, version, from, to, minSeconds, maxSeconds, externalId];
  return set.filter((value) => value !== null).length + inputs.length;
}

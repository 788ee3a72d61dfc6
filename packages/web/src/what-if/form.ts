import { LIMIT_KINDS, spanKindAt, spanNameAt, type LimitKind, type Trace, type WhatIfChange } from '@flowprof/model';

export type ChangeKind = WhatIfChange['kind'];

/** The kinds of changes in words, what is most often wanted first. */
export const KIND_WORDS: readonly (readonly [kind: ChangeKind, words: string])[] = [
  ['speed', 'faster or slower'],
  ['duration', 'takes a given time'],
  ['remove', 'is not there'],
  ['limit', 'a limit is another one'],
  ['unlimited', 'a worker for everything'],
  ['no_retries', 'no retries'],
  ['backoff', 'shorter or longer waits between attempts'],
  ['no_queue', 'no waiting in a queue'],
  ['phase', 'a phase takes another time'],
  ['drop_dependency', 'does not wait for another'],
  ['add_dependency', 'waits for another as well'],
];

/** What is filled in to make a change. */
export interface ChangeForm {
  readonly kind: ChangeKind;
  /** `node:…`, `type:…`, or empty for all. */
  readonly target: string;
  readonly on: string;
  readonly phase: string;
  /** As the server names it: `concurrency`, `pool:db`. */
  readonly limit: string;
  readonly number: string;
}

export const EMPTY_FORM: ChangeForm = {
  kind: 'speed',
  target: '',
  on: '',
  phase: '',
  limit: 'concurrency',
  number: '2',
};

/** Which parts of the form a kind has, and whether it needs a target. */
export function partsOf(kind: ChangeKind): {
  readonly target: 'needed' | 'possible' | 'none';
  readonly number: string | null;
  readonly other: 'on' | 'phase' | 'limit' | null;
} {
  switch (kind) {
    case 'speed':
      return { target: 'needed', number: 'Times as fast', other: null };
    case 'duration':
      return { target: 'needed', number: 'Milliseconds', other: null };
    case 'remove':
      return { target: 'needed', number: null, other: null };
    case 'no_retries':
    case 'no_queue':
      return { target: 'possible', number: null, other: null };
    case 'backoff':
      return { target: 'possible', number: 'Waits times', other: null };
    case 'phase':
      return { target: 'possible', number: 'Takes times', other: 'phase' };
    case 'limit':
      return { target: 'none', number: 'Places, or starts a second', other: 'limit' };
    case 'unlimited':
      return { target: 'none', number: null, other: null };
    case 'drop_dependency':
    case 'add_dependency':
      return { target: 'needed', number: null, other: 'on' };
    default:
      return kind satisfies never;
  }
}

function limitOf(text: string): { readonly limit: LimitKind; readonly name?: string } | null {
  const colon = text.indexOf(':');
  const word = colon < 0 ? text : text.slice(0, colon);
  const limit = word === 'rate' ? 'rate_limit' : LIMIT_KINDS.find((kind) => kind === word);
  if (limit === undefined) return null;
  return colon < 0 ? { limit } : { limit, name: text.slice(colon + 1) };
}

/** The change that a form describes; null as long as something is missing. */
export function changeOf(form: ChangeForm): WhatIfChange | null {
  const { kind, on, phase } = form;
  const parts = partsOf(kind);
  const number = form.number.trim() === '' ? NaN : Number(form.number);
  if (parts.number !== null && !(number >= 0 && Number.isFinite(number))) return null;
  const [what, name] = [form.target.slice(0, 4), form.target.slice(5)];
  if (parts.target === 'needed' && name === '') return null;
  const target = name === '' ? {} : what === 'type' ? { type: name } : { node: name };
  switch (kind) {
    case 'speed':
      return number > 0 ? { kind, factor: number, ...target } : null;
    case 'duration':
      return { kind, duration_ms: number, ...target };
    case 'backoff':
      return { kind, factor: number, ...target };
    case 'phase':
      return phase === '' ? null : { kind, phase, factor: number, ...target };
    case 'limit': {
      const limit = limitOf(form.limit);
      return limit === null || number === 0 ? null : { kind, ...limit, value: number };
    }
    case 'unlimited':
      return { kind };
    case 'remove':
    case 'no_retries':
    case 'no_queue':
      return { kind, ...target };
    case 'drop_dependency':
    case 'add_dependency':
      return what !== 'node' || on === '' || on === name ? null : { kind, node: name, on };
    default:
      return kind satisfies never;
  }
}

/** What changes can name in a trace. */
export interface Names {
  readonly nodes: readonly string[];
  readonly types: readonly string[];
  readonly phases: readonly string[];
}

/** How many names are offered. */
const MOST_NAMES = 1000;

/** The nodes, node types and phases of a trace; its spans by name where it knows no nodes. */
export function namesIn({ nodes, spans }: Trace): Names {
  const phases = new Set<string>();
  const named = new Set<string>();
  for (let row = 0; row < spans.length; row++) {
    const name = spanNameAt(spans, row);
    if (spanKindAt(spans, row) === 'phase') phases.add(name);
    named.add(name);
  }
  const keys = nodes.length > 0 ? new Set(nodes.key) : named;
  const types = new Set(nodes.type);
  return {
    nodes: [...keys].slice(0, MOST_NAMES),
    types: [...types].slice(0, MOST_NAMES),
    phases: [...phases].slice(0, MOST_NAMES).sort(),
  };
}

/** Which nodes a change is about: all instances of a key, or of a type. Without nodes in the trace, spans by their names. */
export interface WhatIfTarget {
  readonly node?: string | undefined;
  readonly type?: string | undefined;
}

/** The limits that a change can set: places of the run, of a node type, of a pool, of a loop; starts a second. */
export const LIMIT_KINDS = ['concurrency', 'type', 'pool', 'loop', 'rate_limit'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** One thing that is to be different, as plain data. Several are made in the order in which they are given. */
export type WhatIfChange =
  /** Runs `factor` times faster (less than 1: slower). Waits and callbacks stay as they are. */
  | ({ readonly kind: 'speed'; readonly factor: number } & WhatIfTarget)
  /** Runs for so long, waits between attempts excluded. */
  | ({ readonly kind: 'duration'; readonly duration_ms: number } & WhatIfTarget)
  /** Is not there: what depends on it depends on what it depends on. */
  | ({ readonly kind: 'remove' } & WhatIfTarget)
  /** The last attempt is the first one; of all nodes where no target is named. */
  | ({ readonly kind: 'no_retries' } & WhatIfTarget)
  /** The waits between attempts take `factor` times as long. */
  | ({ readonly kind: 'backoff'; readonly factor: number } & WhatIfTarget)
  /** Nodes start as soon as what they depend on has ended, whatever limits there are. */
  | ({ readonly kind: 'no_queue' } & WhatIfTarget)
  /** A phase (`dns`, `expression_eval`, ...) takes `factor` times as long; 0: it is gone. */
  | ({ readonly kind: 'phase'; readonly phase: string; readonly factor: number } & WhatIfTarget)
  /** A limit is another one; `name` is the type, pool, loop or resource. */
  | {
      readonly kind: 'limit';
      readonly limit: LimitKind;
      readonly name?: string | undefined;
      readonly value: number;
      readonly burst?: number | undefined;
    }
  /** There is a worker for everything: no places are counted, and nothing waits in a queue. Rate limits stay. */
  | { readonly kind: 'unlimited' }
  /** `node` does not wait for `on`. */
  | { readonly kind: 'drop_dependency'; readonly node: string; readonly on: string }
  /** `node` waits for `on` as well. */
  | { readonly kind: 'add_dependency'; readonly node: string; readonly on: string };

/** How many changes are taken at once. */
export const MAX_CHANGES = 50;

/** Why a change cannot be made, by code. */
export const WHAT_IF_ERROR_CODES = {
  unknown_node: 'The execution has no node of this key.',
  unknown_type: 'The execution has no node of this type.',
  unknown_phase: 'No node that the change is about has a phase of this name.',
  unknown_limit: 'The execution does not tell which nodes this limit holds for.',
  unknown_dependency: 'No instance of the one node depends on the other.',
  dependency_cycle: 'The dependency would make a node wait for itself.',
  invalid_change: 'The change makes no sense: a negative time, a factor of nothing, or no target.',
  too_long: 'With the changes it would take longer than 285 years.',
  nothing_to_simulate: 'No node of the execution has started.',
} as const;

export type WhatIfErrorCode = keyof typeof WHAT_IF_ERROR_CODES;

/** A change that cannot be made. The message is one line for people; programs go by the code. */
export class WhatIfError extends Error {
  override readonly name = 'WhatIfError';
  readonly code: WhatIfErrorCode;
  /** Names that may have been meant, the nearest first. */
  readonly suggestions: readonly string[];
  /** Which of the changes it is, from 0; null where it is none of them. */
  readonly position: number | null;

  constructor(
    code: WhatIfErrorCode,
    message: string,
    suggestions: readonly string[] = [],
    position: number | null = null,
  ) {
    super(message);
    this.code = code;
    this.suggestions = suggestions;
    this.position = position;
  }
}

/** What the target of a change is called where people read it. */
function targetText({ node, type }: WhatIfTarget): string {
  if (node !== undefined) return node;
  return type === undefined ? 'all nodes' : `nodes of type ${type}`;
}

function limitText(limit: LimitKind, name: string | undefined): string {
  if (limit === 'concurrency') return 'concurrency';
  if (limit === 'rate_limit') return `rate limit ${name ?? ''}`;
  return `${limit} ${name ?? ''}`;
}

function timesText(factor: number): string {
  return String(Math.round(factor * 1000) / 1000);
}

/** A change in a few words, for headings and lists. */
export function describeChange(change: WhatIfChange): string {
  switch (change.kind) {
    case 'speed':
      return change.factor >= 1
        ? `${targetText(change)} ${timesText(change.factor)}x faster`
        : `${targetText(change)} ${timesText(1 / change.factor)}x slower`;
    case 'duration':
      return `${targetText(change)} takes ${timesText(change.duration_ms)} ms`;
    case 'remove':
      return `without ${targetText(change)}`;
    case 'no_retries':
      return `no retries of ${targetText(change)}`;
    case 'backoff':
      return `backoff of ${targetText(change)} x ${timesText(change.factor)}`;
    case 'no_queue':
      return `no queue for ${targetText(change)}`;
    case 'phase':
      return change.factor === 0
        ? `no ${change.phase} in ${targetText(change)}`
        : `${change.phase} of ${targetText(change)} x ${timesText(change.factor)}`;
    case 'limit':
      return `${limitText(change.limit, change.name)} = ${timesText(change.value)}`;
    case 'unlimited':
      return 'unlimited workers';
    case 'drop_dependency':
      return `${change.node} does not wait for ${change.on}`;
    case 'add_dependency':
      return `${change.node} waits for ${change.on}`;
    default:
      return change satisfies never;
  }
}

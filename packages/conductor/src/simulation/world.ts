import type { WorkflowDefinition } from '../index.ts';

/** How an attempt at a node ends. */
export type Ending =
  | { readonly kind: 'return' }
  | { readonly kind: 'fail'; readonly code: string; readonly retryable: boolean; readonly retryAfterMs?: number }
  /** Throws something that is no error, by its position in `ODD_VALUES`. */
  | { readonly kind: 'throw'; readonly odd: number }
  /** Returns what is no JSON. */
  | { readonly kind: 'invalid' }
  | { readonly kind: 'hang' };

/** One attempt: stretches of time with what is done before each, and the end. */
export interface AttemptPlan {
  readonly steps: readonly Step[];
  readonly end: Ending;
  /** Whether it goes on when its signal aborts. */
  readonly deaf: boolean;
}

export interface Step {
  readonly ms: number;
  /** The phase that the step is; null for a step in the open. `left` is not ended by the handler. */
  readonly phase: { readonly name: string; readonly left: boolean; readonly inner: boolean } | null;
  /** Percent; null for none. */
  readonly progress: number | null;
  readonly annotate: boolean;
}

/** What a node does: attempt by attempt, the last one again for all further. Items of loops take turns. */
export interface Behaviour {
  /** Whether it does everything at once, without a promise; only its first step counts then, and takes no time. */
  readonly sync: boolean;
  readonly variants: readonly (readonly AttemptPlan[])[];
}

/** A part of the world that takes its time, and may fail. */
export interface Peer {
  /** Milliseconds until it has done what it was asked to, and until it says so. */
  readonly work: number;
  readonly answer: number;
  /** The calls that it refuses, by their number from 1. */
  readonly refuses: readonly number[];
}

/** When the process of a run dies: at a moment, or when something happens for the n-th time. */
export type Crash =
  | { readonly at: 'time'; readonly ms: number }
  | {
      readonly at: 'handler_started' | 'handler_ended' | 'commit' | 'committed' | 'write' | 'written';
      readonly n: number;
    };

export interface Life {
  readonly crash: Crash | null;
  /** Milliseconds that nobody runs before the next life. */
  readonly pause: number;
}

/** A moment at which the host's clock is set, forwards or backwards. */
export interface ClockJump {
  readonly atMs: number;
  readonly byMs: number;
}

/** Everything that decides a simulated run; made from a seed and nothing else. */
export interface World {
  readonly seed: number;
  readonly definition: WorkflowDefinition;
  readonly behaviours: ReadonlyMap<string, Behaviour>;
  readonly concurrency: number | undefined;
  readonly slowMo: number | undefined;
  readonly timeoutMs: number | undefined;
  readonly cancelAtMs: number | null;
  readonly sink: Peer | null;
  readonly journal: Peer | null;
  /** One a process: each but the last dies. */
  readonly lives: readonly Life[];
  readonly jumps: readonly ClockJump[];
  /** Whether the earlier trace is given to the next life, where there is a sink. */
  readonly keepsTrace: boolean;
}

/** What handlers throw that is no error. */
export const ODD_VALUES: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => 'text',
  () => 42,
  (): unknown => Object.create(null),
  () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    ),
  () => Object.assign(new Error('with a code'), { code: 'ECONNRESET' }),
];

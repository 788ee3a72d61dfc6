import type { Attempt, AttemptMessage } from './attempt.ts';
import type { DayClock } from './clock.ts';
import type { ReportingProblem, Settings } from './options.ts';
import type { Outcome } from './sender.ts';

/** At most so many attempts and bytes are sent at once: to write them as JSON takes the worker about a millisecond. */
const MOST_AT_ONCE = 250;
const MOST_BYTES = 512 * 1024;

/** Heartbeats whose times are held, of all attempts together. */
const MOST_HEARTBEATS = 200_000;

/** How often a running attempt is told of again, where it had heartbeats, in ms. */
const RUNNING_AGAIN_MS = 10_000;

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 30_000;

/** How often a problem of the same kind is told, in ms. */
const PROBLEM_AGAIN_MS = 60_000;

/** Runs something later, without keeping the process alive for it. Gives what prevents it. */
type Later = (ms: number, run: () => void) => () => void;

export const systemLater: Later = (ms, run) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};

interface ReporterParts {
  readonly settings: Pick<Settings, 'intervalMs' | 'most' | 'prepare' | 'onProblem'>;
  readonly clock: DayClock;
  readonly later: Later;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly send: (attempts: readonly AttemptMessage[], signal: AbortSignal) => Promise<Outcome>;
}

/** An attempt in a batch, and whether it was sent as it will stay. */
interface Sent {
  readonly attempt: Attempt;
  readonly isFinal: boolean;
}

/**
 * Tells flowprof of attempts, in the background, and again until they are kept: the same twice does no harm there. What
 * it holds is bounded, and what it is asked to note takes microseconds, whatever becomes of the server.
 */
export class AttemptReporter {
  readonly #parts: ReporterParts;
  /** Those whose last word is still to be told. */
  readonly #final = new Set<Attempt>();
  /** Running ones that are to be told of. */
  readonly #running = new Set<Attempt>();
  readonly #toldMs = new WeakMap<Attempt, number>();
  readonly #problems = new Map<ReportingProblem['kind'], { untilMs: number; attempts: number }>();
  #heartbeats = 0;
  #atOnce = MOST_AT_ONCE;
  #failures = 0;
  /** How long the server asked to be left alone, in ms. */
  #afterMs = 0;
  #cancelTimer: (() => void) | null = null;
  #sending: Promise<Outcome> | null = null;
  #abort = new AbortController();

  constructor(parts: ReporterParts) {
    this.#parts = parts;
  }

  /** How many attempts wait to be told of. */
  get waiting(): number {
    return this.#final.size + this.#running.size;
  }

  /** An attempt has begun. */
  began(attempt: Attempt): void {
    if (this.waiting < this.#parts.settings.most) this.#running.add(attempt);
    this.#plan();
  }

  heartbeat(attempt: Attempt): void {
    if (attempt.isOver) return;
    if (attempt.heartbeat(this.#heartbeats < MOST_HEARTBEATS)) this.#heartbeats++;
    const told = this.#toldMs.get(attempt);
    if (told === undefined || this.#parts.clock.steadyMs() - told < RUNNING_AGAIN_MS) return;
    this.#toldMs.delete(attempt);
    this.began(attempt);
  }

  /** Nothing more will happen to an attempt here. */
  over(attempt: Attempt): void {
    this.#running.delete(attempt);
    const { most } = this.#parts.settings;
    // That one runs is told again when it ends; that it has ended is told by nothing else.
    for (const other of this.#running) {
      if (this.waiting < most) break;
      this.#running.delete(other);
    }
    if (this.waiting < most) this.#final.add(attempt);
    else {
      this.#release(attempt);
      this.problem('lost', 'flowprof is away for so long that attempts were not kept', 1);
    }
    this.#plan();
  }

  /**
   * Sends what there is, again and again until it is kept.
   * @param mostMs after which it is given up; attempts that still wait are told of when something else is
   */
  async flush(mostMs: number): Promise<void> {
    const endMs = this.#parts.clock.steadyMs() + mostMs;
    const timer = setTimeout(() => this.#abort.abort(), mostMs);
    try {
      while (this.waiting > 0 && this.#parts.clock.steadyMs() < endMs && !this.#abort.signal.aborted) {
        const { kind } = await this.#sendOnce();
        if (kind === 'again') await this.#pause(Math.min(this.#pauseMs(), endMs - this.#parts.clock.steadyMs()));
      }
    } finally {
      clearTimeout(timer);
      this.#abort = new AbortController();
    }
    if (this.waiting > 0)
      this.problem('left', 'the worker ended before flowprof was told of all attempts', this.waiting);
  }

  problem(kind: ReportingProblem['kind'], message: string, attempts: number): void {
    const { clock, settings } = this.#parts;
    const now = clock.steadyMs();
    const before = this.#problems.get(kind);
    if (before !== undefined && now < before.untilMs) {
      before.attempts += attempts;
      return;
    }
    this.#problems.set(kind, { untilMs: now + PROBLEM_AGAIN_MS, attempts: 0 });
    try {
      settings.onProblem({ kind, message, attempts: (before?.attempts ?? 0) + attempts });
    } catch {
      // Whoever hears of problems must not be one.
    }
  }

  /** @param ms a moment that keeps the process alive */
  #pause(ms: number): Promise<void> {
    const { signal } = this.#abort;
    if (signal.aborted || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener(
        'abort',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }

  #plan(): void {
    if (this.#cancelTimer !== null || this.#sending !== null || this.waiting === 0) return;
    const isFull = this.waiting >= MOST_AT_ONCE && this.#failures === 0;
    const ms = isFull ? 0 : this.#failures === 0 ? this.#parts.settings.intervalMs : this.#pauseMs();
    this.#cancelTimer = this.#parts.later(ms, () => {
      this.#cancelTimer = null;
      void this.#sendOnce();
    });
  }

  #pauseMs(): number {
    const most = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures, 10));
    return Math.max(this.#afterMs, most * (0.5 + this.#parts.random() / 2));
  }

  /** Sends one batch, or waits for the one that is being sent. */
  #sendOnce(): Promise<Outcome> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
      this.#plan();
    });
    return this.#sending;
  }

  async #send(): Promise<Outcome> {
    const { sent, messages } = this.#batch();
    if (messages.length === 0) return { kind: 'kept' };
    const outcome = await this.#parts.send(messages, this.#abort.signal);
    this.#afterMs = 0;
    switch (outcome.kind) {
      case 'kept':
        this.#failures = 0;
        this.#atOnce = Math.min(MOST_AT_ONCE, this.#atOnce * 2);
        this.#drop(sent);
        break;
      case 'again':
        this.#failures++;
        this.#afterMs = outcome.afterMs ?? 0;
        this.problem(outcome.why, `${outcome.message}; attempts are kept until it does`, this.waiting);
        break;
      case 'rejected':
        // One of them is at fault: it is found by halves.
        this.#atOnce = Math.max(1, Math.floor(messages.length / 2));
        if (messages.length > 1) break;
        this.#drop(sent);
        this.problem('rejected', `${outcome.message} to an attempt, which is left out`, 1);
        break;
      default:
        outcome satisfies never;
    }
    return outcome;
  }

  /** What is sent next: those that have ended first. */
  #batch(): { readonly sent: readonly Sent[]; readonly messages: readonly AttemptMessage[] } {
    const sent: Sent[] = [];
    const messages: AttemptMessage[] = [];
    let bytes = 0;
    const take = (attempts: ReadonlySet<Attempt>, isFinal: boolean): void => {
      for (const attempt of attempts) {
        if (messages.length >= this.#atOnce || (bytes > 0 && bytes + attempt.size > MOST_BYTES)) return;
        const message = this.#prepare(attempt);
        if (message === null) {
          this.#drop([{ attempt, isFinal }]);
          continue;
        }
        bytes += attempt.size;
        sent.push({ attempt, isFinal });
        messages.push(message);
      }
    };
    take(this.#final, true);
    take(this.#running, false);
    return { sent, messages };
  }

  #prepare(attempt: Attempt): AttemptMessage | null {
    try {
      return this.#parts.settings.prepare(attempt.message());
    } catch (error) {
      this.problem('fault', `an attempt could not be told: ${String(error)}`, 1);
      return null;
    }
  }

  /** They need not be told of any more as they were. */
  #drop(sent: readonly Sent[]): void {
    const now = this.#parts.clock.steadyMs();
    for (const { attempt, isFinal } of sent) {
      if (isFinal) {
        if (this.#final.delete(attempt)) this.#release(attempt);
      } else {
        this.#running.delete(attempt);
        this.#toldMs.set(attempt, now);
      }
    }
  }

  #release(attempt: Attempt): void {
    this.#heartbeats -= attempt.keptHeartbeats;
  }
}

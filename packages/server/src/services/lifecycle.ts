import type { Timers } from '@flowprof/conductor';

/**
 * Whether the server takes requests:
 *
 *     serving ── drain() ──► draining ── refuse() ──► refusing ──► closed
 *
 * While it drains it says so to who balances load, starts nothing and answers still; then it answers only what was under
 * way.
 */
export class Lifecycle {
  readonly #draining = new AbortController();
  #refusing = false;

  get isDraining(): boolean {
    return this.#draining.signal.aborted;
  }

  /** Fires when the server starts to drain: sockets are told then. */
  get draining(): AbortSignal {
    return this.#draining.signal;
  }

  get isRefusing(): boolean {
    return this.#refusing;
  }

  drain(): void {
    this.#draining.abort();
  }

  refuse(): void {
    this.drain();
    this.#refusing = true;
  }
}

/** Waits for work that goes on by itself, for so long. @returns whether it ended in that time */
export async function endsWithin(work: Promise<unknown>, ms: number, timers: Timers): Promise<boolean> {
  const ended = new AbortController();
  const late = timers.sleep(ms, ended.signal).then(
    () => false,
    () => true,
  );
  const done = work.then(() => {
    ended.abort();
    return true;
  });
  return Promise.race([done, late]);
}

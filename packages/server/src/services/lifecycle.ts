import type { Timers } from '@flowprof/conductor';

/**
 * Whether the server takes requests:
 *
 *     serving ── drain() ──► draining ── refuse() ──► refusing ──► closed
 *
 * While it drains it says so to who balances load, starts nothing and answers still; then it answers only what was under
 * way, and ends its WebSockets.
 */
export class Lifecycle {
  #draining = false;
  #refusing = false;

  get isDraining(): boolean {
    return this.#draining;
  }

  get isRefusing(): boolean {
    return this.#refusing;
  }

  drain(): void {
    this.#draining = true;
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

import type { SyncWork } from '../../src/services/temporal/system/activities.ts';
import type { SyncedConnection } from '../../src/services/temporal/system/seam.ts';

/** A sync whose executions are in memory: what is due is given until it was synced. */
export class MemoryWork implements SyncWork {
  readonly due: Set<string>;
  readonly synced: string[] = [];
  readonly #known: ReadonlySet<string>;
  readonly #taken = new Set<string>();
  readonly #waiting = new Set<() => void>();
  isOver = false;
  most = 0;
  #atOnce = 0;
  /** What happens in a sync. */
  during: (runId: string, attempt: number) => Promise<void> = () => Promise.resolve();
  readonly #attempts = new Map<string, number>();

  constructor(connection: string, runs: readonly string[]) {
    this.#known = new Set([connection]);
    this.due = new Set(runs);
  }

  isServed({ connectionId }: SyncedConnection): Promise<boolean> {
    return Promise.resolve(this.#known.has(connectionId));
  }

  async look({ atMost }: { atMost: number }, signal: AbortSignal): Promise<{ runs: string[]; isOver: boolean }> {
    for (;;) {
      if (this.isOver) return { runs: [], isOver: true };
      const runs = [...this.due].filter((run) => !this.#taken.has(run)).slice(0, atMost);
      for (const run of runs) this.#taken.add(run);
      if (runs.length > 0) return { runs, isOver: false };
      signal.throwIfAborted();
      await this.#change(signal);
    }
  }

  async sync({ runId }: { runId: string }): Promise<{ outcome: 'recorded'; error: null; pauseMs: number }> {
    this.most = Math.max(this.most, ++this.#atOnce);
    const attempt = (this.#attempts.get(runId) ?? 0) + 1;
    this.#attempts.set(runId, attempt);
    try {
      await this.during(runId, attempt);
      this.synced.push(runId);
      this.due.delete(runId);
      return { outcome: 'recorded', error: null, pauseMs: 0 };
    } finally {
      this.#atOnce--;
      this.#tell();
    }
  }

  /** Ends the coordinator at its next look. */
  end(): void {
    this.isOver = true;
    this.#tell();
  }

  /** Resolves once it is as it is meant to be. */
  async until(isMeant: () => boolean): Promise<void> {
    while (!isMeant()) await this.#change();
  }

  #tell(): void {
    for (const wake of this.#waiting) wake();
  }

  #change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}

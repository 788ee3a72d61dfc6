import type { HttpClient } from '../http/client.ts';
import { systemSchedule, type Schedule } from '../schedule.ts';

/** How long the connections of a run are kept that nothing uses. */
const IDLE_MS = 30_000;

interface Held {
  readonly client: HttpClient;
  users: number;
  /** Lifts the time after which it is closed. */
  keep: () => void;
}

/** The connections of runs: each has its own, and what follows in it goes on with them, as in one process. */
export class Connections {
  readonly #make: () => HttpClient;
  readonly #schedule: Schedule;
  readonly #held = new Map<string, Held>();

  constructor(make: () => HttpClient, schedule: Schedule = systemSchedule) {
    this.#make = make;
    this.#schedule = schedule;
  }

  take(run: string): HttpClient {
    const held = this.#held.get(run) ?? { client: this.#make(), users: 0, keep: () => {} };
    held.keep();
    held.users++;
    this.#held.set(run, held);
    return held.client;
  }

  release(run: string): void {
    const held = this.#held.get(run);
    if (held === undefined || --held.users > 0) return;
    held.keep = this.#schedule(IDLE_MS, () => {
      this.#held.delete(run);
      void held.client.close().catch(() => {});
    });
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const { keep } of all) keep();
    await Promise.all(all.map(({ client }) => client.close()));
  }
}

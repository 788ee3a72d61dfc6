import type { Clock } from '@flowprof/model';
import type { Database } from '../database.ts';
import { listLastSeqs } from '../queries/list-last-seqs.ts';
import { listPrunable, pruneLiveEvents } from '../queries/prune-live-events.ts';
import type { LiveChange, LiveFeed, LiveHistory, LiveSignal } from './api.ts';

/** How many workflows are looked at in one go. */
const PRUNED_AT_ONCE = 100;

/** How often one go prunes at most; the next call does the rest. */
const MAX_ROUNDS = 100;

export interface LiveFeedOptions {
  readonly app: Database;
  readonly owner: Database;
  readonly clock: Clock;
}

/** See `LiveFeed`. */
export class PostgresLiveFeed implements LiveFeed {
  readonly #options: LiveFeedOptions;
  readonly #listeners = new Set<(signal: LiveSignal) => void>();

  constructor(options: LiveFeedOptions) {
    this.#options = options;
  }

  listen(listener: (signal: LiveSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells of what this server has committed. */
  announce(changes: readonly LiveChange[]): void {
    if (changes.length > 0) this.#emit({ type: 'changes', changes });
  }

  newerThan(known: readonly LiveChange[]): Promise<readonly LiveChange[]> {
    if (known.length === 0) return Promise.resolve([]);
    return this.#options.owner.transaction((sql) => listLastSeqs(sql, known));
  }

  async prune(history: LiveHistory): Promise<number> {
    const { app, owner, clock } = this.#options;
    let total = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const found = await owner.transaction((sql) => listPrunable(sql, history, clock.now(), PRUNED_AT_ONCE));
      let count = 0;
      for (const { workspaceId, workflowId } of found) {
        count += await app.inWorkspace(workspaceId, (sql) =>
          pruneLiveEvents(sql, workspaceId, workflowId, history, clock.now()),
        );
      }
      total += count;
      if (count === 0) break;
    }
    return total;
  }

  #emit(signal: LiveSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }
}

import { messageOf } from '../errors.ts';
import type { Journal, JournalEntry } from '../types.ts';

/** An entry on its way into the journal. */
interface Waiting {
  readonly entry: JournalEntry;
  /** Is called once the entry is durable, or with the reason why it never will be. */
  readonly done: (refused: string | null) => void;
}

/**
 * Commits what has ended to the journal, one call at a time: what ends while one is under way goes together with the
 * next, so that a busy run pays for few commits.
 */
export class Commits {
  readonly #journal: Journal;
  readonly #executionId: string;
  readonly #onBatch: () => void;
  #waiting: Waiting[] = [];
  #sending: readonly Waiting[] | null = null;

  /** @param onBatch is called after the entries of a call have been reported */
  constructor(journal: Journal, executionId: string, onBatch: () => void) {
    this.#journal = journal;
    this.#executionId = executionId;
    this.#onBatch = onBatch;
  }

  add(entry: JournalEntry, done: Waiting['done']): void {
    this.#waiting.push({ entry, done });
    // Nodes that end in the same turn go together.
    if (this.#sending === null && this.#waiting.length === 1) queueMicrotask(() => this.#send());
  }

  /** Gives up what has not been committed yet: a run that was stopped does not wait for a journal for ever. */
  abandon(reason: string): void {
    const given = [...(this.#sending ?? []), ...this.#waiting];
    this.#sending = null;
    this.#waiting = [];
    for (const { done } of given) done(reason);
    this.#onBatch();
  }

  #send(): void {
    if (this.#sending !== null || this.#waiting.length === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#sending = batch;
    void this.#commit(batch);
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    let refused: string | null = null;
    try {
      await this.#journal.commit(
        this.#executionId,
        batch.map(({ entry }) => entry),
      );
    } catch (error) {
      refused = messageOf(error);
    }
    if (this.#sending !== batch) return;
    this.#sending = null;
    for (const { done } of batch) done(refused);
    this.#onBatch();
    this.#send();
  }
}

import { setImmediate } from 'node:timers/promises';
import type { JournalEntry } from '@flowprof/model';
import type { Database } from '../database.ts';
import { contentId } from '../content-id.ts';
import { selectJournal, type SealedEntry } from '../queries/select-journal.ts';
import { text } from '../row.ts';
import { JournalSeal } from './seal.ts';
import type { JournalWriter } from './writer.ts';

/** How many entries are sealed or opened at a stretch; then others get their turn. */
const PAGE = 500;

/** How many executions' seals are kept at hand. */
const MAX_SEALS = 1000;

export interface JournalOptions {
  readonly database: Database;
  readonly writer: JournalWriter;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
}

/** The journals of executions: what goes in is sealed, what comes out is checked. */
export class Journals {
  readonly #options: JournalOptions;
  /** In the order of their last use. */
  readonly #seals = new Map<string, JournalSeal>();

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  /** See `TenantStore.commitNodes`. @returns false when this server does not run the execution */
  async commit(workspaceId: string, executionId: string, entries: readonly JournalEntry[]): Promise<boolean> {
    const seal = await this.#sealOf(workspaceId, executionId);
    const sealed: SealedEntry[] = [];
    for (const entry of entries) {
      if (sealed.length % PAGE === PAGE - 1) await setImmediate();
      const path = text(entry.path);
      sealed.push({ id: contentId(`journal\u0000${path}`), path, payload: await seal.seal({ ...entry, path }) });
    }
    return this.#options.writer.commit(workspaceId, executionId, sealed);
  }

  /** All entries of an execution, in the order in which the nodes ended. */
  async read(workspaceId: string, executionId: string): Promise<readonly JournalEntry[]> {
    const seal = await this.#sealOf(workspaceId, executionId);
    const entries: JournalEntry[] = [];
    let page: readonly SealedEntry[] = [];
    do {
      const after = page.at(-1)?.id ?? null;
      page = await this.#options.database.inWorkspace(workspaceId, (sql) =>
        selectJournal(sql, workspaceId, executionId, after, PAGE),
      );
      for (const { path, payload } of page) entries.push(await seal.open(path, payload));
    } while (page.length === PAGE);
    return entries.sort((a, b) => a.end - b.end || a.start - b.start);
  }

  async #sealOf(workspaceId: string, executionId: string): Promise<JournalSeal> {
    const id = `${workspaceId}/${executionId}`;
    const known = this.#seals.get(id);
    this.#seals.delete(id);
    const seal = known ?? new JournalSeal(await this.#options.key(), workspaceId, executionId);
    this.#seals.set(id, seal);
    const [oldest] = this.#seals.keys();
    if (this.#seals.size > MAX_SEALS && oldest !== undefined) this.#seals.delete(oldest);
    return seal;
  }
}

import type { Clock } from '@flowprof/model';
import { byteaArray, textArray, uuidArray } from '../binary-array.ts';
import type { Database } from '../database.ts';
import type { NamedStatement } from '../one-trip.ts';
import { INSERT_JOURNAL, INSERT_JOURNAL_ENTRY } from '../queries/insert-journal.ts';
import type { SealedEntry } from '../queries/select-journal.ts';
import { timestamp } from '../row.ts';

/** How many entries, and how many bytes of them, go into one transaction at most; one entry always does. */
const MAX_ENTRIES = 1000;
const MAX_BYTES = 8 * 1024 * 1024;

/** Entries of one execution that are committed together. */
interface Part {
  readonly executionId: string;
  readonly entries: readonly SealedEntry[];
  readonly bytes: number;
  readonly resolve: (isOwned: boolean) => void;
  readonly reject: (error: unknown) => void;
}

interface JournalRow {
  readonly executionId: string;
  readonly entry: SealedEntry;
}

export interface JournalWriterOptions {
  /** Connections for nothing but this, so that a commit never waits for one. */
  readonly database: Database;
  readonly clock: Clock;
  /** This server; it writes for the executions that it runs. */
  readonly instanceId: string;
}

/**
 * Commits journal entries. One transaction of a workspace is under way at a time; what comes meanwhile, of whichever of
 * its executions, goes into the next one together, so that the disk is waited for once.
 */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  /** What waits, by workspace; a workspace is in it while a transaction of its is under way. */
  readonly #waiting = new Map<string, Part[]>();

  constructor(options: JournalWriterOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the entries are durable.
   * @returns false when this server does not run the execution; then nothing was written
   */
  async commit(workspaceId: string, executionId: string, entries: readonly SealedEntry[]): Promise<boolean> {
    const parts = [...partsOf(entries)].map(
      ({ some, bytes }) =>
        new Promise<boolean>((resolve, reject) => {
          this.#enqueue(workspaceId, { executionId, entries: some, bytes, resolve, reject });
        }),
    );
    return (await Promise.all(parts)).every((isOwned) => isOwned);
  }

  #enqueue(workspaceId: string, part: Part): void {
    const waiting = this.#waiting.get(workspaceId);
    if (waiting !== undefined) {
      waiting.push(part);
      return;
    }
    const parts = [part];
    this.#waiting.set(workspaceId, parts);
    void this.#drain(workspaceId, parts);
  }

  async #drain(workspaceId: string, waiting: Part[]): Promise<void> {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        const owned = await this.#write(workspaceId, group);
        for (const part of group) part.resolve(owned.has(part.executionId));
      } catch (error) {
        for (const part of group) part.reject(error);
      }
    }
    this.#waiting.delete(workspaceId);
  }

  /** One transaction, one round trip. @returns the executions that are this server's */
  async #write(workspaceId: string, group: readonly Part[]): Promise<ReadonlySet<string>> {
    const { database } = this.#options;
    const rows = group.flatMap(({ executionId, entries }) => entries.map((entry) => ({ executionId, entry })));
    const [first] = rows;
    if (first !== undefined && rows.length === 1) {
      const written = await database.inOneTrip(workspaceId, this.#one(workspaceId, first));
      // Where nothing was written, the other statement tells why.
      if (written.length === 1) return new Set([first.executionId]);
    }
    const found = await database.inOneTrip(workspaceId, this.#many(workspaceId, rows));
    return new Set(found);
  }

  #one(workspaceId: string, { executionId, entry }: JournalRow): NamedStatement {
    const { clock, instanceId } = this.#options;
    const { id, path, payload } = entry;
    return {
      name: 'insert_journal_entry',
      text: INSERT_JOURNAL_ENTRY,
      values: [workspaceId, executionId, instanceId, id, path, payload, timestamp(clock.now())],
    };
  }

  #many(workspaceId: string, rows: readonly JournalRow[]): NamedStatement {
    const { clock, instanceId } = this.#options;
    return {
      name: 'insert_journal',
      text: INSERT_JOURNAL,
      values: [
        workspaceId,
        uuidArray([...new Set(rows.map((row) => row.executionId))]),
        instanceId,
        uuidArray(rows.map((row) => row.executionId)),
        uuidArray(rows.map((row) => row.entry.id)),
        textArray(rows.map((row) => row.entry.path)),
        byteaArray(rows.map((row) => row.entry.payload)),
        timestamp(clock.now()),
      ],
    };
  }
}

/** Entries in parts that fit into a transaction. */
function* partsOf(
  entries: readonly SealedEntry[],
): Generator<{ readonly some: readonly SealedEntry[]; readonly bytes: number }> {
  let some: SealedEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (some.length === MAX_ENTRIES || (some.length > 0 && bytes + entry.payload.byteLength > MAX_BYTES)) {
      yield { some, bytes };
      some = [];
      bytes = 0;
    }
    some.push(entry);
    bytes += entry.payload.byteLength;
  }
  if (some.length > 0) yield { some, bytes };
}

/** Takes the parts that go into the next transaction from those that wait. */
function takeGroup(waiting: Part[]): Part[] {
  let [count, entries, bytes] = [0, 0, 0];
  for (const part of waiting) {
    entries += part.entries.length;
    bytes += part.bytes;
    if (count > 0 && (entries > MAX_ENTRIES || bytes > MAX_BYTES)) break;
    count++;
  }
  return waiting.splice(0, count);
}

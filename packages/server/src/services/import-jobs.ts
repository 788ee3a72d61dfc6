import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Timers } from '@flowprof/conductor';
import { asMicros, after, type Clock, type EpochMicros, type JsonValue } from '@flowprof/model';
import type { FileImport, ImportEnd, Store, TenantStore, WaitingImport } from '@flowprof/store';
import type { Logger } from 'pino';
import { ApiError } from '../http/errors.ts';
import { toImportItem } from '../http/shapes/import.ts';
import { uploadFolderPrefix } from '../http/upload.ts';
import type { ImportService, ImportWatch } from './imports.ts';
import { Looker } from './looker.ts';

/** How long it looks away at most: so late is a file taken whose server died. */
const LOOK_MS = 10_000;
/** How often progress is written down while there is any, and how long a claim counts without. */
const TELL_MS = 500;
const CLAIM_MS = 30_000;
const HOUR_MS = 3_600_000;
/** An upload that gets no part for so long is given up; what became of a file is told for a month. */
const IDLE_HOURS = 24;
const TOLD_HOURS = 30 * 24;

export interface ImportJobsOptions {
  readonly store: Pick<Store, 'waitingImports' | 'tenant' | 'listWorkspaces'>;
  readonly imports: Pick<ImportService, 'importFile'>;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Whether an error may pass by itself. */
  readonly mayPass: (error: unknown) => boolean;
}

/** A file is not this server's any more, or nobody wants it any more. */
class GivenUp extends Error {
  override readonly name = 'GivenUp';
}

/** What has come of a file so far, as its watch is told. */
class Tally implements ImportWatch {
  readonly #abort = new AbortController();
  readonly #items: JsonValue[] = [];
  #executionsTotal: number | null = null;
  #executionsDone = 0;
  #spansTotal: number | null = null;
  #spansDone = 0;

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get progress() {
    const [executionsTotal, executionsDone] = [this.#executionsTotal, this.#executionsDone];
    return { executionsTotal, executionsDone, spansTotal: this.#spansTotal, spansDone: this.#spansDone };
  }

  giveUp(): void {
    this.#abort.abort(new GivenUp());
  }

  read(executions: number, spans: number): void {
    this.#executionsTotal = executions;
    this.#spansTotal = spans;
  }

  sent(spans: number): void {
    this.#spansDone += spans;
  }

  stored(item: Parameters<ImportWatch['stored']>[0]): void {
    this.#executionsDone++;
    this.#items.push(toImportItem(item));
  }

  /** What was stored and not told yet. */
  get untold(): readonly JsonValue[] {
    return [...this.#items];
  }

  /** The first so many of `untold` were told. */
  told(count: number): void {
    this.#items.splice(0, count);
  }
}

/**
 * Reads and stores the files that were uploaded in parts, one after the other. Any number of servers on one database do
 * this side by side; a file whose server died is taken by another, and since an execution has its id from the file's
 * content, nothing is stored twice.
 */
export class ImportJobs {
  readonly #options: ImportJobsOptions;
  readonly #looker: Looker;
  #prunedAt: EpochMicros | null = null;

  constructor(options: ImportJobsOptions) {
    this.#options = options;
    const failure = 'files that wait could not be looked for';
    this.#looker = new Looker({ ...options, failure, againMs: LOOK_MS });
  }

  /** Looks at once: a file may be whole now. */
  wake(): void {
    this.#looker.wake();
  }

  /** Goes on until the signal fires; resolves when nothing is under way any more. */
  run(signal: AbortSignal): Promise<void> {
    return this.#looker.run(signal, async () => ((await this.#look(signal)) ? 0 : LOOK_MS));
  }

  /** Works at the files that wait; says whether there were any. */
  async #look(signal: AbortSignal): Promise<boolean> {
    await this.#prune();
    let worked = false;
    for (const waiting of await this.#options.store.waitingImports(20)) {
      if (signal.aborted) break;
      worked = (await this.#workAt(waiting, signal)) || worked;
    }
    return worked;
  }

  async #prune(): Promise<void> {
    const now = this.#options.clock.now();
    if (this.#prunedAt !== null && now - this.#prunedAt < HOUR_MS * 1000) return;
    this.#prunedAt = now;
    const ago = (hours: number): EpochMicros => after(now, asMicros(-hours * HOUR_MS * 1000));
    for (const { id } of await this.#options.store.listWorkspaces()) {
      const before = { idleSince: ago(IDLE_HOURS), endedBefore: ago(TOLD_HOURS) };
      await this.#options.store.tenant(id).imports.prune(before);
    }
  }

  async #workAt({ workspaceId, id }: WaitingImport, signal: AbortSignal): Promise<boolean> {
    const tenant = this.#options.store.tenant(workspaceId);
    if (!(await tenant.imports.claim(id, this.#claimEnd()))) return false;
    const file = await tenant.imports.get(id);
    if (file === null) return false;
    const tally = new Tally();
    const giveUp = (): void => tally.giveUp();
    signal.addEventListener('abort', giveUp);
    const done = new AbortController();
    const telling = this.#tell(tenant, id, tally, done.signal);
    const end = await this.#import(tenant, file, tally);
    done.abort();
    await telling;
    signal.removeEventListener('abort', giveUp);
    // A server that stops lets go of the file at once, so that another begins it anew.
    await this.#end(tenant, id, tally, signal.aborted ? null : end, signal.aborted);
    return true;
  }

  /** Writes the outcome down; without one the file waits again: at once, or when the claim has passed. */
  async #end(tenant: TenantStore, id: string, tally: Tally, end: ImportEnd | null, atOnce: boolean): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      const until = atOnce ? clock.now() : this.#claimEnd();
      await tenant.imports.progress(id, tally.progress, tally.untold, until);
      if (end === null) return;
      await tenant.imports.end(id, end);
      logger.info({ import: id, workspace: tenant.workspaceId, ...end, ...tally.progress }, 'import ended');
    } catch (error) {
      logger.warn({ err: error, import: id }, 'the outcome of an import could not be written down');
    }
  }

  async #import(tenant: TenantStore, file: FileImport, tally: Tally): Promise<ImportEnd | null> {
    const folder = await mkdtemp(join(tmpdir(), uploadFolderPrefix()));
    try {
      const path = join(folder, 'file');
      await pipeline(Readable.from(partsOf(tenant, file)), createWriteStream(path, { mode: 0o600 }), {
        signal: tally.signal,
      });
      const { format, fileName } = file;
      await this.#options.imports.importFile(tenant, { path, format, fileName }, tally);
      return { state: 'completed', error: null };
    } catch (error) {
      return this.#outcomeOf(error, file, tally);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  #outcomeOf(error: unknown, { id }: FileImport, tally: Tally): ImportEnd | null {
    if (tally.signal.aborted) return { state: 'cancelled', error: null };
    if (error instanceof ApiError && error.code !== 'overloaded' && error.code !== 'shutting_down')
      return { state: 'failed', error: { code: error.code, message: error.message } };
    this.#options.logger.warn({ err: error, import: id }, 'an import failed');
    if (this.#options.mayPass(error) || error instanceof ApiError) return null;
    return { state: 'failed', error: { code: 'internal_error', message: 'The file could not be stored.' } };
  }

  /** Tells how far it is, and gives up where nobody wants to know. A database that is away is told later. */
  async #tell(tenant: TenantStore, id: string, tally: Tally, done: AbortSignal): Promise<void> {
    while (!done.aborted && !tally.signal.aborted) {
      await this.#options.timers.sleep(TELL_MS, done).catch(() => undefined);
      if (done.aborted) return;
      await this.#tellOnce(tenant, id, tally).catch(() => undefined);
    }
  }

  async #tellOnce(tenant: TenantStore, id: string, tally: Tally): Promise<void> {
    const { progress, untold } = tally;
    if (await tenant.imports.progress(id, progress, untold, this.#claimEnd())) tally.told(untold.length);
    else tally.giveUp();
  }

  #claimEnd(): EpochMicros {
    return after(this.#options.clock.now(), asMicros(CLAIM_MS * 1000));
  }
}

/** What was received of a file, part by part. */
async function* partsOf(tenant: TenantStore, { id, receivedBytes }: FileImport): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < receivedBytes;) {
    const part = await tenant.imports.readPart(id, at);
    if (part === null || part.byteLength === 0) throw new GivenUp();
    yield part;
    at += part.byteLength;
  }
}

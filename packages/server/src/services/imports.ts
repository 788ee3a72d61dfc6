import { isJsonObject, type ExecutionInfo, type TraceEvent, type Warning } from '@flowprof/model';
import type { TenantStore, Workflow } from '@flowprof/store';
import { ApiError } from '../http/errors.ts';
import { ThreadEnded, type Ask, type ThreadPool } from './threads/pool.ts';
import { redactedText } from './redact-trace.ts';
import type { FileExecution } from './threads/messages.ts';

/** How much one import may hold. */
export interface ImportLimits {
  /** Of the file as it is sent. */
  readonly uploadBytes: number;
  /** Of the file once unpacked. */
  readonly unpackedBytes: number;
  readonly executions: number;
}

export const DEFAULT_IMPORT_LIMITS: ImportLimits = {
  uploadBytes: 256 * 1024 * 1024,
  unpackedBytes: 1024 * 1024 * 1024,
  executions: 1000,
};

/** An execution of a file that was imported. */
export interface Imported {
  readonly id: string;
  readonly name: string;
  readonly sourceFormat: string;
  /** Whether it was there already; then nothing was written. */
  readonly known: boolean;
  readonly spanCount: number;
  readonly warnings: readonly Warning[];
}

export interface ImportedFile {
  readonly path: string;
  /** The name of a format, or `auto`. */
  readonly format: string;
  readonly fileName: string | null;
}

/** Watches a file being stored, and may end it: what was stored by then stays, each execution whole. */
export interface ImportWatch {
  readonly signal: AbortSignal;
  /** The file has been read. */
  read(executions: number, spans: number): void;
  /** So many more spans are on their way into the database. */
  sent(spans: number): void;
  /** One more execution is committed. */
  stored(item: Imported): void;
}

const MAX_NAME = 200;
const MAX_REASON = 300;

/** Whether a workflow is only what imported executions are executions of. */
export function isImported({ definition }: Workflow): boolean {
  return isJsonObject(definition) && definition['imported'] === true;
}

function nameOf({ name, workflow }: ExecutionInfo, fileName: string | null): string {
  const file = fileName === null ? null : redactedText(fileName);
  const named = [workflow, name, file].find((one) => one !== null && one.trim() !== '');
  return Array.from((named ?? 'imported').trim())
    .slice(0, MAX_NAME)
    .join('');
}

/** Stores the executions of trace files. A thread reads the file and hands it over piece by piece. */
export class ImportService {
  readonly limits: ImportLimits;
  readonly #pool: ThreadPool;

  /** @param pool its threads end after each use, and with them what they hold of a file */
  constructor(pool: ThreadPool, limits: ImportLimits) {
    this.#pool = pool;
    this.limits = limits;
  }

  /**
   * Stores all executions of a file, each of them wholly or not at all; those of a file that was imported before are
   * known. What it resolves with is committed.
   * @throws {ApiError} `unreadable_file`, `body_too_large`, `overloaded`, `shutting_down`; the reason of the watch's signal
   *   once that has fired
   */
  async importFile(tenant: TenantStore, file: ImportedFile, watch?: ImportWatch): Promise<readonly Imported[]> {
    try {
      return await this.#pool.use((ask) => this.#import(endedBy(ask, watch?.signal), tenant, file, watch));
    } catch (error) {
      if (!(error instanceof ThreadEnded && error.outOfMemory)) throw error;
      throw new ApiError('unreadable_file', 'Reading the file takes more memory than there is for it.');
    }
  }

  async #import(
    ask: Ask,
    tenant: TenantStore,
    file: ImportedFile,
    watch: ImportWatch | undefined,
  ): Promise<readonly Imported[]> {
    const imported: Imported[] = [];
    const executions = await this.#read(ask, file);
    watch?.read(
      executions.length,
      executions.reduce((sum, { spanCount }) => sum + spanCount, 0),
    );
    for (const [position, execution] of executions.entries()) {
      watch?.signal.throwIfAborted();
      const known = await store(ask, tenant, execution, { position, fileName: file.fileName, watch });
      const { executionId: id, info, spanCount, warnings } = execution;
      const item = { id, name: info.name, sourceFormat: info.sourceFormat, known, spanCount, warnings };
      imported.push(item);
      if (known) watch?.sent(spanCount);
      watch?.stored(item);
    }
    return imported;
  }

  async #read(ask: Ask, file: ImportedFile): Promise<readonly FileExecution[]> {
    const { unpackedBytes: maxBytes, executions: maxExecutions } = this.limits;
    const result = await ask({ type: 'read_file', ...file, maxBytes, maxExecutions });
    if (result.type === 'executions') return result.items;
    if (result.type !== 'unreadable') throw new Error(`a thread answered ${result.type}`);
    if (!result.tooLarge) throw new ApiError('unreadable_file', result.reason.slice(0, MAX_REASON));
    throw new ApiError('body_too_large', `The file is larger than ${maxBytes} bytes once unpacked.`, {
      members: { limit_bytes: maxBytes },
    });
  }
}

/** Does not wait for a thread any longer once the signal has fired; whoever lent the thread then ends it. */
function endedBy(ask: Ask, signal: AbortSignal | undefined): Ask {
  if (signal === undefined) return ask;
  return (work) =>
    new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      ask(work)
        .then(resolve, reject)
        .finally(() => signal.removeEventListener('abort', stop));
    });
}

interface Place {
  readonly position: number;
  readonly fileName: string | null;
  readonly watch: ImportWatch | undefined;
}

/** Stores one execution; says whether it was there already. */
async function store(
  ask: Ask,
  tenant: TenantStore,
  { executionId: id, info, duration }: FileExecution,
  { position, fileName, watch }: Place,
): Promise<boolean> {
  if ((await tenant.getExecution(id)) !== null) return true;
  const packed = await ask({ type: 'pack', position });
  if (packed.type !== 'packed') throw new Error(`a thread answered ${packed.type}`);
  const definition = { imported: true, source_format: info.sourceFormat };
  const workflow = { name: nameOf(info, fileName), definition };
  let fault: unknown = null;
  async function* events(): AsyncGenerator<readonly TraceEvent[]> {
    try {
      for await (const batch of eventsOf(ask, position)) {
        yield batch;
        watch?.sent(batch.filter(({ type }) => type === 'span').length);
      }
    } catch (error) {
      fault = error;
      throw error;
    }
  }
  try {
    return (await tenant.importExecution({ id, workflow, info, duration, trace: packed.trace }, events)).known;
  } catch (error) {
    // The store takes what breaks a transaction for a fault of the database.
    throw fault ?? error;
  }
}

/** The events of an execution. While a piece is stored, the thread makes the next. */
async function* eventsOf(ask: Ask, position: number): AsyncGenerator<readonly TraceEvent[]> {
  const request = async (): Promise<readonly TraceEvent[] | null> => {
    const result = await ask({ type: 'next_events', position });
    if (result.type !== 'events') throw new Error(`a thread answered ${result.type}`);
    return result.batch;
  };
  let next = request();
  for (;;) {
    const batch = await next;
    if (batch === null) return;
    next = request();
    // Where storing fails, nobody awaits it.
    next.catch(() => undefined);
    yield batch;
  }
}

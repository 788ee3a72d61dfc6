import type { Clock, EpochMicros, JsonValue } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';
import type { Database, Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { PlaceSeal } from '../journal/place-seal.ts';
import { claimImport } from '../queries/claim-import.ts';
import { deleteImport, pruneImports } from '../queries/delete-imports.ts';
import { endImport } from '../queries/end-import.ts';
import { findOpenImport } from '../queries/find-open-import.ts';
import { getImport, lockImport } from '../queries/get-import.ts';
import { insertImportPart } from '../queries/insert-import-part.ts';
import { insertImport } from '../queries/insert-import.ts';
import { listImports } from '../queries/list-imports.ts';
import { requestImportCancel } from '../queries/request-import-cancel.ts';
import { selectImportPart } from '../queries/select-import-part.ts';
import { updateImportProgress } from '../queries/update-import-progress.ts';
import type { FileImport, ImportEnd, ImportProgress, NewImport, TenantImports } from './api.ts';

interface ImportContext {
  readonly database: Database;
  readonly clock: Clock;
  readonly instanceId: string;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

const REPLACED: ImportEnd = { state: 'cancelled', error: null };

/** See `TenantImports`. Every method is one transaction under the workspace's row level security. */
export class PostgresTenantImports implements TenantImports {
  readonly #workspaceId: string;
  readonly #context: ImportContext;

  constructor(workspaceId: string, context: ImportContext) {
    this.#workspaceId = workspaceId;
    this.#context = context;
  }

  begin(file: NewImport, maxOpen: number): Promise<FileImport | null> {
    const workspaceId = this.#workspaceId;
    return this.#run(async (sql) => {
      const open = file.fingerprint === null ? null : await findOpenImport(sql, workspaceId, file.fingerprint);
      if (open !== null && open.sizeBytes === file.sizeBytes) return open;
      const now = this.#context.clock.now();
      if (open !== null) await endImport(sql, workspaceId, open.id, REPLACED, null, now);
      const made = await insertImport(sql, workspaceId, file, maxOpen, now);
      if (made !== null || file.fingerprint === null) return made;
      // Another request may have begun it at the same moment.
      const other = await findOpenImport(sql, workspaceId, file.fingerprint);
      return other?.sizeBytes === file.sizeBytes ? other : null;
    });
  }

  get(id: string): Promise<FileImport | null> {
    return this.#run((sql) => getImport(sql, this.#workspaceId, id));
  }

  list(page: PageRequest): Promise<Page<FileImport>> {
    return this.#run((sql) => listImports(sql, this.#workspaceId, page));
  }

  async append(id: string, startByte: number, data: Uint8Array): Promise<FileImport | null> {
    const seal = await this.#sealOf(id);
    return this.#run(async (sql) => {
      const known = await lockImport(sql, this.#workspaceId, id);
      if (known === null) return null;
      const end = startByte + data.byteLength;
      const isHere = end <= known.receivedBytes;
      if (known.state === 'failed' || known.state === 'cancelled') return null;
      if (isHere) return known;
      if (startByte !== known.receivedBytes || end > known.sizeBytes) throw new StoreError('conflict');
      const sealed = seal.encrypt(String(startByte), bufferOf(data), 0);
      await insertImportPart(sql, this.#workspaceId, id, { startByte, end, sealed }, this.#context.clock.now());
      return getImport(sql, this.#workspaceId, id);
    });
  }

  claim(id: string, until: EpochMicros): Promise<boolean> {
    return this.#run((sql) => claimImport(sql, this.#workspaceId, id, this.#claim(until)));
  }

  async readPart(id: string, startByte: number): Promise<Uint8Array | null> {
    const sealed = await this.#run((sql) => selectImportPart(sql, this.#workspaceId, id, startByte));
    if (sealed === null) return null;
    return (await this.#sealOf(id)).decrypt(String(startByte), bufferOf(sealed));
  }

  progress(id: string, progress: ImportProgress, items: readonly JsonValue[], until: EpochMicros): Promise<boolean> {
    return this.#run((sql) => updateImportProgress(sql, this.#workspaceId, id, progress, items, this.#claim(until)));
  }

  async end(id: string, end: ImportEnd): Promise<void> {
    const { clock, instanceId } = this.#context;
    await this.#run((sql) => endImport(sql, this.#workspaceId, id, end, instanceId, clock.now()));
  }

  cancel(id: string): Promise<FileImport | null> {
    return this.#run(async (sql) => {
      const known = await lockImport(sql, this.#workspaceId, id);
      if (known === null) return null;
      const now = this.#context.clock.now();
      if (known.state === 'working') await requestImportCancel(sql, this.#workspaceId, id, now);
      else if (known.state === 'uploading' || known.state === 'waiting')
        await endImport(sql, this.#workspaceId, id, REPLACED, null, now);
      else {
        await deleteImport(sql, this.#workspaceId, id);
        return known;
      }
      return getImport(sql, this.#workspaceId, id);
    });
  }

  prune(before: { readonly idleSince: EpochMicros; readonly endedBefore: EpochMicros }): Promise<void> {
    return this.#run((sql) => pruneImports(sql, this.#workspaceId, before));
  }

  /** What comes in holds what the file does, secrets too, which are struck out once it is read. */
  async #sealOf(id: string): Promise<PlaceSeal> {
    return new PlaceSeal(await this.#context.key(), 'import', [this.#workspaceId, id]);
  }

  #claim(until: EpochMicros) {
    const { clock, instanceId } = this.#context;
    return { instanceId, now: clock.now(), until };
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.#workspaceId, work);
  }
}

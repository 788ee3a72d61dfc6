import type { EpochMicros, JsonValue } from '@flowprof/model';
import type { Page, PageRequest } from '../common-api.ts';

/**
 * Where a file is on its way in: `uploading` until all of it is here, `waiting` until a server takes it, `working` while
 * one reads and stores it, and then one of the last three.
 */
export const IMPORT_STATES = ['uploading', 'waiting', 'working', 'completed', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** How far a server is with a file. A total is null until the file has been read. */
export interface ImportProgress {
  readonly executionsTotal: number | null;
  readonly executionsDone: number;
  readonly spansTotal: number | null;
  readonly spansDone: number;
}

/** A trace file that is uploaded in parts. */
export interface FileImport extends ImportProgress {
  readonly id: string;
  readonly state: ImportState;
  readonly fileName: string | null;
  /** The name of a format, or `auto`. */
  readonly format: string;
  readonly fingerprint: string | null;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  /** What was stored, as it is answered. */
  readonly items: readonly JsonValue[];
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: EpochMicros;
  readonly updatedAt: EpochMicros;
}

/** A file that all has been received of and that nobody works at. */
export interface WaitingImport {
  readonly workspaceId: string;
  readonly id: string;
}

export interface NewImport {
  readonly id: string;
  readonly fileName: string | null;
  readonly format: string;
  readonly fingerprint: string | null;
  readonly sizeBytes: number;
}

/** How a file ended. */
export interface ImportEnd {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** The files of a workspace that are on their way in. A file is worked at by one server, for as long as it renews its claim. */
export interface TenantImports {
  /**
   * Begins an upload. One that is open under the same fingerprint and of the same size is gone on with; one of another
   * size gives way. Null when too many are open.
   */
  begin(file: NewImport, maxOpen: number): Promise<FileImport | null>;
  get(id: string): Promise<FileImport | null>;
  list(page: PageRequest): Promise<Page<FileImport>>;
  /**
   * Adds a part at its position; durable when it resolves. What is here already changes nothing. The file's last byte
   * makes it wait for a server.
   * @returns the import as it is then; null when there is no such one that is uploading or has received all
   * @throws {StoreError} `conflict` when the part does not begin where the last one ended, or goes beyond the size
   */
  append(id: string, startByte: number, data: Uint8Array): Promise<FileImport | null>;
  /** Takes a file to work at; false when another server has it or it waits for none. */
  claim(id: string, until: EpochMicros): Promise<boolean>;
  /** The part that begins at a position; null when there is none. */
  readPart(id: string, startByte: number): Promise<Uint8Array | null>;
  /**
   * Writes down how far this server is, and keeps its claim.
   * @param items those that were stored since the last time
   * @returns whether to go on: false when it shall end, or another server has it
   */
  progress(id: string, progress: ImportProgress, items: readonly JsonValue[], until: EpochMicros): Promise<boolean>;
  /** Ends a file that this server has; what was received is gone then. */
  end(id: string, end: ImportEnd): Promise<void>;
  /**
   * Cancels: at once while nobody works at it, else as soon as the server that does so notices. One that has ended is
   * taken off the list.
   * @returns the import as it is then, or as it was when it was taken off; null when there is none
   */
  cancel(id: string): Promise<FileImport | null>;
  /** Removes uploads that got no part since a moment, and records of files that ended before another. */
  prune(before: { readonly idleSince: EpochMicros; readonly endedBefore: EpochMicros }): Promise<void>;
}

import type { Trace } from '../trace/trace.ts';

/** What a reader may know of a file besides its content. */
export interface ReadOptions {
  /** The file's name, for naming an execution that has no name of its own. */
  readonly fileName?: string;
}

/** Takes a file piece by piece, so that it need not be in memory as a whole. */
export interface ChunkReader {
  /** Takes more of the file. The bytes may be used again after the call. @throws {TraceFileError} */
  push(chunk: Uint8Array): void;
  /** The end of the file. @returns the executions in it, at least one @throws {TraceFileError} */
  finish(): readonly Trace[];
}

/** A kind of trace file: one entry of the table in `registry.ts`. */
export interface TraceFormat {
  /** The name that commands and routes use, e.g. `chrome`. */
  readonly name: string;
  /** The name for people, e.g. `Chrome trace-event JSON`. */
  readonly title: string;
  readonly extensions: readonly string[];
  /**
   * How sure it is, from 0 (not at all) to 1, that a file which begins with this text is of the kind. Called with up to
   * `HEAD_BYTES` decoded as UTF-8, without leading white space.
   */
  readonly sniff: (head: string) => number;
  /** The same of the first `HEAD_BYTES` as they are, for kinds that are not text. */
  readonly sniffBytes?: (head: Uint8Array) => number;
  /** Reads an unpacked file. @throws {TraceFileError} */
  readonly read?: (bytes: Uint8Array, options: ReadOptions) => readonly Trace[] | Promise<readonly Trace[]>;
  /** What a file of the kind is on the web, e.g. `application/json`; of formats that are written. */
  readonly mediaType?: string;
  /** The same for a file that comes in pieces, for kinds that grow large. */
  readonly open?: (options: ReadOptions) => ChunkReader;
  /** Writes one trace. */
  readonly write?: (trace: Trace) => Written | Promise<Written>;
  /** Writes several into one file; formats that lack it hold one execution a file. */
  readonly writeAll?: (traces: readonly Trace[]) => Written;
}

/** What a writer gives: text, or its bytes. */
export type Written = string | Uint8Array;

/** A format that is read. */
export type ReadableFormat = TraceFormat & Required<Pick<TraceFormat, 'read'>>;

/** A format that is written. */
export type WritableFormat = TraceFormat & Required<Pick<TraceFormat, 'write'>>;

/** How much of a file is looked at to tell its format. */
export const HEAD_BYTES = 1 << 18;

/** How much of a file that is in memory is handed to a reader of pieces at once. */
const PIECE_BYTES = 1 << 20;

/** Reads a file that is in memory with a reader of pieces. */
export function readWhole(reader: ChunkReader, bytes: Uint8Array): readonly Trace[] {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) reader.push(bytes.subarray(at, at + PIECE_BYTES));
  return reader.finish();
}

/** Both ways to read of a kind whose files are read piece by piece. */
export function readInPieces(
  open: (options: ReadOptions) => ChunkReader,
): Required<Pick<TraceFormat, 'open' | 'read'>> {
  return { open, read: (bytes, options) => readWhole(open(options), bytes) };
}

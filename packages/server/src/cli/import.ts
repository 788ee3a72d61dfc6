import { open, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';

import { z } from 'zod';

import { systemTimers } from '../services/system.ts';
import { count, countOf } from '../terminal/quantity.ts';
import { styleOf } from '../terminal/style.ts';
import { harmless } from '../terminal/text.ts';
import { ProblemFailure, type ApiClient } from './api-client.ts';
import { withServer } from './connect.ts';
import { CommandFailure, EXIT, reasonOf, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { ProgressLine } from './progress-line.ts';
import { workspaceOf } from './remote.ts';
import { readTraceInput } from './trace-input.ts';

const optionsSchema = z.object({
  format: z.string().default('auto'),
  workspace: z.string().optional(),
  json: z.boolean().default(false),
});

const itemSchema = z.object({
  id: z.string(),
  name: z.string(),
  source_format: z.string(),
  known: z.boolean(),
  spans: z.number(),
  warnings: z.array(z.object({ code: z.string(), count: z.number(), example: z.string() })),
});

type Item = z.infer<typeof itemSchema>;

const uploadSchema = z.object({
  id: z.string(),
  state: z.enum(['uploading', 'waiting', 'working', 'completed', 'failed', 'cancelled']),
  received_bytes: z.number(),
  part_bytes: z.number(),
  executions_total: z.number().nullable(),
  executions_done: z.number(),
  spans_total: z.number().nullable(),
  spans_done: z.number(),
  items: z.array(itemSchema),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
type Upload = z.infer<typeof uploadSchema>;

/** How often a connection that broke is tried again, and how long it waits before, at first. */
const TRIES = 6;
const FIRST_WAIT_MS = 250;
/** How long it waits between two questions how far a file is. */
const ASK_MS = 200;
const PART_TIMEOUT_MS = 120_000;

/** What is sent: a file on disk, or what came from stdin. */
interface Source {
  readonly name: string;
  readonly size: number;
  /** What the server knows it by, so that the same command goes on with it. */
  readonly fingerprint: string | null;
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

function sourceOfFile(path: string, file: FileHandle, size: number, changedMs: number): Source {
  return {
    name: basename(path),
    size,
    fingerprint: `${resolve(path)} ${size} ${changedMs}`.slice(-200),
    async read(start, length) {
      const buffer = new Uint8Array(Math.min(length, size - start));
      const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, start);
      if (bytesRead < buffer.byteLength) throw new CommandFailure(`${path} became shorter while it was sent`);
      return buffer;
    },
    close: () => file.close(),
  };
}

async function openSource(path: string, io: CliIo): Promise<Source> {
  if (path !== '-') {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`);
    });
    const stats = await file.stat();
    if (stats.isFile() && stats.size > 0) return sourceOfFile(path, file, stats.size, stats.mtimeMs);
    await file.close();
    if (stats.isFile()) throw new UsageError(`${path}: the file is empty`);
  }
  const bytes = Uint8Array.from(await readTraceInput(path, io.stdin));
  if (bytes.byteLength === 0) throw new UsageError(`${path === '-' ? 'stdin' : path}: there is nothing in it`);
  return {
    name: path === '-' ? 'stdin' : basename(path),
    size: bytes.byteLength,
    fingerprint: null,
    read: async (start, length) => bytes.slice(start, start + length),
    close: async () => undefined,
  };
}

/** Whether a failed request may go better the next time: there was no answer, or one that says so. */
function mayPass(error: unknown): boolean {
  if (error instanceof ProblemFailure) return error.status === 429 || error.status >= 502;
  return error instanceof UsageError || error instanceof CommandFailure;
}

/** Does something that a broken connection may keep from being done, some times. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work();
    } catch (error) {
      if (tried >= TRIES || !mayPass(error)) throw error;
      await systemTimers.sleep(FIRST_WAIT_MS * 2 ** tried, new AbortController().signal);
    }
  }
}

/** Sends what the server lacks of a file, part by part. */
async function send(api: ApiClient, path: string, source: Source, upload: Upload, line: ProgressLine): Promise<Upload> {
  let known = upload;
  while (known.state === 'uploading') {
    const start = known.received_bytes;
    line.show(`${source.name}: sending`, start, source.size, 'B');
    const bytes = await source.read(start, known.part_bytes);
    const part = `${path}/${known.id}/parts?offset=${start}`;
    known = await again(() => api.call('PUT', part, uploadSchema, { bytes, timeoutMs: PART_TIMEOUT_MS }));
  }
  return known;
}

/** Waits until the server is done with a file. */
async function watch(
  api: ApiClient,
  path: string,
  source: Source,
  upload: Upload,
  line: ProgressLine,
): Promise<Upload> {
  let known = upload;
  while (known.state === 'waiting' || known.state === 'working') {
    const { spans_done: done, spans_total: total } = known;
    line.show(`${source.name}: ${total === null ? 'reading' : 'storing'}`, done, total, 'spans');
    await systemTimers.sleep(ASK_MS, new AbortController().signal);
    known = await again(() => api.call('GET', `${path}/${upload.id}`, uploadSchema));
  }
  return known;
}

async function importOne(
  api: ApiClient,
  path: string,
  source: Source,
  format: string,
  line: ProgressLine,
): Promise<Upload> {
  const json = { file_name: source.name, size_bytes: source.size, format, fingerprint: source.fingerprint };
  const begun = await again(() => api.call('POST', path, uploadSchema, { json }));
  const sent = await send(api, path, source, begun, line);
  const done = await watch(api, path, source, sent, line);
  return done;
}

interface Outcome {
  readonly items: readonly Item[];
  readonly error: { readonly code: string; readonly message: string } | null;
  /** The exit code. */
  readonly code: number;
}

/** Imports one file. What is wrong with that file alone keeps no other from being imported. */
async function importPath(api: ApiClient, uploads: string, path: string, format: string, io: CliIo): Promise<Outcome> {
  const line = new ProgressLine(io.err);
  let source: Source | null = null;
  try {
    source = await openSource(path, io);
    const { state, error, items } = await importOne(api, uploads, source, format, line);
    if (state === 'completed') return { items, error: null, code: EXIT.fine };
    const { code, message } = error ?? { code: 'cancelled', message: 'the import was cancelled' };
    const exit = code === 'unreadable_file' ? EXIT.usage : EXIT.failed;
    return { items, error: { code, message: `${source.name}: ${message}` }, code: exit };
  } catch (error) {
    // Without a server there is nothing to be done for the other files either.
    if (source !== null || !(error instanceof UsageError)) throw error;
    return { items: [], error: { code: 'unreadable_file', message: error.message }, code: EXIT.usage };
  } finally {
    line.clear();
    await source?.close();
  }
}

function linesOf(items: readonly Item[], io: CliIo): string {
  const style = styleOf(io.out.terminal);
  const lines = items.map(({ id, name, source_format: format, known, spans, warnings }) => {
    const mended = warnings.reduce((sum, { count: cases }) => sum + cases, 0);
    const notes = [
      format,
      countOf(spans, 'span'),
      ...(mended > 0 ? [countOf(mended, 'warning')] : []),
      ...(known ? ['was there already'] : []),
    ];
    return `${style.dim(id)}  ${harmless(name, io.out.terminal.unicode)}  ${style.dim(notes.join(', '))}\n`;
  });
  return lines.join('');
}

/** How many executions of one file are listed. */
const MAX_LISTED = 20;

function report(path: string, items: readonly Item[], io: CliIo): void {
  const shown = items.slice(0, MAX_LISTED);
  io.out.write(linesOf(shown, io));
  const hidden = items.length - shown.length;
  if (hidden > 0) io.out.write(`and ${count(hidden)} more executions of ${path}\n`);
}

/**
 * `flowprof import`: sends trace files to a server, which reads and stores them. A file that was cut off is gone on with
 * when the same command is given again.
 * @returns the exit code
 */
export async function importCommand(paths: readonly string[], options: unknown, io: CliIo): Promise<number> {
  const { format, workspace, json } = optionsSchema.parse(options);
  const all: unknown[] = [];
  let code: number = EXIT.fine;
  await withServer({ mayCreate: false }, io, async (api) => {
    const slug = encodeURIComponent(await workspaceOf(api, workspace));
    const uploads = `/api/v1/workspaces/${slug}/imports/uploads`;
    for (const path of paths) {
      const outcome = await importPath(api, uploads, path, format, io);
      if (outcome.error === null && !json) report(path, outcome.items, io);
      if (outcome.error !== null) {
        io.err.write(`flowprof: ${harmless(outcome.error.message, io.err.terminal.unicode)}\n`);
        code = Math.max(code, outcome.code);
      }
      all.push({ file: path, items: outcome.items, error: outcome.error });
    }
  });
  if (json) io.out.write(`${JSON.stringify(all.length === 1 ? all[0] : all, null, 2)}\n`);
  return code;
}

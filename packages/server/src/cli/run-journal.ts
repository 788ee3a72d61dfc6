import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { open, rm, truncate, type FileHandle } from 'node:fs/promises';

import type { Journal, JournalEntry, ResumePoint } from '@flowprof/conductor';
import {
  toEpochMicros,
  TraceAssembler,
  type EpochMicros,
  type JsonObject,
  type TraceEvent,
  type TraceSink,
} from '@flowprof/model';
import { z } from 'zod';

import { reasonOf, UsageError } from './errors.ts';
import { lockFile } from './file-lock.ts';

/** What a run is, by which its journal is recognised. */
export interface JournaledRun {
  readonly executionId: string;
  /** When it was begun, in microseconds since the epoch. */
  readonly begunAt: number;
  /** A digest of the workflow and all that it calls. */
  readonly workflow: string;
  /** Without the values of inputs that are declared to be secret. */
  readonly input: JsonObject;
}

/** A run whose journal is a file. */
export interface RunJournal {
  readonly run: JournaledRun;
  /** Null for a run that begins. */
  readonly resume: ResumePoint | null;
  readonly journal: Journal;
  /** Keeps the trace, so that the next one begins with it. */
  readonly sink: TraceSink;
  /** Lets go of the file; of a run that has completed it is removed. */
  close(completed: boolean): Promise<void>;
}

const DIGITS = 16;
const MAX_LINE = 256 * 1024 * 1024;

// A line has a digest before it, by which it is known to be as it was written; so only its outer form is looked at.
const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null;
const lineSchema = z.union([
  z.object({
    run: z.object({
      executionId: z.uuid(),
      begunAt: z.int(),
      workflow: z.string(),
      input: z.record(z.string(), z.json()),
    }),
  }),
  z.object({ done: z.array(z.custom<JournalEntry>(isRecord)) }),
  z.object({ events: z.array(z.custom<TraceEvent>(isRecord)) }),
]);
type Line = z.output<typeof lineSchema>;

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}

/** The content of a line; null when it is not as it was written. */
function contentOf(line: string): Line | null {
  const text = line.slice(DIGITS + 1);
  if (digestOf(text) !== line.slice(0, DIGITS)) return null;
  const parsed = lineSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

/** The lines of a file, each with where it ends; the last one may lack its end. */
async function* linesOf(file: string): AsyncGenerator<{ readonly text: string; readonly end: number }> {
  let parts: Buffer[] = [];
  let size = 0;
  let offset = 0;
  for await (const chunk of createReadStream(file)) {
    let rest = z.instanceof(Buffer).parse(chunk);
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      parts.push(rest.subarray(0, at));
      size += at + 1;
      offset += size;
      yield { text: Buffer.concat(parts).toString('utf8'), end: offset };
      parts = [];
      size = 0;
      rest = rest.subarray(at + 1);
    }
    parts.push(rest);
    size += rest.length;
    if (size > MAX_LINE) throw new UsageError(`${file} is no journal of a run`);
  }
  if (size > 0) yield { text: Buffer.concat(parts).toString('utf8'), end: Number.NaN };
}

interface Known {
  readonly run: JournaledRun;
  readonly finished: readonly JournalEntry[];
  readonly startedAt: EpochMicros | null;
  readonly assembler: TraceAssembler;
  /** Where the last whole line ends. */
  readonly end: number;
}

/** What a journal holds; null when not even its first line was written whole. @throws {UsageError} */
async function readJournal(file: string): Promise<Known | null> {
  let run: JournaledRun | null = null;
  let startedAt: EpochMicros | null = null;
  let end = 0;
  let isTorn = false;
  const finished: JournalEntry[] = [];
  const assembler = new TraceAssembler();
  for await (const line of linesOf(file)) {
    if (isTorn) throw new UsageError(`${file} is no journal of a run, or is damaged`);
    const content = Number.isNaN(line.end) ? null : contentOf(line.text);
    if (content === null) {
      // The process was killed while it wrote the last line.
      isTorn = true;
      continue;
    }
    end = line.end;
    if ('run' in content) run = content.run;
    else if ('done' in content) finished.push(...content.done);
    else {
      for (const event of content.events) {
        if (event.type === 'execution_started') startedAt = event.startedAt;
        // That of an attempt that failed; the run goes on.
        if (event.type !== 'execution_finished') assembler.apply(event);
      }
    }
  }
  if (isTorn && run === null && end === 0) throw new UsageError(`${file} is no journal of a run, or is damaged`);
  return run && { run, finished, startedAt, assembler, end };
}

/** Writes lines, one after the other. */
class Writer {
  readonly #handle: FileHandle;
  #last: Promise<void> = Promise.resolve();

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  write(line: object, durable: boolean): Promise<void> {
    const text = JSON.stringify(line);
    const written = this.#append(text, durable, this.#last);
    this.#last = written.catch(() => undefined);
    return written;
  }

  async #append(text: string, durable: boolean, before: Promise<void>): Promise<void> {
    await before;
    await this.#handle.appendFile(`${digestOf(text)} ${text}\n`);
    if (durable) await this.#handle.datasync();
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#handle.close();
  }
}

async function begin(file: string, run: JournaledRun): Promise<{ writer: Writer; run: JournaledRun; resume: null }> {
  const writer = new Writer(await open(file, 'w', 0o600));
  await writer.write({ run }, true);
  return { writer, run, resume: null };
}

/** Where the run stands; null when nothing of it was done. What is done may be on the disk before the trace is. */
function resumePoint({ run, startedAt, finished, assembler }: Known): ResumePoint | null {
  if (startedAt !== null) return { startedAt, finished, earlier: assembler.finish() };
  return finished.length === 0 ? null : { startedAt: toEpochMicros(run.begunAt), finished, earlier: null };
}

async function goOn(
  file: string,
  known: Known,
): Promise<{ writer: Writer; run: JournaledRun; resume: ResumePoint | null }> {
  await truncate(file, known.end);
  return { writer: new Writer(await open(file, 'a')), run: known.run, resume: resumePoint(known) };
}

/**
 * Opens the journal of a run, or begins one where there is none.
 * @param run what the run is when it begins; of a journal that is there only its workflow is compared
 * @throws {UsageError} when the file is something else, of another workflow, or in use
 */
export async function openRunJournal(file: string, run: JournaledRun): Promise<RunJournal> {
  const unlock = lockFile(file);
  try {
    const known = existsSync(file) ? await readJournal(file) : null;
    if (known && known.run.workflow !== run.workflow) {
      throw new UsageError(
        `${file} is of another workflow, or the workflow has changed since; remove it to start anew`,
      );
    }
    const opened = known ? await goOn(file, known) : await begin(file, run);
    const { writer } = opened;
    return {
      run: opened.run,
      resume: opened.resume,
      journal: { commit: (_, done) => writer.write({ done }, true) },
      sink: { write: (_, events) => writer.write({ events }, false) },
      close: async (completed) => {
        await writer.close();
        if (completed) await rm(file, { force: true });
        unlock();
      },
    };
  } catch (error) {
    unlock();
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot use ${file} as a journal: ${reasonOf(error)}`);
  }
}

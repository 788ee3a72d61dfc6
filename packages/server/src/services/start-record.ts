import { ZERO, type JournalEntry, type JsonObject } from '@flowprof/model';
import { z } from 'zod';
import type { WorkflowVersion } from './subworkflows.ts';

/**
 * What an execution was started with that its row does not tell, sealed in its journal, so that it can be run on: the
 * input as it was given but for what the workflow declares to be secret, and the versions of the workflows it calls.
 */
export interface StartRecord {
  readonly input: JsonObject;
  readonly versions: Readonly<Record<string, WorkflowVersion>>;
}

/** No node has such a path: ids begin with a letter or `_`. */
const PATH = '#start';

const recordSchema = z.object({
  input: z.record(z.string(), z.json()),
  versions: z.record(z.string(), z.object({ id: z.string(), version: z.int() })),
});

/** The record as an entry of a journal. */
export function startEntry({ input, versions }: StartRecord): JournalEntry {
  const plain = Object.fromEntries(
    Object.entries(versions).map(([name, { id, version }]) => [name, { id, version }] as const),
  );
  return {
    path: PATH,
    status: 'completed',
    output: { input, versions: plain },
    error: null,
    attempts: 0,
    start: ZERO,
    end: ZERO,
  };
}

/** A journal as the record of the start, where it has one, and the nodes that are done. */
export function readEntries(entries: readonly JournalEntry[]): {
  readonly record: StartRecord | null;
  readonly finished: readonly JournalEntry[];
} {
  const own = entries.find(({ path }) => path === PATH);
  if (own === undefined) return { record: null, finished: entries };
  return { record: recordSchema.parse(own.output), finished: entries.filter((entry) => entry !== own) };
}

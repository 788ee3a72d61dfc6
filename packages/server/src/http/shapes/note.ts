import { isoFromEpoch, microsFromMs, msFromMicros } from '@flowprof/model';
import type { Note } from '@flowprof/store';
import { z } from 'zod';
import { timestamp } from './common.ts';

/** 30,000 years: no execution takes so long, and its microseconds are exact. */
const MOST_MS = 1e15 / 1000;
const moment = z
  .number()
  .min(-MOST_MS)
  .max(MOST_MS)
  .describe("milliseconds from the execution's start, with at most three decimals");
const spanId = z.string().min(1).max(200).nullable().describe('The span that it is about');
const text = z.string().trim().min(1).max(4000).describe('Plain text');

export const noteShape = z
  .object({
    id: z.string(),
    execution_id: z.string(),
    from_ms: moment,
    to_ms: moment,
    span_id: z.string().nullable(),
    text: z.string(),
    author: z.string().nullable().describe('Who wrote it, in words'),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Note' });

const AFTER_FROM = { path: ['to_ms'], message: 'is before `from_ms`' };

export const newNoteBody = z
  .strictObject({ from_ms: moment, to_ms: moment, span_id: spanId.default(null), text })
  .refine(({ from_ms: from, to_ms: to }) => from <= to, AFTER_FROM);

export const noteChangeBody = z
  .strictObject({
    from_ms: moment.optional(),
    to_ms: moment.optional(),
    span_id: spanId.optional(),
    text: text.optional(),
  })
  .refine(({ from_ms: from, to_ms: to }) => (from === undefined) === (to === undefined), {
    path: ['to_ms'],
    message: '`from_ms` and `to_ms` are changed together',
  })
  .refine(({ from_ms: from = 0, to_ms: to = from }) => from <= to, AFTER_FROM);

export function toNote(note: Note): z.output<typeof noteShape> {
  return {
    id: note.id,
    execution_id: note.executionId,
    from_ms: msFromMicros(note.from),
    to_ms: msFromMicros(note.to),
    span_id: note.spanId,
    text: note.text,
    author: note.author,
    created_at: isoFromEpoch(note.createdAt),
    updated_at: isoFromEpoch(note.updatedAt),
  };
}

/** What is kept of a stretch of time that a request gives. */
export function stretchOf(given: { readonly from_ms: number; readonly to_ms: number }) {
  return { from: microsFromMs(given.from_ms), to: microsFromMs(given.to_ms) };
}

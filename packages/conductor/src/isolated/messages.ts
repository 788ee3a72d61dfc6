import type { JsonObject } from '@flowprof/model';
import { z } from 'zod';
import { isJsonRecord } from '../file/json-guards.ts';

/** What a handler can know of its node without asking. */
export interface CallFacts {
  readonly nodeId: string;
  readonly executionId: string;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly traceparent: string;
  readonly commands: boolean;
}

/** What a thread is told. One call at a time; `call` tells late messages of an earlier one apart. */
export type ToThread =
  | {
      readonly type: 'run';
      readonly call: number;
      /** The URL of the module. */
      readonly module: string;
      readonly params: unknown;
      readonly facts: CallFacts;
      /** In characters of JSON. */
      readonly maxOutputLength: number;
    }
  | { readonly type: 'abort'; readonly call: number; readonly code: string; readonly message: string }
  | { readonly type: 'slept'; readonly call: number; readonly sleep: number };

const call = z.int();
const phase = z.int();
const metadata = z.custom<JsonObject>(isJsonRecord).nullable();
/** Microseconds of the process's monotonic clock, which all threads share. */
const at = z.number();

/** What a thread says. What is none of these is not listened to: a handler can reach the thread's port as well. */
export const fromThread = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('started'), call }),
  z.strictObject({ type: z.literal('progress'), call, percent: z.number(), message: z.string() }),
  z.strictObject({ type: z.literal('log'), call, message: z.string() }),
  z.strictObject({
    type: z.literal('annotate'),
    call,
    label: z.string(),
    kind: z.string(),
    metadata,
    at,
  }),
  z.strictObject({
    type: z.literal('open'),
    call,
    phase,
    parent: phase.nullable(),
    name: z.string(),
    metadata,
    at,
  }),
  z.strictObject({
    type: z.literal('end'),
    call,
    phase,
    status: z.enum(['completed', 'failed', 'cancelled', 'timeout', 'skipped']),
    metadata,
    at,
  }),
  z.strictObject({ type: z.literal('sleep'), call, sleep: z.int(), ms: z.number() }),
  z.strictObject({ type: z.literal('done'), call, json: z.string() }),
  z.strictObject({
    type: z.literal('failed'),
    call,
    code: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    retryAfterMs: z.number().nullable(),
  }),
]);

export type FromThread = z.infer<typeof fromThread>;

import {
  isJsonObject,
  isoFromEpoch,
  STATUSES,
  type EpochMicros,
  type JsonObject,
  type JsonValue,
} from '@flowprof/model';
import { z } from 'zod';

/** A moment as ISO 8601 in UTC with milliseconds. */
export const timestamp = z.iso.datetime({ precision: 3 }).describe('ISO 8601 in UTC with milliseconds');

function isJsonValue(value: unknown): value is JsonValue {
  return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint';
}

/** Any JSON. Values come out of `JSON.parse` or the store, so they are not walked again. */
export const jsonValue = z
  .custom<JsonValue>(isJsonValue, { params: { expected: 'any JSON' } })
  .meta({ description: 'any JSON' });

/** Any JSON object. */
export const jsonObject = z
  .custom<JsonObject>((value) => isJsonValue(value) && isJsonObject(value), { params: { expected: 'object' } })
  .meta({ type: 'object', additionalProperties: true });

export const status = z.enum(STATUSES);

/** A list that nobody changes, as the model makes them. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).readonly();
}

/** A page of a list as all lists have it. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    total: z.int().min(0),
    skip: z.int().min(0),
    limit: z.int().min(1),
  });
}

/** `skip` and `limit` of a list's query. */
export const pageQuery = {
  skip: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(10),
};

/** What lists take that can be read by cursor and searched by name. */
export const searchQuery = {
  ...pageQuery,
  cursor: z.string().min(1).max(500).optional().describe('`next_cursor` of the page before, with the same filters'),
  search: z.string().min(1).max(5000).optional().describe('A text in the name, whatever the case'),
};

/** A page of a list that can be read by cursor. */
export function cursorPageOf<T extends z.ZodType>(item: T) {
  return pageOf(item).extend({
    next_cursor: z.string().nullable().describe('Where the next page begins; null after the last'),
  });
}

/** The headers that name a workspace where the path does not. */
export const workspaceHeaders = z.looseObject({
  'x-workspace-id': z.string().max(100).optional(),
  'x-workspace-slug': z.string().max(100).optional(),
});

/** The same, with a key under which the same request starts one execution only. */
export const idempotentHeaders = workspaceHeaders.extend({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('The same request again under this key gives the execution that the first has started'),
});

/** A version of a workflow as a request names it. */
export const workflowVersion = z.union([
  z
    .int()
    .min(1)
    .max(2 ** 31 - 1),
  z.literal('newest'),
]);

/** A slug: lower case letters, digits and single hyphens. */
export const slug = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);

/** A name that a person reads. */
export const displayName = z.string().trim().min(1).max(200);

export function isoOrNull(moment: EpochMicros | null): string | null {
  return moment === null ? null : isoFromEpoch(moment);
}

/** A problem of RFC 9457, as all errors are answered. Some codes have members of their own. */
const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().describe('Holds the id of the request'),
    code: z.string().describe('Stable; see docs/errors.md'),
    errors: z
      .array(
        z.object({
          pointer: z.string().describe('A JSON pointer into the body, or into the part that `in` names'),
          code: z.string(),
          detail: z.string(),
          in: z.enum(['query', 'path', 'headers']).optional(),
          line: z.int().optional(),
          column: z.int().optional(),
          expected: z.string().optional(),
        }),
      )
      .max(20)
      .optional(),
    offset: z.int().optional().describe('`malformed_json`, `too_deep`: the byte at which that shows'),
    max_depth: z.int().optional().describe('`too_deep`: how deep a body may be nested'),
    limit_bytes: z.int().optional().describe('`body_too_large`'),
    limit: z.int().optional().describe('`rate_limited`: how many requests a minute are allowed'),
    remaining: z.int().optional().describe('`rate_limited`: how many of them are left'),
    reset: z.int().optional().describe('`rate_limited`: seconds until there are more'),
  })
  .meta({ id: 'Problem', description: 'RFC 9457: what went wrong' });

const problemContent = { 'application/problem+json': { schema: problem } };

/** The answers that any route may give besides its own: every error is a problem. The document says which. */
export const problemResponses = {
  '4xx': { description: 'The request cannot be answered', content: problemContent },
  '5xx': { description: 'The server cannot answer now', content: problemContent },
};

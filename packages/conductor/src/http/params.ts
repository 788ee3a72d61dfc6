import type { JsonValue } from '@flowprof/model';
import { z } from 'zod';
import { isJson } from '../file/json-guards.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const fields = z.record(z.string(), z.union([scalar, z.array(scalar)]));
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const status = z.union([
  z.int().min(100).max(599),
  z
    .string()
    .regex(/^[1-5]xx$|^[1-5]\d\d-[1-5]\d\d$/, 'must be a status, a class such as "2xx" or a range such as "200-299"'),
]);

const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('basic'), username: z.string(), password: z.string() }),
  z.strictObject({ type: z.literal('bearer'), token: z.string().min(1) }),
  z.strictObject({ type: z.literal('header'), name: z.string().min(1), value: z.string() }),
]);

/** The parameters of an `http` node. */
export const httpParams = z
  .strictObject({
    url: z.string().min(1).max(8192).describe('An http or https URL.'),
    method: z.enum(METHODS).optional().describe('GET when absent.'),
    headers: z.record(z.string(), scalar).optional(),
    auth: auth
      .optional()
      .describe('What the service knows the caller by; never kept or shown, and not sent on to another origin.'),
    query: fields.optional().describe('Added to the query of the URL.'),
    body: z
      .custom<JsonValue>((value) => value === undefined || isJson(value), 'must be JSON')
      .optional()
      .describe('A string is sent as it stands, anything else as JSON.'),
    form: fields.optional().describe('The fields of a form, sent as the body instead of `body`.'),
    expectStatus: z
      .union([status, z.array(status).min(1)])
      .optional()
      .describe('The statuses that are a success, e.g. [200, "3xx", "400-404"]; "2xx" when absent.'),
    idempotencyKey: z
      .boolean()
      .optional()
      .describe('Whether POST and PATCH carry an Idempotency-Key, the same for all attempts; true when absent.'),
    traceContext: z
      .boolean()
      .optional()
      .describe("Whether a traceparent is sent, so that the service's own spans join the run's; true when absent."),
    timeoutMs: z.number().min(1).max(3_600_000).optional().describe('Limit for one attempt; 30000 when absent.'),
    maxResponseBytes: z.int().min(0).max(104_857_600).optional().describe('10 MiB when absent.'),
    maxRedirects: z.int().min(0).max(20).optional().describe('How many redirects are followed; 5 when absent.'),
  })
  .refine(({ body, form }) => body === undefined || form === undefined, 'takes either body or form');

export type HttpParams = z.infer<typeof httpParams>;

/** Whether a status is one of those that a request counts as a success. */
export function isExpected(expected: HttpParams['expectStatus'], actual: number): boolean {
  return [expected ?? '2xx'].flat().some((item) => {
    if (typeof item === 'number') return item === actual;
    if (item.endsWith('xx')) return Math.floor(actual / 100) === Number(item[0]);
    const [from = 0, to = 0] = item.split('-').map(Number);
    return actual >= from && actual <= to;
  });
}

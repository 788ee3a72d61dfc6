import { z } from 'zod';
import type { JsonValue } from '@flowprof/model';
import { isJson } from '../file/json-guards.ts';
import type { NodeType } from '../node-type.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const params = z.strictObject({
  url: z.string().min(1).max(8192).describe('An http or https URL.'),
  method: z.enum(METHODS).optional().describe('GET when absent.'),
  headers: z.record(z.string(), scalar).optional(),
  query: z
    .record(z.string(), z.union([scalar, z.array(scalar)]))
    .optional()
    .describe('Added to the query of the URL.'),
  body: z
    .custom<JsonValue>((value) => value === undefined || isJson(value), 'must be JSON')
    .optional()
    .describe('A string is sent as it stands, anything else as JSON.'),
  expectStatus: z
    .union([z.int(), z.array(z.int())])
    .optional()
    .describe('The statuses that are a success; 200 to 299 when absent.'),
  timeoutMs: z.number().min(1).max(3_600_000).optional().describe('Limit for one attempt; 30000 when absent.'),
  maxResponseBytes: z.int().min(0).max(104_857_600).optional().describe('10 MiB when absent.'),
  maxRedirects: z.int().min(0).max(20).optional().describe('How many redirects are followed; 5 when absent.'),
});

export type HttpParams = z.infer<typeof params>;

/** Makes an HTTP request. Its output is `{ status, headers, body, url }`; a JSON body comes parsed, any other as text. */
export const http: NodeType<typeof params> = {
  params,
  phase: null,
  run() {
    return null;
  },
};

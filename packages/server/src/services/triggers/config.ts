import { z } from 'zod';
import { jsonObject } from '../../http/shapes/common.ts';

/** Headers that no expression may read: they prove who sends, or carry credentials of others. */
const SECRET_HEADERS = new Set([
  'authorization',
  'cookie',
  'proxy-authorization',
  'webhook-signature',
  'x-hub-signature',
  'x-hub-signature-256',
]);

const headerName = z
  .string()
  .max(100)
  .regex(/^[a-z0-9-]+$/)
  .refine((name) => !SECRET_HEADERS.has(name), { params: { expected: 'a header that holds no credential' } });

/** What a webhook is configured with. */
export const webhookConfig = z
  .strictObject({
    input: jsonObject
      .default({})
      .describe('The input of the workflow; its strings may hold `${...}` over `payload` and `headers`'),
    filter: z
      .string()
      .min(1)
      .max(4096)
      .nullable()
      .default(null)
      .describe('An expression over `payload` and `headers`; where it is false nothing is started'),
    headers: z
      .array(headerName)
      .max(32)
      .default([])
      .describe('The headers that expressions can read, by their names in lower case'),
    signature: z
      .enum(['standard', 'github'])
      .default('standard')
      .describe('`standard`: Standard Webhooks, which also proves id and time; `github`: `X-Hub-Signature-256`'),
    node_key: z
      .string()
      .max(100)
      .regex(/^[A-Za-z_][A-Za-z0-9_-]*$/)
      .default('webhook_1')
      .describe('The key of its node in the trace'),
    rate_limit_per_minute: z.int().min(1).max(60_000).default(600),
  })
  .meta({ id: 'WebhookConfig' });

export type WebhookConfig = z.output<typeof webhookConfig>;

/** What a schedule is configured with. */
export const scheduleConfig = z
  .strictObject({
    cron: z
      .string()
      .min(1)
      .max(200)
      .describe('Minute, hour, day of the month, month, day of the week; a sixth field in front is the second'),
    timezone: z.string().min(1).max(100).default('UTC').describe('A time zone of the IANA database'),
    input: jsonObject.default({}).describe('The input of the workflow, as it is'),
    misfire: z
      .enum(['run_once', 'skip', 'run_all'])
      .default('run_once')
      .describe('What becomes of times that passed while no server ran'),
    overlap: z
      .enum(['allow', 'skip'])
      .default('allow')
      .describe('Whether it starts while an execution that it started has not ended'),
    jitter_seconds: z.int().min(0).max(3600).default(0).describe('Up to how much later than its time it starts'),
  })
  .meta({ id: 'ScheduleConfig' });

export type ScheduleConfig = z.output<typeof scheduleConfig>;

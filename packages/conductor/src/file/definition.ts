import type { JsonObject, JsonValue } from '@flowprof/model';
import { z } from 'zod';
import { isJson, isJsonRecord } from './json-guards.ts';

/** Ids can be written in an expression (`nodes.fetch.output`); those with a hyphen as `nodes["my-node"].output`. */
const ID = /^[A-Za-z_][A-Za-z0-9_-]{0,99}$/;

const json = z.custom<JsonValue>(isJson, 'must be JSON');
const jsonObject = z.custom<JsonObject>(isJsonRecord, 'must be a JSON object').meta({ type: 'object' });
const id = z
  .string()
  .regex(ID, 'must start with a letter or _ and hold only letters, digits, _ and -, at most 100 in all');
const name = z.string().min(1).max(200);
const positiveMs = z.number().min(0).max(86_400_000);

const failureCode = z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be a code of lower case letters, digits and _');

export const RETRY_POLICIES = ['none', 'fixed', 'exponential', 'keep_trying'] as const;

export const retrySchema = z.strictObject({
  policy: z
    .enum(RETRY_POLICIES)
    .describe(
      'none: one attempt. fixed: the same delay between attempts. exponential: growing delays. keep_trying: until it succeeds.',
    ),
  maxAttempts: z.int().min(1).max(1000).optional().describe('Attempts in all; fixed 3, exponential 5 when absent.'),
  delayMs: positiveMs
    .optional()
    .describe('The wait before the second attempt; fixed and keep_trying 1000, exponential 500.'),
  maxDelayMs: positiveMs.optional().describe('No wait is longer; 30000 when absent.'),
  factor: z
    .number()
    .min(1)
    .max(10)
    .optional()
    .describe('What each further wait is multiplied by; exponential 2, otherwise 1.'),
  jitter: z.number().min(0).max(1).optional().describe('The part of a wait that is random: 0.2 makes it 80% to 100%.'),
  on: z
    .array(failureCode)
    .min(1)
    .max(50)
    .optional()
    .describe('Codes of failures that are tried again; all that may pass when absent.'),
  except: z.array(failureCode).min(1).max(50).optional().describe('Codes of failures that are not tried again.'),
});

export const poolSchema = z.strictObject({
  concurrency: z.int().min(1).max(10_000).describe('How many nodes of the pool may run at once.'),
});

export const rateLimitSchema = z.strictObject({
  perSecond: z.number().positive().max(1_000_000).describe('How many attempts may start in a second on average.'),
  burst: z.int().min(1).max(1_000_000).optional().describe('How many may start at once after a pause; 1 when absent.'),
});

export const INPUT_TYPES = ['string', 'number', 'boolean', 'object', 'array'] as const;

export const inputSchema = z.strictObject({
  type: z.enum(INPUT_TYPES),
  default: json.optional(),
  description: z.string().max(1000).optional(),
  required: z.boolean().optional().describe('Whether a run without it is refused; false when absent.'),
  secret: z
    .boolean()
    .optional()
    .describe('Whether its value is struck out wherever it would be kept or shown; it is never stored.'),
});

/** The nodes inside a group are validated one by one, so that no depth of nesting can overflow the stack. */
const childNodes = z.array(z.unknown()).max(100_000);

const limitMs = z.number().min(1).max(86_400_000);

export const ON_FAILURE = ['stop', 'continue'] as const;

export const nodeSchema = z.strictObject({
  id: id.describe('Unique in the whole workflow; expressions read nodes.<id>.output.'),
  name: name.optional().describe('What people read; the id when absent.'),
  type: z.string().min(1).max(100),
  dependsOn: z
    .array(z.string())
    .max(10_000)
    .optional()
    .describe(
      'The ids of nodes beside this one that end before it starts; "<switch>.<case>" for one branch of a switch.',
    ),
  when: z.string().optional().describe('A CEL expression; the node is skipped when it is false.'),
  with: jsonObject.optional().describe('The parameters of the node type; strings may hold ${ CEL }.'),
  retry: retrySchema.optional(),
  timeoutMs: limitMs
    .optional()
    .describe('Limit for all attempts and the waits between them; the time in the queue does not count.'),
  attemptTimeoutMs: limitMs
    .optional()
    .describe('Limit for each attempt; the retry policy decides whether another follows.'),
  priority: z
    .int()
    .min(-1000)
    .max(1000)
    .optional()
    .describe("Of the nodes that are ready, those with more start first; the group's, or else 0, when absent."),
  pool: id.optional().describe('The pool of the workflow whose concurrency limit the node counts towards.'),
  rateLimit: id.optional().describe('The rate limit of the workflow that every attempt takes a token of.'),
  weight: z.number().positive().max(1_000_000).optional().describe('Its share of the progress; 1 when absent.'),
  onFailure: z
    .enum(ON_FAILURE)
    .optional()
    .describe(
      'stop (when absent): what it is in fails with it. continue: its failure is noted, and what depends on it runs.',
    ),
  nodes: childNodes.optional().describe('The nodes of a group, or of the body of a foreach.'),
});

export const workflowSchema = z.strictObject({
  $schema: z.string().optional(),
  name,
  description: z.string().max(10_000).optional(),
  version: z.string().max(100).optional(),
  inputs: z.record(id, inputSchema).optional().describe('What a run can be given; expressions read input.<name>.'),
  services: z
    .array(id)
    .max(100)
    .optional()
    .describe('Services the host must provide; expressions read services.<name>.url.'),
  concurrency: z.int().min(1).max(10_000).optional().describe('How many nodes may run at once; 4 when absent.'),
  typeConcurrency: z
    .record(z.string(), z.int().min(1).max(10_000))
    .optional()
    .describe('How many nodes of a type may run at once.'),
  pools: z.record(id, poolSchema).optional().describe('Pools that nodes can name.'),
  rateLimits: z.record(id, rateLimitSchema).optional().describe('Token buckets that nodes can name.'),
  timeoutMs: limitMs.optional().describe('Limit for the whole run.'),
  workflows: z
    .record(id, z.unknown())
    .optional()
    .describe('Workflows that nodes of type subworkflow call by these names.'),
  nodes: childNodes.min(1),
  output: json
    .optional()
    .describe("The result of a run; strings may hold ${ CEL }. The nodes' outputs by id when absent."),
});

export type RetryDefinition = z.infer<typeof retrySchema>;
export type InputDefinition = z.infer<typeof inputSchema>;
export type InputType = (typeof INPUT_TYPES)[number];

/** A node as it stands in a workflow file. */
export interface NodeDefinition extends Omit<z.infer<typeof nodeSchema>, 'nodes'> {
  nodes?: NodeDefinition[] | undefined;
}

/** A workflow as it stands in its file. */
export interface WorkflowDefinition extends Omit<z.infer<typeof workflowSchema>, 'nodes' | 'workflows'> {
  nodes: NodeDefinition[];
  workflows?: Record<string, WorkflowDefinition> | undefined;
}

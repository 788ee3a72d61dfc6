import { z } from 'zod';
import { NodeFailure } from '../errors.ts';
import type { NodeType } from '../node-type.ts';

const params = z.strictObject({
  message: z.string().max(500).describe('Why the workflow cannot go on.'),
  code: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,99}$/, 'must be lower case letters, digits and _')
    .optional()
    .describe('The error code of the run; failed_on_purpose when absent.'),
  retryable: z.boolean().optional().describe('Whether the retry policy of the node applies; false when absent.'),
});

/** Fails on purpose, for what a workflow must not go on with. */
export const fail: NodeType<typeof params> = {
  params,
  phase: 'execute',
  run({ message, code, retryable }) {
    throw new NodeFailure(code ?? 'failed_on_purpose', message, { retryable: retryable ?? false });
  },
};

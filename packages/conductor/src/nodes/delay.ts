import { z } from 'zod';
import type { NodeType } from '../node-type.ts';

const params = z.strictObject({ ms: z.number().min(0).max(86_400_000).describe('Milliseconds to wait.') });

/** Waits. Its output is `{ ms }`. */
export const delay: NodeType<typeof params> = {
  params,
  phase: 'sleep',
  async run({ ms }, context) {
    await context.sleep(ms);
    return { ms };
  },
};

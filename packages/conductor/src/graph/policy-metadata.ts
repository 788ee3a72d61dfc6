import type { JsonObject } from '@flowprof/model';
import type { CompiledNode } from './graph.ts';
import { retryMetadata } from './retry.ts';

/**
 * What is noted on a node's span of the rules that it runs by, for analyses to judge it: its retry policy where it may
 * be tried again, and its time limits where it has any.
 */
export function policyMetadata({ retry, timeoutMs, attemptTimeoutMs }: CompiledNode): JsonObject | undefined {
  const isRetried = retry.maxAttempts > 1;
  if (!isRetried && timeoutMs === null && attemptTimeoutMs === null) return undefined;
  return {
    ...(isRetried && retryMetadata(retry)),
    ...(timeoutMs !== null && { timeout_ms: timeoutMs }),
    ...(attemptTimeoutMs !== null && { attempt_timeout_ms: attemptTimeoutMs }),
  };
}

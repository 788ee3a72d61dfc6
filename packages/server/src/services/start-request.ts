import { createHmac, hash } from 'node:crypto';
import type { JsonObject } from '@flowprof/model';
import type { ScheduleClaim } from '@flowprof/store';

/** What is to be started, and why. */
export interface StartRequest {
  readonly workflowId: string;
  readonly input: JsonObject;
  readonly trigger: string;
  readonly triggerDetails?: JsonObject;
  /** The version of the workflow; the newest when absent. */
  readonly version?: number;
  /** Lets the same request start one execution only, however often it comes. */
  readonly once?: Once;
  /** Of a schedule: the right to start it, without which nothing is started. */
  readonly claim?: ScheduleClaim;
}

/** What makes requests the same. */
export interface Once {
  /** The id of the execution, made from what tells the requests apart from others. */
  readonly id: string;
  /** What the request asks for; null where the id says it all. */
  readonly requestHash: string | null;
}

/** A UUID (version 8, RFC 9562) made of texts: the same texts, the same id. */
export function derivedId(...parts: readonly string[]): string {
  const bytes = hash('sha256', JSON.stringify(parts), 'buffer').subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/**
 * What an idempotency key makes of a request. The hash is keyed with it, which is not kept, so that nothing can be
 * guessed from the hash of what may be a secret.
 */
export function onceByKey(workspaceId: string, key: string, request: JsonObject): Once {
  return {
    id: derivedId('idempotency key', workspaceId, key),
    requestHash: createHmac('sha256', key).update(JSON.stringify(request)).digest('hex'),
  };
}

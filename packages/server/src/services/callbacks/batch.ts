import { createHash } from 'node:crypto';
import { createRedactor } from '@flowprof/conductor';
import {
  CallbackBatchError,
  decodeCallbacks,
  readCallback,
  type Rejection,
  type Report,
  type ReportedEvents,
} from '@flowprof/ingest';
import type { JsonObject, Steps } from '@flowprof/model';
import { ApiError } from '../../http/errors.ts';
import { parseJsonBody } from '../../http/json-body.ts';

/** How a batch is written. */
export type CallbackEncoding = 'json' | 'protobuf';

const redaction = createRedactor([]);

/** Of an id that holds a secret a few digits of its sum are kept, so that it is not taken for another. */
function idOf(id: string): string {
  const struck = redaction.text(id);
  return struck === id ? id : `${struck} ${createHash('sha256').update(id).digest('hex').slice(0, 8)}`;
}

/** Each input and output has room of its own, so that what is kept of it does not depend on what else is sent. */
const REDACTION = {
  text: (text: string) => redaction.text(text),
  id: idOf,
  metadata: (metadata: JsonObject) => redaction.metadata(metadata),
  keep: (value: Parameters<typeof redaction.keep>[0]) => redaction.keep(value, { left: Number.MAX_SAFE_INTEGER }),
};

/** Everything in a batch about one execution. */
export interface Delivery {
  readonly reports: Report[];
  readonly parts: ReportedEvents[];
}

/** A batch, read. */
export interface Batch {
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly rejections: Rejection[];
  readonly received: number;
}

function* read(bytes: Uint8Array, encoding: CallbackEncoding, maxItems: number): Steps<Batch> {
  const deliveries = new Map<string, Delivery>();
  const rejections: Rejection[] = [];
  let received = 0;
  let index = 0;
  for (const callback of decodeCallbacks(encoding === 'json' ? { json: parseJsonBody(bytes) } : { bytes })) {
    const one = readCallback(callback, index++, REDACTION);
    received += one.items;
    if (received > maxItems) {
      throw new ApiError('body_too_large', `A batch has at most ${maxItems} items.`, {
        members: { limit_items: maxItems },
      });
    }
    if (one.report === null) rejections.push(one.rejection);
    else {
      const { executionId, parts } = one.report;
      const delivery = deliveries.get(executionId) ?? { reports: [], parts: [] };
      deliveries.set(executionId, delivery);
      delivery.reports.push(one.report);
      for (const part of parts) delivery.parts.push(part);
      for (const rejection of one.report.rejections) rejections.push(rejection);
    }
    yield;
  }
  return { deliveries, rejections, received };
}

/**
 * Reads a batch, a callback at a time.
 * @throws {ApiError} `validation_failed` for what is no batch, `malformed_json` and the like, `body_too_large`
 */
export function* readBatch(bytes: Uint8Array, encoding: CallbackEncoding, maxItems: number): Steps<Batch> {
  try {
    return yield* read(bytes, encoding, maxItems);
  } catch (error) {
    if (!(error instanceof CallbackBatchError)) throw error;
    const fault = { pointer: '/callbacks', code: 'malformed', detail: error.message } as const;
    throw new ApiError('validation_failed', 'The body is no batch of callbacks.', { errors: [fault] });
  }
}

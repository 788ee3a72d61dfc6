import { fromBinary, fromJson } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import type { JsonValue as ProtoJson } from '@bufbuild/protobuf';
import { CallbackSchema, type Callback } from './generated/flowprof/callbacks/v1/callbacks_pb.ts';

/** A batch that cannot be read as one at all. The message says why in one line, and repeats nothing of it. */
export class CallbackBatchError extends Error {
  override readonly name = 'CallbackBatchError';
}

/** How deep messages may be nested: spans in spans, and values. */
const MAX_DEPTH = 64;

function fromBytes(bytes: Uint8Array): Callback | null {
  try {
    return fromBinary(CallbackSchema, bytes, { readUnknownFields: false, recursionLimit: MAX_DEPTH });
  } catch {
    return null;
  }
}

function fromValue(value: ProtoJson): Callback | null {
  try {
    return fromJson(CallbackSchema, value, { ignoreUnknownFields: true, recursionLimit: MAX_DEPTH });
  } catch {
    return null;
  }
}

/** The bytes of each callback in a `ReportCallbacksRequest`, unread. @throws {CallbackBatchError} */
function callbackBytes(bytes: Uint8Array): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === 1 && type === WireType.LengthDelimited) found.push(reader.bytes());
      else reader.skip(type, field);
    }
  } catch {
    throw new CallbackBatchError('the body is no ReportCallbacksRequest');
  }
  return found;
}

/** The callbacks of a body: `{"callbacks": [...]}`, a list of them, or one alone. @throws {CallbackBatchError} */
function callbackValues(body: ProtoJson): readonly ProtoJson[] {
  if (Array.isArray(body)) return body;
  if (typeof body === 'object' && body !== null) {
    const { callbacks } = body;
    if (Array.isArray(callbacks)) return callbacks;
    if ('execution_id' in body || 'executionId' in body) return [body];
  }
  throw new CallbackBatchError('the body has no list of callbacks');
}

/** What `JSON.parse` returns is JSON. */
function isJson(value: unknown): value is ProtoJson {
  return value !== undefined;
}

/**
 * Reads a batch, a callback at a time, so that a large one can be read in parts. What is no callback is null.
 * @param body bytes of a `ReportCallbacksRequest`, or its JSON, parsed
 * @throws {CallbackBatchError}
 */
export function* decodeCallbacks(
  body: { readonly bytes: Uint8Array } | { readonly json: unknown },
): Generator<Callback | null, void> {
  if ('bytes' in body) for (const one of callbackBytes(body.bytes)) yield fromBytes(one);
  else for (const one of callbackValues(isJson(body.json) ? body.json : null)) yield fromValue(one);
}

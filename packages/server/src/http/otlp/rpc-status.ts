import { status as RPC } from '@grpc/grpc-js';
import type { OtlpEncoding } from '../../services/otlp/encoding.ts';
import type { Exported } from '../../services/otlp/receiver.ts';
import { API_ERRORS, type ApiError } from '../errors.ts';

/** An error as exporters are told of it. */
export interface RpcStatus {
  readonly httpStatus: number;
  readonly code: RPC;
  readonly message: string;
  /** The code of this server's errors, which programs may go by. */
  readonly reason: string;
  /** After how many seconds to send the same again; null where that is of no use. */
  readonly retryAfter: number | null;
}

const DOMAIN = 'flowprof';
const ERROR_INFO = 'type.googleapis.com/google.rpc.ErrorInfo';
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** How long exporters wait for space on the disk. */
const DISK_FULL_RETRY_SECONDS = 30;

/** 507 is not among the statuses after which exporters try again. */
export function otlpStatusOf(httpStatus: number): number {
  return httpStatus === 507 ? 503 : httpStatus;
}

function rpcCodeOf(httpStatus: number): RPC {
  switch (httpStatus) {
    case 401:
      return RPC.UNAUTHENTICATED;
    case 403:
      return RPC.PERMISSION_DENIED;
    case 404:
      return RPC.NOT_FOUND;
    case 405:
      return RPC.UNIMPLEMENTED;
    case 413:
    case 429:
      return RPC.RESOURCE_EXHAUSTED;
    case 409:
      return RPC.ABORTED;
    case 503:
      return RPC.UNAVAILABLE;
    default:
      return httpStatus < 500 ? RPC.INVALID_ARGUMENT : RPC.INTERNAL;
  }
}

/** An error as OTLP has them. */
export function rpcStatusOf(error: ApiError): RpcStatus {
  const httpStatus = otlpStatusOf(API_ERRORS[error.code].status);
  const isFull = error.code === 'disk_full';
  const asked = Number(error.parts.headers?.['retry-after'] ?? (isFull ? DISK_FULL_RETRY_SECONDS : Number.NaN));
  return {
    httpStatus,
    code: rpcCodeOf(httpStatus),
    message: error.message,
    reason: error.code.toUpperCase(),
    retryAfter: Number.isFinite(asked) ? asked : null,
  };
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

function intField(number: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([number * 8, ...varint(value)]);
}

function bytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, ...varint(value.byteLength)]), value]);
}

function textField(number: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : bytesField(number, Buffer.from(value, 'utf8'));
}

function anyField(number: number, type: string, value: Buffer): Buffer {
  return bytesField(number, Buffer.concat([textField(1, type), bytesField(2, value)]));
}

/** `google.rpc.Status` in protocol buffers. */
export function encodeStatus({ code, message, reason, retryAfter }: RpcStatus): Buffer {
  const parts = [
    intField(1, code),
    textField(2, message),
    anyField(3, ERROR_INFO, Buffer.concat([textField(1, reason), textField(2, DOMAIN)])),
  ];
  if (retryAfter !== null) parts.push(anyField(3, RETRY_INFO, bytesField(1, intField(1, retryAfter))));
  return Buffer.concat(parts);
}

function statusToJson({ code, message, reason, retryAfter }: RpcStatus): string {
  const details: object[] = [{ '@type': ERROR_INFO, reason, domain: DOMAIN }];
  if (retryAfter !== null) details.push({ '@type': RETRY_INFO, retryDelay: `${retryAfter}s` });
  return JSON.stringify({ code, message, details });
}

/** `ExportTraceServiceResponse` in protocol buffers. */
export function encodeResponse({ rejected, message }: Exported): Buffer {
  if (rejected === 0 && message === null) return Buffer.alloc(0);
  return bytesField(1, Buffer.concat([intField(1, rejected), textField(2, message ?? '')]));
}

function responseToJson({ rejected, message }: Exported): string {
  if (rejected === 0 && message === null) return '{}';
  // 64 bit integers are texts in the JSON of protocol buffers.
  return JSON.stringify({ partialSuccess: { rejectedSpans: String(rejected), errorMessage: message ?? '' } });
}

/** A response in the encoding of its request. */
export function responseIn(encoding: OtlpEncoding, exported: Exported): Buffer {
  return encoding === 'json' ? Buffer.from(responseToJson(exported), 'utf8') : encodeResponse(exported);
}

/** An error in the encoding of its request. */
export function statusIn(encoding: OtlpEncoding, status: RpcStatus): Buffer {
  return encoding === 'json' ? Buffer.from(statusToJson(status), 'utf8') : encodeStatus(status);
}

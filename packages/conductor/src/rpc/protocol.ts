import { isJsonObject, isUuid, type JsonValue, type TraceEvent } from '@flowprof/model';
import { WORKFLOW_ISSUE_CODES, WorkflowFileError, type WorkflowIssue, type WorkflowIssueCode } from '../file/issues.ts';
import type { PackedResult } from '../trace/pack.ts';
import type { Message } from './channel.ts';
import { ConductorRpcError, isRpcErrorCode, type RpcErrorCode } from './errors.ts';
import { isEventBatch } from './event-guard.ts';
import { readJson, writeJson } from './json-text.ts';

const VERSION = 1;
/** How deep metadata that handlers give may be nested in events. */
const EVENT_DEPTH = 1000;
const ERROR_DEPTH = 4;

/**
 * What a client says. Each call of it has a lane of its own, numbered upwards, on which both sides send; the first
 * message of a lane is `run` or `attach`.
 */
export type ClientMessage =
  | {
      readonly type: 'run';
      readonly executionId: string;
      /** Whether the client wants the events. */
      readonly events: boolean;
      /** Whether the run is cancelled before it has begun. */
      readonly cancelled: boolean;
      /** JSON texts that have not been read, since only the serving side knows how deep they may be. */
      readonly definition: Uint8Array;
      readonly options: Uint8Array;
    }
  | {
      readonly type: 'attach';
      readonly executionId: string;
      readonly events: boolean;
      /** The last batch of events that the client has. */
      readonly after: number;
    }
  /** The client's sink has taken a batch, or failed with it. */
  | { readonly type: 'ack'; readonly seq: number; readonly failure: string | null }
  | { readonly type: 'cancel' }
  /** The result has come whole. */
  | { readonly type: 'done' };

/** What the serving side says; `result` and `error` are the last of a call. */
export type ServerMessage =
  /** The run has begun or was found; `events` says whether its events are sent. */
  | { readonly type: 'accepted'; readonly events: boolean }
  | { readonly type: 'events'; readonly seq: number; readonly batch: Uint8Array }
  /** These batches are no longer there; the next one is `to + 1`. */
  | { readonly type: 'reset'; readonly from: number; readonly to: number }
  | { readonly type: 'result'; readonly packed: PackedResult }
  | { readonly type: 'error'; readonly error: RemoteError };

/** An error that goes over the channel; the codes besides those of the table are errors of the conductor itself. */
export interface RemoteError {
  readonly code: RpcErrorCode | 'invalid_workflow' | 'invalid_options';
  readonly message: string;
  readonly issues: readonly WorkflowIssue[];
}

function isCount(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function writeClientMessage(message: ClientMessage): Message {
  switch (message.type) {
    case 'run': {
      const { type, executionId, events, cancelled, definition, options } = message;
      return { head: { type, version: VERSION, executionId, events, cancelled }, parts: [definition, options] };
    }
    case 'attach':
      return { head: { ...message, version: VERSION }, parts: [] };
    case 'ack':
    case 'cancel':
    case 'done':
      return { head: { ...message }, parts: [] };
    default:
      return message satisfies never;
  }
}

/** Reads what a client sent; null when it is none of its messages. */
export function readClientMessage({ head, parts }: Message): ClientMessage | null {
  const { type, version, executionId, events, cancelled, after, seq, failure } = head;
  if ((type === 'cancel' || type === 'done') && parts.length === 0) return { type };
  if (type === 'ack' && parts.length === 0) {
    if (!isCount(seq) || (failure !== null && typeof failure !== 'string')) return null;
    return { type, seq, failure };
  }
  if (version !== VERSION || typeof executionId !== 'string' || !isUuid(executionId)) return null;
  if (typeof events !== 'boolean') return null;
  if (type === 'attach' && parts.length === 0 && isCount(after)) return { type, executionId, events, after };
  const [definition, options, ...rest] = parts;
  if (type !== 'run' || typeof cancelled !== 'boolean' || rest.length > 0) return null;
  if (definition === undefined || options === undefined) return null;
  return { type, executionId, events, cancelled, definition, options };
}

export function writeServerMessage(message: ServerMessage): Message {
  switch (message.type) {
    case 'accepted':
    case 'reset':
      return { head: { ...message }, parts: [] };
    case 'events':
      return { head: { type: message.type, seq: message.seq }, parts: [message.batch] };
    case 'result': {
      const { head, recording, log } = message.packed;
      return { head: { type: message.type }, parts: [head, recording, log] };
    }
    case 'error':
      return { head: { type: message.type }, parts: [writeJson(message.error)] };
    default:
      return message satisfies never;
  }
}

/** Reads what the serving side sent; null when it is none of its messages. */
export function readServerMessage({ head, parts }: Message): ServerMessage | null {
  const { type, events, seq, from, to } = head;
  const [first, recording, log, ...rest] = parts;
  switch (type) {
    case 'accepted':
      return typeof events === 'boolean' ? { type, events } : null;
    case 'reset':
      return isCount(from) && isCount(to) && from <= to ? { type, from, to } : null;
    case 'events':
      return isCount(seq) && first !== undefined ? { type, seq, batch: first } : null;
    case 'result': {
      if (first === undefined || recording === undefined || log === undefined || rest.length > 0) return null;
      return { type, packed: { head: first, recording, log } };
    }
    case 'error': {
      const error = first === undefined ? null : readError(first);
      return error === null ? null : { type, error };
    }
    default:
      return null;
  }
}

/** Reads a batch of events; null when it is none. */
export function readEvents(bytes: Uint8Array): readonly TraceEvent[] | null {
  const read = readJson(bytes, EVENT_DEPTH);
  return typeof read !== 'string' && isEventBatch(read.value) ? read.value : null;
}

function isIssueCode(value: JsonValue | undefined): value is WorkflowIssueCode {
  return typeof value === 'string' && Object.hasOwn(WORKFLOW_ISSUE_CODES, value);
}

function readIssue(value: JsonValue): WorkflowIssue | null {
  if (!isJsonObject(value)) return null;
  const { code, message, pointer, line, column } = value;
  if (!isIssueCode(code) || typeof message !== 'string' || typeof pointer !== 'string') return null;
  if (line !== null && !isCount(line)) return null;
  if (column !== null && !isCount(column)) return null;
  return { code, message, pointer, line, column };
}

function readError(bytes: Uint8Array): RemoteError | null {
  const read = readJson(bytes, ERROR_DEPTH);
  if (typeof read === 'string' || !isJsonObject(read.value)) return null;
  const { code, message, issues } = read.value;
  if (!isRpcErrorCode(code) && code !== 'invalid_workflow' && code !== 'invalid_options') return null;
  if (typeof message !== 'string' || !Array.isArray(issues)) return null;
  const known: WorkflowIssue[] = [];
  const items: readonly JsonValue[] = issues;
  for (const item of items) {
    const issue = readIssue(item);
    if (issue === null) return null;
    known.push(issue);
  }
  return { code, message, issues: known };
}

/** What was thrown on the serving side, as it may be told to a client. Of unknown errors nothing is told. */
export function toRemoteError(thrown: unknown): RemoteError {
  if (thrown instanceof WorkflowFileError) {
    return { code: thrown.code, message: thrown.message, issues: thrown.issues };
  }
  if (thrown instanceof RangeError) return { code: 'invalid_options', message: thrown.message, issues: [] };
  const { code, message } = thrown instanceof ConductorRpcError ? thrown : new ConductorRpcError('internal');
  return { code, message, issues: [] };
}

/** The error as `conductor.node.run` throws it. */
export function fromRemoteError({ code, message, issues }: RemoteError): Error {
  switch (code) {
    case 'invalid_workflow':
      return new WorkflowFileError(issues);
    case 'invalid_options':
      return new RangeError(message);
    default:
      return new ConductorRpcError(code, message);
  }
}

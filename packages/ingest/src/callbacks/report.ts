import type { EpochMicros, JsonObject, JsonValue, Status, TraceError, TraceEvent } from '@flowprof/model';
import { isStatus, toEpochMicros } from '@flowprof/model';
import type { Callback, Error as ReportedError } from './generated/flowprof/callbacks/v1/callbacks_pb.ts';
import { Rejected, type RejectionCode, type Rejection } from './reasons.ts';

/** What strikes secrets out of what is reported, and bounds it. */
export interface Redaction {
  text(text: string): string;
  /** An id or key: what differs before differs after, and the same is the same in every batch. */
  id(id: string): string;
  metadata(metadata: JsonObject): JsonObject;
  /** An input or output as it is kept. */
  keep(value: JsonValue): JsonObject;
}

/** The events of an item. */
export interface ReportedEvents {
  readonly pointer: string;
  readonly items: number;
  /** Whether an execution that flowprof runs itself takes the spans and annotations among the events. */
  readonly canJoin: boolean;
  readonly events: readonly TraceEvent[];
}

/** A callback, read: what it says of the execution, and its items. Times of events count from 1970. */
export interface Report {
  readonly executionId: string;
  readonly externalId: string | null;
  readonly workflow: string | null;
  readonly name: string | null;
  readonly source: string | null;
  readonly concurrency: number | null;
  readonly attributes: JsonObject;
  /** Whether it tells that the execution has ended. */
  readonly hasEnded: boolean;
  readonly parts: readonly ReportedEvents[];
  readonly rejections: readonly Rejection[];
}

/** From where the times of reported events count. */
export const EPOCH: EpochMicros = toEpochMicros(0);

const MAX_LENGTH = 500;

/** The longest message of an error that is kept, in characters; of a longer one its beginning is. */
const MAX_MESSAGE = 16_384;

/** Other words for states. */
const SYNONYMS: Readonly<Record<string, Status>> = {
  queued: 'pending',
  waiting: 'pending',
  scheduled: 'pending',
  started: 'running',
  success: 'completed',
  succeeded: 'completed',
  successful: 'completed',
  ok: 'completed',
  done: 'completed',
  finished: 'completed',
  error: 'failed',
  failure: 'failed',
  canceled: 'cancelled',
  aborted: 'cancelled',
  timed_out: 'timeout',
  timedout: 'timeout',
};

/** A state by its name, whatever the case. @throws {Rejected} */
export function statusNamed(name: string): Status {
  if (name === '') throw new Rejected('missing_status');
  const plain = name.toLowerCase();
  if (isStatus(plain)) return plain;
  const other = Object.hasOwn(SYNONYMS, plain) ? SYNONYMS[plain] : undefined;
  if (other === undefined) throw new Rejected('unknown_status');
  return other;
}

/** A key, id or name that an index takes. @throws {Rejected} */
export function bounded(text: string): string {
  if (text.length > MAX_LENGTH) throw new Rejected('too_long');
  return text;
}

/** A text that must be there. @throws {Rejected} */
export function required(text: string, missing: RejectionCode): string {
  if (text === '') throw new Rejected(missing);
  return bounded(text);
}

function orNull(text: string): string | null {
  return text === '' ? null : bounded(text);
}

/** As `orNull`, with what is secret in it struck out. */
export function textOrNull(text: string, redaction: Redaction): string | null {
  const told = orNull(text);
  return told === null ? null : redaction.text(told);
}

/** As `orNull`, for a key or id. */
export function idOrNull(id: string, redaction: Redaction): string | null {
  const told = orNull(id);
  return told === null ? null : redaction.id(told);
}

/** What went wrong; null where nothing is said of it. */
export function errorOf(error: ReportedError | undefined, redaction: Redaction): TraceError | null {
  if (error === undefined) return null;
  const { code, message, nodeKey } = error;
  const struck = redaction.text(message);
  const told = {
    code: redaction.text(bounded(code === '' ? 'failed' : code)),
    message: struck.length <= MAX_MESSAGE ? struck : `${struck.slice(0, MAX_MESSAGE)}…`,
  };
  return nodeKey === '' ? told : { ...told, nodeKey: redaction.id(bounded(nodeKey)) };
}

/** How many items a callback is, itself included. */
export function itemsOf(callback: Callback): number {
  const { nodes, results, spans, annotations, finished } = callback;
  let count = 1 + nodes.length + annotations.length + (finished === undefined ? 0 : 1);
  for (const result of results) count += 1 + result.annotations.length + itemsIn(result.spans);
  return count + itemsIn(spans);
}

/** How many spans and annotations there are in spans, with those in their children. */
export function itemsIn(spans: Callback['spans']): number {
  let count = 0;
  const left = [...spans];
  for (let span = left.pop(); span !== undefined; span = left.pop()) {
    count += 1 + span.annotations.length;
    left.push(...span.children);
  }
  return count;
}

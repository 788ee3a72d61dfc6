/**
 * Protocol Buffers as far as a page of history needs them: where its events lie, which they are, what comes next. The
 * events themselves stay bytes, which is what makes a history of 50,000 events cheap to fetch.
 */
import { TemporalError } from './errors.ts';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

function broken(): TemporalError {
  return new TemporalError('failed', 'the server sent what is not a valid message');
}

/** A field of a message: its number, its value where that is a number, and where its contents lie. */
interface Field {
  number: number;
  wire: number;
  value: number;
  from: number;
  to: number;
}

/** Goes through the fields of the message in `bytes` from one place to another. The object that is given is the same each time. */
function* fieldsIn(bytes: Uint8Array, from: number, to: number): Generator<Field, void, undefined> {
  let at = from;
  const varint = (): number => {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 10 && at < to; count++) {
      const byte = bytes[at++] ?? 0;
      // Beyond 2^53 it is not exact, and no number that is read here is that large.
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw broken();
  };
  const field: Field = { number: 0, wire: 0, value: 0, from: 0, to: 0 };
  while (at < to) {
    const tag = varint();
    field.number = Math.floor(tag / 8);
    field.wire = tag % 8;
    field.value = field.wire === VARINT || field.wire === LENGTH ? varint() : 0;
    field.from = at;
    if (field.wire === LENGTH) at += field.value;
    else if (field.wire === FIXED64) at += 8;
    else if (field.wire === FIXED32) at += 4;
    else if (field.wire !== VARINT) throw broken();
    field.to = at;
    if (at > to) throw broken();
    yield field;
  }
}

/** An answer to `GetWorkflowExecutionHistory`. */
export interface HistoryPage {
  /** Serialised histories, which one after the other are one. */
  readonly histories: readonly Uint8Array[];
  /** Empty where nothing follows. */
  readonly nextPageToken: Uint8Array;
}

const ENCODING_PROTO3 = 1;

/** What is in a `DataBlob`, when it is in the encoding that everyone uses. */
function blobOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  let encoding = 0;
  let data = new Uint8Array();
  for (const field of fieldsIn(bytes, from, to)) {
    if (field.number === 1) encoding = field.value;
    else if (field.number === 2) data = bytes.slice(field.from, field.to);
  }
  if (encoding !== ENCODING_PROTO3)
    throw new TemporalError('unsupported', `the server sends histories in encoding ${encoding}`);
  return data;
}

/** Reads an answer to `GetWorkflowExecutionHistory` or `GetWorkflowExecutionHistoryReverse`. */
export function historyPageOf(bytes: Uint8Array): HistoryPage {
  const histories: Uint8Array[] = [];
  let nextPageToken = new Uint8Array();
  for (const field of fieldsIn(bytes, 0, bytes.length)) {
    if (field.wire !== LENGTH) continue;
    if (field.number === 1) histories.push(bytes.subarray(field.from, field.to));
    else if (field.number === 2) histories.push(blobOf(bytes, field.from, field.to));
    else if (field.number === 3) nextPageToken = bytes.slice(field.from, field.to);
  }
  return { histories, nextPageToken };
}

/** An event as it lies in a serialised history. */
export interface RawEvent {
  readonly id: number;
  /** Of `temporal.api.enums.v1.EventType`. */
  readonly type: number;
  /** With the tag and length that make it a field of a `History`. */
  readonly bytes: Uint8Array;
}

/** The events of a serialised history, in its order. */
export function rawEventsOf(history: Uint8Array): RawEvent[] {
  const events: RawEvent[] = [];
  let start = 0;
  for (const field of fieldsIn(history, 0, history.length)) {
    const { number, wire, from, to } = field;
    if (number === 1 && wire === LENGTH) {
      let id = 0;
      let type = 0;
      for (const inner of fieldsIn(history, from, to)) {
        if (inner.number === 1) id = inner.value;
        else if (inner.number === 3) type = inner.value;
        // Serialisers write the fields in the order of their numbers.
        if (id !== 0 && type !== 0) break;
      }
      if (id < 1) throw broken();
      events.push({ id, type, bytes: history.subarray(start, to) });
    }
    start = to;
  }
  return events;
}

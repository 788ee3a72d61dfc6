/** Histories in protobuf, and the messages in which they come. */
import { isJsonObject, type JsonObject } from '../../json.ts';
import { TraceFileError } from '../errors.ts';
import { listAt } from './fields.ts';
import { readMessage, WireReader } from './wire.ts';

const LENGTH = 2;

/** The first field of a message, where it is a message or text with the number 1. */
function firstField(bytes: Uint8Array): Uint8Array | null {
  const reader = new WireReader(bytes);
  const tag = reader.tag();
  return tag?.number === 1 && tag.wire === LENGTH ? reader.bytes() : null;
}

/** How many messages there are around the events: 1 for a `History`. */
function nestingOf(bytes: Uint8Array): number {
  let inner = firstField(bytes);
  for (let levels = 1; inner !== null; levels++) {
    const next = new WireReader(inner).tag();
    if (next === null || next.wire !== LENGTH || next.number !== 1) return levels;
    if (levels === 3) break;
    inner = firstField(inner);
  }
  throw new TraceFileError('malformed', 'not a Temporal history in protobuf: there are no events in it');
}

/** What is in a field of a message, each time it occurs. */
function occurrences(bytes: Uint8Array, number: number): Uint8Array[] {
  const reader = new WireReader(bytes);
  const found: Uint8Array[] = [];
  for (let tag = reader.tag(); tag !== null; tag = reader.tag()) {
    if (tag.number === number && tag.wire === LENGTH) found.push(reader.bytes());
    else reader.skip(tag.wire);
  }
  return found;
}

function eventsIn(history: Uint8Array): readonly JsonObject[] {
  return listAt(readMessage(history, 'history.History'), 'events').filter(isJsonObject);
}

/**
 * The events of each history in some bytes: a `History`; an answer of `GetWorkflowExecutionHistory`, in which it is the
 * first field; or an export of many `WorkflowExecutions`, in which such messages are listed.
 * @throws {TraceFileError} `malformed`
 */
export function historiesOfProtobuf(bytes: Uint8Array): readonly (readonly JsonObject[])[] {
  const levels = nestingOf(bytes);
  if (levels === 1) return [eventsIn(bytes)];
  const answers = levels === 2 ? [bytes] : occurrences(bytes, 1);
  return answers.flatMap((answer) => occurrences(answer, 1).map(eventsIn));
}

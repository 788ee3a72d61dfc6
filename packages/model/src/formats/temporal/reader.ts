/** Files of Temporal histories, JSON or protobuf, as lists of events: one list a run. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import { TraceFileError } from '../errors.ts';
import type { ReadOptions } from '../format.ts';
import { isJsonArray, parseJson } from '../json-reader.ts';
import { textOf } from '../web.ts';
import { bytesOfBase64 } from './base64.ts';
import { eventOf, isEvent, type HistoryEvent } from './events.ts';
import { objectAt, textAt } from './fields.ts';
import { TemporalHistory, type HistoryInfo } from './history.ts';
import { historiesOfProtobuf } from './protobuf.ts';

/** The history of a run as a file has it, or a page of one. */
export interface HistoryFile {
  readonly info: HistoryInfo;
  readonly events: readonly HistoryEvent[];
}

/** Where a history may stand within other answers. */
const AROUND = ['history', 'items', 'histories', 'executions', 'pages', 'result', 'response', 'data', 'body'];

/** How deep a history may stand in the file. */
const MAX_AROUND = 12;

/** What the objects around a history tell of its run. */
function infoOf(around: JsonObject): HistoryInfo {
  const described = objectAt(around, 'workflowExecutionInfo') ?? objectAt(around, 'workflow_execution_info');
  const execution =
    objectAt(described, 'execution') ??
    objectAt(around, 'workflowExecution') ??
    objectAt(around, 'execution') ??
    around;
  const pending = around['pendingActivities'] ?? around['pending_activities'];
  return {
    workflowId: textAt(execution, 'workflowId') ?? textAt(execution, 'workflow_id'),
    runId: textAt(execution, 'runId') ?? textAt(execution, 'run_id'),
    namespace: textAt(around, 'namespace'),
    pendingActivities: Array.isArray(pending) ? pending.filter(isJsonObject) : [],
  };
}

function joined(outer: HistoryInfo, inner: HistoryInfo): HistoryInfo {
  return {
    workflowId: inner.workflowId ?? outer.workflowId ?? null,
    runId: inner.runId ?? outer.runId ?? null,
    namespace: inner.namespace ?? outer.namespace ?? null,
    pendingActivities: inner.pendingActivities?.length ? inner.pendingActivities : (outer.pendingActivities ?? []),
  };
}

function eventsOf(values: readonly JsonValue[]): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  let last = 0;
  for (const value of values) {
    if (!isJsonObject(value)) continue;
    const event = eventOf(value, last);
    last = event.id;
    events.push(event);
  }
  return events;
}

interface Place {
  readonly value: JsonValue;
  readonly info: HistoryInfo;
  readonly depth: number;
}

/** Histories as blobs of protobuf inside JSON: `rawHistory`. */
function rawHistories(object: JsonObject, info: HistoryInfo): HistoryFile[] {
  const raw = object['rawHistory'] ?? object['raw_history'];
  if (!isJsonArray(raw)) return [];
  return raw.flatMap((blob) => {
    const bytes = isJsonObject(blob) ? bytesOfBase64(textAt(blob, 'data') ?? '') : null;
    if (bytes === null || bytes.length === 0) return [];
    return historiesOfProtobuf(bytes).map((events) => ({ info, events: eventsOf(events) }));
  });
}

/** All lists of events in a parsed file, in their order there. */
function findHistories(document: JsonValue): HistoryFile[] {
  const found: HistoryFile[] = [];
  const open: Place[] = [{ value: document, info: {}, depth: 0 }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, info, depth } = place;
    if (depth > MAX_AROUND || typeof value !== 'object' || value === null) continue;
    if (!isJsonObject(value)) {
      const [first] = value;
      if (isEvent(first)) found.push({ info, events: eventsOf(value) });
      else for (const item of value.toReversed()) open.push({ value: item, info, depth: depth + 1 });
      continue;
    }
    const known = joined(info, infoOf(value));
    const events = isEvent(value) ? [value] : (value['events'] ?? value['Events'] ?? value['historyEvents']);
    if (isJsonArray(events)) found.push({ info: known, events: eventsOf(events) });
    else for (const key of AROUND) if (value[key]) open.push({ value: value[key], info: known, depth: depth + 1 });
    found.push(...rawHistories(value, known));
  }
  return found;
}

/** Files of JSON Lines: events, or pages, one a line. */
function parseLines(text: string): JsonValue | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return null;
  const values: JsonValue[] = [];
  for (const [i, line] of lines.entries()) {
    try {
      values.push(parseJson(line));
    } catch {
      // A last line that is cut off is what a file that is still being written has.
      if (i < lines.length - 1 || values.length === 0) return null;
    }
  }
  return values;
}

function parseText(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (error) {
    const lines = parseLines(text);
    if (lines === null) throw error;
    return lines;
  }
}

const LEFT_BRACE = 0x7b;
const LEFT_BRACKET = 0x5b;
const BOM = 0xef;

/** Whether a file is JSON, by its first byte that is no white space. A protobuf history begins with a line feed. */
function isJson(bytes: Uint8Array): boolean {
  if (bytes[0] === BOM) return true;
  const first = bytes.find((byte) => byte > 0x20);
  const tag = bytes[0];
  return (first === LEFT_BRACE || first === LEFT_BRACKET) && !(tag === 0x0a && isProtobufHistory(bytes));
}

/** Whether bytes begin as a history in protobuf does: up to three messages in one another, and an event's id. */
export function isProtobufHistory(bytes: Uint8Array): boolean {
  let at = 0;
  for (let level = 0; level < 4; level++) {
    if (bytes[at] !== 0x0a) return false;
    at++;
    let length = 0;
    let shift = 0;
    for (; at < bytes.length && shift < 28; shift += 7) {
      const byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    if (length < 2) return false;
    if (bytes[at] === 0x08) return isEventAt(bytes, at);
  }
  return false;
}

/** An event begins with its id, and goes on with its time or its type. */
function isEventAt(bytes: Uint8Array, from: number): boolean {
  let at = from + 1;
  for (let count = 0; count < 9 && bytes[at] >= 0x80; count++) at++;
  const next = bytes[at + 1];
  return next === 0x12 || next === 0x18;
}

/**
 * Reads a file of histories: JSON in any of its spellings, JSON Lines, or protobuf (`History`, the answer of
 * `GetWorkflowExecutionHistory`, an export of `WorkflowExecutions`), a whole history or pages of it.
 * @returns the lists of events as they stand in the file; `joinPages` makes runs of them
 * @throws {TraceFileError} `malformed`
 */
export function readHistoryFile(bytes: Uint8Array): readonly HistoryFile[] {
  if (isJson(bytes)) return findHistories(parseText(textOf(bytes)));
  return historiesOfProtobuf(bytes).map((events) => ({ info: {}, events: eventsOf(events) }));
}

/** Whether a page belongs to another run than what was collected: it has an event of the same id that is not the same. */
function isOfAnotherRun(history: TemporalHistory, { info, events }: HistoryFile): boolean {
  const { runId } = history.info;
  if (runId && info.runId && runId !== info.runId) return true;
  return events.some((event) => history.conflictsWith(event));
}

/** Joins pages, in whatever order they come, to one history a run. */
export function joinPages(files: readonly HistoryFile[]): TemporalHistory[] {
  const histories: TemporalHistory[] = [];
  for (const file of files) {
    let history = histories.at(-1);
    if (history === undefined || isOfAnotherRun(history, file)) histories.push((history = new TemporalHistory()));
    history.describe(file.info);
    history.add(file.events);
  }
  return histories;
}

/** Reads a file of histories as traces, one a run. @throws {TraceFileError} */
export function readTemporal(bytes: Uint8Array, { fileName }: ReadOptions = {}): readonly Trace[] {
  const histories = joinPages(readHistoryFile(bytes)).filter(({ length }) => length > 0);
  if (histories.length === 0) throw new TraceFileError('malformed', 'the file has no events of a Temporal history');
  return histories.map((history) => history.trace(fileName === undefined ? {} : { fileName }));
}

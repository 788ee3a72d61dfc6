/** What the history of a run of one of our own workflow files says of its nodes: `docs/formats/temporal.md` has the schema. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isStatus, type Status } from '../../trace/status.ts';
import { SPAN_KINDS } from '../../trace/trace.ts';
import type { TraceEvent } from '../../trace/events.ts';
import { toEpochMicros, type EpochMicros } from '../../units.ts';
import type { AttemptReport } from './attempts.ts';
import type { HistoryEvent } from './events.ts';
import { eventIdAt, intAt, listAt, nameAt, objectAt, textAt } from './fields.ts';
import { readPayload } from './payloads.ts';

/** The version of the schema that is understood. */
const VERSION = 1;

const NOTE_ACTIVITY = 'flowprof.note';

/** So many events of one run are taken. */
const MAX_EVENTS = 500_000;

/** Which node an activity is of. */
interface OwnNode {
  readonly key: string;
  readonly iteration: number | null;
  readonly name: string;
  readonly type: string;
}

/** What an attempt did, by the worker's clock. */
export interface OwnAttempt {
  readonly startedAt: EpochMicros;
  readonly events: readonly TraceEvent[];
}

/** What is known of an activity that is a node. */
export interface OwnActivity {
  readonly node: OwnNode;
  readonly activityId: string;
  readonly input: JsonValue | undefined;
  output: JsonValue | undefined;
  /** The number of the last attempt, and who made it. */
  attempt: number;
  identity: string | null;
  /** How it ended. */
  status: Status;
  /** What the last attempt did, and the one before it. */
  last: OwnAttempt | null;
  before: OwnAttempt | null;
  /** Those before, as far as they were handed on from attempt to attempt. */
  earlier: readonly OwnAttempt[];
}

/** What all histories of a run tell. */
export interface OwnNotes {
  readonly notes: OwnAttempt[];
  /** By the id of the span of the operation. */
  readonly activities: Map<string, OwnActivity>;
  /** How many events found no room, where they were written or here. */
  left: number;
  taken: number;
}

/** What a run of ours was started with, besides the file itself. */
export interface OwnArgument {
  readonly input: JsonObject;
  /** How many nodes may run at once. */
  readonly concurrency: number | null;
}

export function ownArgument(
  events: readonly HistoryEvent[],
  decoded?: ReadonlyMap<string, JsonObject>,
): OwnArgument | null {
  const started = events.find(({ type }) => type === 'WorkflowExecutionStarted');
  const argument = readPayload(firstPayload(started?.attributes['input']), decoded);
  if (!isJsonObject(argument)) return null;
  const concurrency = intAt(objectAt(argument, 'options'), 'concurrency');
  return { input: objectAt(argument, 'input') ?? {}, concurrency };
}

/** Whether a run is one of ours, by the memo that it was started with. */
export function isOwnRun(events: readonly HistoryEvent[], decoded?: ReadonlyMap<string, JsonObject>): boolean {
  const started = events.find(({ type }) => type === 'WorkflowExecutionStarted');
  const memo = objectAt(started?.attributes ?? null, 'memo');
  const value = readPayload((objectAt(memo, 'fields') ?? memo)?.['flowprof'], decoded);
  return isJsonObject(value) && value['version'] === VERSION;
}

export function newOwnNotes(): OwnNotes {
  return { notes: [], activities: new Map(), left: 0, taken: 0 };
}

function isNumber(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isNumberOrNull(value: JsonValue | undefined): boolean {
  return value === null || isNumber(value);
}

function isTextOrNull(value: JsonValue | undefined): boolean {
  return value === null || typeof value === 'string';
}

const KINDS: ReadonlySet<JsonValue | undefined> = new Set(SPAN_KINDS);

function isStated(value: JsonValue | undefined): boolean {
  return typeof value === 'string' && isStatus(value);
}

function isMetadata(value: JsonValue | undefined): boolean {
  return value === null || isJsonObject(value);
}

/** What has to hold of an event of each kind before it is believed. */
function isSound(event: JsonObject): boolean {
  const part = (key: string) => objectAt(event, key) ?? {};
  switch (event['type']) {
    case 'node_declared': {
      const { key, name, type, iteration, parentKey, dependsOn } = part('node');
      const isNamed = typeof key === 'string' && typeof name === 'string' && typeof type === 'string';
      const isPlaced = isNumberOrNull(iteration) && isTextOrNull(parentKey) && Array.isArray(dependsOn);
      return isNamed && isPlaced && dependsOn.every((one) => typeof one === 'string');
    }
    case 'node_state': {
      const { nodeKey, iteration, status, at } = part('state');
      return typeof nodeKey === 'string' && isNumberOrNull(iteration) && isStated(status) && isNumber(at);
    }
    case 'span': {
      const { id, parentId, kind, name, nodeKey, iteration, start, duration, status, track, metadata } = part('span');
      const isNamed = typeof id === 'string' && isTextOrNull(parentId) && typeof name === 'string' && KINDS.has(kind);
      const isPlaced =
        isTextOrNull(nodeKey) && isNumberOrNull(iteration) && isTextOrNull(track) && isMetadata(metadata);
      return isNamed && isPlaced && isNumber(start) && isNumberOrNull(duration) && isStated(status);
    }
    case 'annotation': {
      const { spanId, time, label, type, metadata } = part('annotation');
      const isNamed = isTextOrNull(spanId) && typeof label === 'string' && typeof type === 'string';
      return isNamed && isNumber(time) && isMetadata(metadata);
    }
    default:
      return false;
  }
}

/** Whether a value that was read is an event: all that is used of it was looked at. */
function isTraceEvent(value: unknown): value is TraceEvent {
  return isObject(value) && isSound(value);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const OF_RUN: ReadonlySet<JsonValue | undefined> = new Set([
  'execution_started',
  'execution_finished',
  'progress',
  'warning',
]);

/** What is in a note, or in what an activity gave; null where it is none. */
function attemptOf(value: JsonValue | undefined, into: OwnNotes): OwnAttempt | null {
  if (!isJsonObject(value)) return null;
  const startedAt = value['startedAt'];
  if (!isNumber(startedAt)) return null;
  const events: TraceEvent[] = [];
  for (const one of listAt(value, 'events')) {
    // The history itself says when the run began and how it ended.
    if (isJsonObject(one) && OF_RUN.has(one['type'])) continue;
    const isRoom = into.taken < MAX_EVENTS;
    if (!isRoom || !isTraceEvent(one)) {
      into.left++;
      continue;
    }
    into.taken++;
    events.push(one);
  }
  into.left += Math.max(0, intAt(value, 'left') ?? 0);
  return { startedAt: toEpochMicros(startedAt), events };
}

/** The attempts that an attempt was handed, which were before it. */
function earlierOf(value: JsonValue | undefined, into: OwnNotes): OwnAttempt[] {
  if (!isJsonObject(value)) return [];
  return listAt(value, 'earlier').flatMap((one) => attemptOf(one, into) ?? []);
}

type Decoded = ReadonlyMap<string, JsonObject> | undefined;

function firstPayload(value: JsonValue | undefined): JsonValue | undefined {
  return isJsonObject(value) ? listAt(value, 'payloads')[0] : undefined;
}

function nodeOf(attributes: JsonObject, decoded: Decoded): OwnNode | null {
  const header = objectAt(attributes, 'header');
  const value = readPayload((objectAt(header, 'fields') ?? header)?.['flowprof-node'], decoded);
  if (!isJsonObject(value)) return null;
  const [key, name, type] = [textAt(value, 'key'), textAt(value, 'name'), textAt(value, 'type')];
  return key === null || type === null ? null : { key, name: name ?? key, type, iteration: intAt(value, 'iteration') };
}

/** The first detail of the first failure in a chain that has any. */
function failedAttempt(failure: JsonObject | null, decoded: Decoded, into: OwnNotes): OwnAttempt | null {
  let at = failure;
  for (let i = 0; at !== null && i < 16; i++) {
    const info = objectAt(at, 'applicationFailureInfo') ?? objectAt(at, 'canceledFailureInfo');
    const found = attemptOf(readPayload(firstPayload(info?.['details']), decoded), into);
    if (found !== null) return found;
    at = objectAt(at, 'cause');
  }
  return null;
}

/** Takes what one event tells of an activity that is a node. */
function takeOfActivity(
  { type, attributes }: HistoryEvent,
  known: OwnActivity,
  decoded: Decoded,
  into: OwnNotes,
): void {
  if (type === 'ActivityTaskStarted') {
    known.attempt = intAt(attributes, 'attempt') ?? 1;
    known.identity = textAt(attributes, 'identity');
    known.before = failedAttempt(objectAt(attributes, 'lastFailure'), decoded, into);
  } else if (type === 'ActivityTaskCompleted') {
    const result = readPayload(firstPayload(attributes['result']), decoded);
    known.last = attemptOf(result, into);
    known.earlier = earlierOf(result, into);
    known.status = 'completed';
    if (isJsonObject(result)) known.output = result['output'];
  } else if (type === 'ActivityTaskFailed') {
    known.status = 'failed';
    known.last = failedAttempt(objectAt(attributes, 'failure'), decoded, into);
    const info = objectAt(objectAt(attributes, 'failure'), 'applicationFailureInfo');
    known.earlier = earlierOf(readPayload(firstPayload(info?.['details']), decoded), into);
  } else if (type === 'ActivityTaskCanceled') {
    known.status = 'cancelled';
    known.last = attemptOf(readPayload(firstPayload(attributes['details']), decoded), into);
  }
}

/**
 * Takes what the history of a run, or of a part of it, says of nodes.
 * @param ids what the ids of the spans of this history begin with
 * @returns the ids of the events that are nothing but notes
 */
export function takeOwnNotes(
  events: readonly HistoryEvent[],
  ids: string,
  decoded: Decoded,
  into: OwnNotes,
): ReadonlySet<number> {
  const notes = new Set<number>();
  for (const event of events) {
    const { id, type, attributes } = event;
    if (type === 'MarkerRecorded') {
      const details = objectAt(attributes, 'details');
      const data = readPayload(firstPayload(details?.['data']) ?? details?.['data'], decoded);
      if (!isJsonObject(data) || nameAt(data, 'activity_type') !== NOTE_ACTIVITY) continue;
      const note = attemptOf(readPayload(firstPayload(details?.['result']) ?? details?.['result'], decoded), into);
      if (note !== null) into.notes.push(note);
      notes.add(id);
    } else if (type === 'ActivityTaskScheduled') {
      const node = nodeOf(attributes, decoded);
      if (node === null) continue;
      const work = readPayload(firstPayload(attributes['input']), decoded);
      const input = isJsonObject(work) ? work['params'] : undefined;
      const activityId = textAt(attributes, 'activityId') ?? '';
      const nothing = {
        output: undefined,
        attempt: 1,
        identity: null,
        status: 'running' as const,
        last: null,
        before: null,
        earlier: [],
      };
      into.activities.set(`${ids}${id}`, { node, activityId, input, ...nothing });
    } else if (type.startsWith('ActivityTask')) {
      const known = into.activities.get(`${ids}${eventIdAt(attributes, 'scheduledEventId') ?? 0}`);
      if (known !== undefined) takeOfActivity(event, known, decoded, into);
    }
  }
  return notes;
}

/** Which attempt it was, by its own span. */
function numberOf({ events }: OwnAttempt): number | null {
  for (const event of events) {
    if (event.type === 'span' && event.span.kind === 'attempt') return intAt(event.span.metadata, 'attempt');
  }
  return null;
}

/** An attempt that recorded itself, as its worker would have reported it. */
function reportOf(
  activity: OwnActivity,
  { startedAt, events }: OwnAttempt,
  attempt: number,
  run: Pick<AttemptReport, 'runId' | 'workflowId' | 'namespace'>,
): AttemptReport | null {
  const spans = events.flatMap((event) => (event.type === 'span' ? [event.span] : []));
  const own = spans.find(({ kind }) => kind === 'attempt');
  if (own === undefined || attempt < 1) return null;
  // It was written down before the attempt had ended: that is where the last of what it did ends.
  const lengths = spans.map(({ start, duration }) => (duration === null ? Number.NaN : start + Math.max(0, duration)));
  const end = lengths.reduce((last, each) => (each > last ? each : last), own.start);
  return {
    ...run,
    activityId: activity.activityId,
    activityType: activity.node.type,
    attempt,
    isLocal: false,
    scheduledAt: null,
    attemptScheduledAt: null,
    startedAt: toEpochMicros(startedAt + own.start),
    endedAt: end === own.start && own.duration === null ? null : toEpochMicros(startedAt + end),
    status: attempt === activity.attempt ? activity.status : 'failed',
    error: null,
    taskQueue: null,
    identity: attempt === activity.attempt ? activity.identity : null,
    buildId: null,
    heartbeats: [],
    heartbeatCount: 0,
    source: 'worker',
  };
}

/** What the attempts of the activities of a run wrote down themselves: the last of each, and the one before it. */
export function ownReports(
  { activities }: OwnNotes,
  ids: string,
  run: Pick<AttemptReport, 'runId' | 'workflowId' | 'namespace'>,
): readonly AttemptReport[] {
  const reports: AttemptReport[] = [];
  for (const [id, activity] of activities) {
    if (!id.startsWith(ids) || id.indexOf(':', ids.length) !== -1) continue;
    const { last, before, earlier, attempt } = activity;
    const told = new Set([attempt, ...(before === null ? [] : [attempt - 1])]);
    for (const one of earlier) {
      const number = numberOf(one);
      if (number === null || number >= attempt || told.has(number)) continue;
      told.add(number);
      const report = reportOf(activity, one, number, run);
      if (report !== null) reports.push(report);
    }
    for (const report of [
      last === null ? null : reportOf(activity, last, attempt, run),
      before === null ? null : reportOf(activity, before, attempt - 1, run),
    ])
      if (report !== null) reports.push(report);
  }
  return reports;
}

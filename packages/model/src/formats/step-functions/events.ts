/** Events of AWS Step Functions in one form: of `GetExecutionHistory`, and of the log lines in CloudWatch. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { EpochMicros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import { instantOf } from '../instants.ts';
import { isJsonArray, parseJson } from '../json-reader.ts';
import { fieldOf, numberIn, objectIn, textIn } from '../loose.ts';
import { textOf } from '../web.ts';

/** One event of an execution. */
export interface StepEvent {
  readonly id: number;
  /** The event that this one follows; 0 for the first ones. */
  readonly previous: number;
  readonly type: string;
  /** Null where the source has none. */
  readonly time: EpochMicros | null;
  readonly details: JsonObject;
}

/** The events of one execution as a file has them, and what else it tells of it. */
export interface StepHistory {
  readonly arn: string | null;
  readonly events: readonly StepEvent[];
  /** The answer of `DescribeExecution`. */
  readonly description: JsonObject | null;
}

const DETAILS = /EventDetails$/i;

/** What is told of an event: in a field after its type, or in `details`. */
function detailsOf(event: JsonObject): JsonObject {
  for (const key in event) {
    const value = event[key];
    if (DETAILS.test(key) && isJsonObject(value)) return value;
  }
  return objectIn(event, 'details', 'Details') ?? {};
}

/** `Jun 23, 2020, 6:11:37 PM`, as programs in Java print it. */
const JAVA_DATE = /^[A-Z][a-z]{2} \d{1,2}, \d{4},? \d{1,2}:\d\d:\d\d [AP]M$/;

function timeOf(value: JsonValue | undefined): EpochMicros | null {
  const time = instantOf(value);
  if (time !== null || typeof value !== 'string' || !JAVA_DATE.test(value)) return time;
  const ms = Date.parse(`${value.replace(/,(?= \d{1,2}:)/, '')} UTC`);
  return Number.isFinite(ms) ? instantOf(ms, 'ms') : null;
}

function eventOf(event: JsonObject, after: number): StepEvent {
  return {
    id: numberIn(event, 'id', 'Id') ?? after + 1,
    previous: numberIn(event, 'previousEventId', 'PreviousEventId', 'previous_event_id') ?? 0,
    type: textIn(event, 'type', 'Type') ?? 'Unspecified',
    time: timeOf(fieldOf(event, 'event_timestamp', 'timestamp', 'Timestamp')),
    details: detailsOf(event),
  };
}

const EVENT_TYPE =
  /^(?:Execution|Map|Parallel|Task|Lambda|Activity|Wait|Choice|Pass|Succeed|Fail|Evaluation)[A-Z]?\w*$/;

function isEvent(value: JsonValue | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const type = fieldOf(value, 'type', 'Type');
  return typeof type === 'string' && EVENT_TYPE.test(type);
}

/** Histories of several executions by their ARN, while a file is read. */
class Collector {
  readonly #events = new Map<string, Map<number, StepEvent>>();
  readonly #descriptions: JsonObject[] = [];
  #last = 0;
  /** How many histories without an ARN began. */
  #unnamed = 0;

  describe(description: JsonObject): void {
    this.#descriptions.push(description);
  }

  /** A list of events without ARNs; pages follow each other until an event comes again that is not the same. */
  takeList(values: readonly JsonValue[], arn: string | null): void {
    const events: StepEvent[] = [];
    for (const value of values) {
      // Of a list of events each record is one, also of types that are not known here.
      if (!isJsonObject(value)) continue;
      const own = textIn(value, 'execution_arn', 'executionArn') ?? arn;
      const event = eventOf(value, this.#last);
      this.#last = event.id;
      if (own === null) events.push(event);
      else this.#of(own).set(event.id, event);
    }
    if (events.length === 0) return;
    if (events.some((event) => this.#conflicts(event))) this.#unnamed++;
    const into = this.#of(`#${this.#unnamed}`);
    for (const event of events) into.set(event.id, event);
  }

  finish(): StepHistory[] {
    const entries = [...this.#events];
    const alone = entries.length === 1 && this.#descriptions.length === 1 ? (this.#descriptions[0] ?? null) : null;
    return entries.map(([key, events]) => {
      const named = this.#descriptions.find((description) => textIn(description, 'executionArn') === key);
      const description = named ?? alone;
      const arn = key.startsWith('#') ? (description === null ? null : textIn(description, 'executionArn')) : key;
      return { arn, description, events: [...events.values()].sort((a, b) => a.id - b.id) };
    });
  }

  #conflicts(event: StepEvent): boolean {
    const known = this.#events.get(`#${this.#unnamed}`)?.get(event.id);
    return known !== undefined && (known.type !== event.type || known.time !== event.time);
  }

  #of(key: string): Map<number, StepEvent> {
    const known = this.#events.get(key);
    if (known !== undefined) return known;
    const events = new Map<number, StepEvent>();
    this.#events.set(key, events);
    return events;
  }
}

/** The JSON at the end of a line of `aws logs tail`, after the time and the stream. */
function messageOf(line: string): JsonValue | null {
  const at = line.indexOf('{');
  if (at === -1) return null;
  try {
    return parseJson(line.slice(at));
  } catch {
    return null;
  }
}

/** The documents of a file: one, or one a line. @throws {TraceFileError} `malformed` */
function documentsOf(text: string): readonly JsonValue[] {
  try {
    return [parseJson(text)];
  } catch (error) {
    const found = text.split(/\r?\n/).flatMap((line) => messageOf(line) ?? []);
    if (found.length === 0) throw error;
    return found;
  }
}

/** Where histories stand within other answers. */
const AROUND = ['history', 'execution', 'describe', 'description', 'response', 'result', 'data', 'pages', 'executions'];

/** How deep a history may stand in the file. */
const MAX_AROUND = 8;

function isDescription(object: JsonObject): boolean {
  return (
    textIn(object, 'executionArn') !== null && fieldOf(object, 'startDate', 'status', 'stateMachineArn') !== undefined
  );
}

/** A message of CloudWatch Logs: the event is JSON in its text. */
function isLogMessage(value: JsonValue | undefined): value is JsonObject {
  return isJsonObject(value) && typeof (value['message'] ?? value['@message']) === 'string';
}

function unpackMessages(values: readonly JsonValue[]): JsonValue[] {
  return values.flatMap((value) => {
    if (!isLogMessage(value)) return [];
    return messageOf(textIn(value, 'message', '@message') ?? '') ?? [];
  });
}

/**
 * The histories in a file: answers of `get-execution-history` (pages, in either order), with answers of
 * `describe-execution` around or beside them, and lines of CloudWatch logs.
 * @throws {TraceFileError} `malformed`
 */
export function readStepHistories(bytes: Uint8Array): readonly StepHistory[] {
  const collector = new Collector();
  const documents = documentsOf(textOf(bytes));
  const open = documents.map((value) => ({ value, depth: 0, arn: null as string | null })).reverse();
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value, depth, arn } = place;
    if (depth > MAX_AROUND || typeof value !== 'object' || value === null) continue;
    if (!isJsonObject(value)) {
      if (value.some(isEvent)) collector.takeList(value, arn);
      else if (value.some(isLogMessage)) collector.takeList(unpackMessages(value), arn);
      else for (const item of value.toReversed()) open.push({ value: item, depth: depth + 1, arn });
      continue;
    }
    if (isEvent(value)) {
      collector.takeList([value], arn);
      continue;
    }
    if (isDescription(value)) collector.describe(value);
    const own = textIn(value, 'executionArn') ?? arn;
    const events = fieldOf(value, 'events', 'Events');
    if (isJsonArray(events)) open.push({ value: events, depth: depth + 1, arn: own });
    for (const key of AROUND) if (value[key]) open.push({ value: value[key], depth: depth + 1, arn: own });
  }
  const histories = collector.finish();
  if (histories.length === 0)
    throw new TraceFileError('malformed', 'the file has no events of a Step Functions execution');
  return histories;
}

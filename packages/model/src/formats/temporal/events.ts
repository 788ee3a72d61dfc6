/** Events of a history in one spelling, whatever wrote them. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { EpochMicros } from '../../units.ts';
import { MAX_DEPTH } from '../depth.ts';
import { enumAt, intOf, momentOf, objectAt } from './fields.ts';
import { enumName } from './wire.ts';

/** One event of a workflow history. */
export interface HistoryEvent {
  /** From 1, in the order in which things happened, which the times need not be in. */
  readonly id: number;
  /** Null where the source has none. */
  readonly time: EpochMicros | null;
  /** As the API calls it, without its prefix: `ActivityTaskScheduled`. Types that are not known keep their name. */
  readonly type: string;
  /** The attributes of its type, by their names in JSON. */
  readonly attributes: JsonObject;
  /** `userMetadata`: a summary and details that people wrote. */
  readonly userMetadata: JsonObject | null;
  /** Runs that the event links to. */
  readonly links: readonly JsonValue[];
}

const ATTRIBUTES = 'EventAttributes';

/** Keys under which users' own names stand, which are kept as they are. */
const OF_USERS = new Set(['metadata', 'fields', 'indexedFields', 'details', 'data', 'header', 'nexusHeader']);

function camel(key: string): string {
  const name = key.includes('_') ? key.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : key;
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** The value with the names of fields as JSON of Protocol Buffers has them; recursive to a bounded depth. */
function inCamelCase(value: JsonValue, depth: number): JsonValue {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map((item) => inCamelCase(item, depth + 1));
  const entries = Object.entries(value).map(([key, item]): [string, JsonValue] => {
    const name = camel(key);
    return [name, OF_USERS.has(name) ? item : inCamelCase(item, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** Whether the fields are named as in .proto files or Go structs. */
function isOtherCase(event: JsonObject): boolean {
  return (
    event['event_id'] !== undefined ||
    event['event_type'] !== undefined ||
    event['EventId'] !== undefined ||
    event['EventType'] !== undefined
  );
}

/** Names that Temporal took over from Cadence and has changed since. */
function presentName(type: string): string {
  return type.startsWith('Decision') ? type.replace('DecisionTask', 'WorkflowTask') : type;
}

const nameOfType = (value: number) => enumName('enums.EventType', value);

/** The attributes of an event, and the type that their key names. */
function attributesOf(event: JsonObject): readonly [type: string | null, attributes: JsonObject] {
  for (const key in event) {
    if (!key.endsWith(ATTRIBUTES)) continue;
    const value = event[key];
    if (!isJsonObject(value)) continue;
    const type = key.charAt(0).toUpperCase() + key.slice(1, -ATTRIBUTES.length);
    return [presentName(type), value];
  }
  const inner = objectAt(event, 'attributes');
  if (inner === null) return [null, {}];
  const [type, attributes] = attributesOf({ ...inner, attributes: null });
  if (type !== null) return [type, attributes];
  const value = objectAt(inner, 'value');
  return [null, value !== null && typeof inner['case'] === 'string' ? value : inner];
}

/** Whether a value is an event of a history, as far as its fields tell. */
export function isEvent(value: JsonValue | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const type = value['eventType'] ?? value['event_type'] ?? value['EventType'];
  if (typeof type === 'string' || typeof type === 'number') return true;
  const hasId = (value['eventId'] ?? value['event_id'] ?? value['EventId']) !== undefined;
  return hasId && (value['eventTime'] ?? value['event_time'] ?? value['attributes']) !== undefined;
}

/** Old names of fields. */
function withPresentFields(attributes: JsonObject): JsonObject {
  const decision = attributes['decisionTaskCompletedEventId'];
  return decision === undefined ? attributes : { ...attributes, workflowTaskCompletedEventId: decision };
}

/**
 * An event of a parsed JSON file, or of what `readMessage` gives.
 * @param after the id of the event before, for one that has none
 */
export function eventOf(value: JsonObject, after: number): HistoryEvent {
  const named = isOtherCase(value) ? inCamelCase(value, 0) : value;
  const event = isJsonObject(named) ? named : value;
  const [attributesType, attributes] = attributesOf(event);
  const stated = enumAt(event, 'eventType', 'EventType', nameOfType);
  const type = stated === null || /^\d+$/.test(stated) ? (attributesType ?? stated ?? 'Unspecified') : stated;
  const id = intOf(event['eventId'] ?? event['id']);
  return {
    id: id === null || id < 1 ? after + 1 : id,
    time: momentOf(event['eventTime'] ?? event['timestamp'] ?? event['time']),
    type: presentName(type),
    attributes: withPresentFields(attributes),
    userMetadata: objectAt(event, 'userMetadata'),
    links: Array.isArray(event['links']) ? event['links'] : [],
  };
}

import { isJsonObject, SPAN_KINDS, STATUSES, type JsonObject, type JsonValue, type TraceEvent } from '@flowprof/model';

type Check = (value: JsonValue | undefined) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const optionalText: Check = (value) => value === undefined || typeof value === 'string';
const optionalNumber: Check = (value) => value === undefined || typeof value === 'number';
const object: Check = (value) => isJsonObject(value);
const status: Check = (value) => STATUSES.some((one) => one === value);
const kind: Check = (value) => SPAN_KINDS.some((one) => one === value);
const texts: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');

function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields);
  return (value) => isJsonObject(value) && checks.every(([name, check]) => check(own(value, name)));
}

function own(value: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

const error = shape({ code: text, message: text });

/** What each type of event holds, field by field as `TraceEvent` says. */
const EVENTS = {
  execution_started: shape({
    executionId: text,
    startedAt: number,
    traceparent: optionalText,
    info: shape({ name: text, workflow: orNull(text), sourceFormat: text, concurrency: orNull(number) }),
  }),
  node_declared: shape({
    node: shape({
      key: text,
      name: text,
      type: text,
      iteration: orNull(number),
      parentKey: orNull(text),
      dependsOn: texts,
      taskQueue: (value) => value === undefined || value === null || typeof value === 'string',
    }),
  }),
  node_state: shape({
    state: shape({
      nodeKey: text,
      iteration: orNull(number),
      status,
      at: number,
      retryCount: number,
      error: orNull(error),
      input: orNull(object),
      output: orNull(object),
    }),
  }),
  span: shape({
    span: shape({
      id: text,
      parentId: orNull(text),
      kind,
      name: text,
      nodeKey: orNull(text),
      iteration: orNull(number),
      start: number,
      duration: orNull(number),
      status,
      track: orNull(text),
      metadata: orNull(object),
    }),
  }),
  annotation: shape({
    annotation: shape({ spanId: orNull(text), time: number, label: text, type: text, metadata: orNull(object) }),
  }),
  progress: shape({ nodeKey: orNull(text), percent: number, message: text, at: number }),
  warning: shape({ code: text, example: text, count: optionalNumber }),
  execution_finished: shape({ status, at: number, error: orNull(error) }),
} as const satisfies Record<TraceEvent['type'], Check>;

const CHECKS: ReadonlyMap<JsonValue | undefined, Check> = new Map(Object.entries(EVENTS));

/** Whether a parsed value is a batch of events as a sink gets them. */
export function isEventBatch(value: unknown): value is readonly TraceEvent[] {
  return Array.isArray(value) && value.every(isTraceEvent);
}

function isTraceEvent(value: JsonValue): boolean {
  return isJsonObject(value) && CHECKS.get(own(value, 'type'))?.(value) === true;
}

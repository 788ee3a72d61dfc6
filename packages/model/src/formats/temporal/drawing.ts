/** Draws the operations of a history as nodes and spans, and everything else that happened as instants. */
import type { JsonObject } from '../../json.ts';
import { AnnotationTableBuilder, NodeTableBuilder, SpanTableBuilder } from '../../trace/builder.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import { NONE, type SpanKind, type Trace, EMPTY_EXECUTION, NO_LINKS } from '../../trace/trace.ts';
import { WarningCounter } from '../../trace/warnings.ts';
import { since, toEpochMicros, type EpochMicros } from '../../units.ts';
import type { HistoryEvent } from './events.ts';
import { closeOf, describeExecution, type HistoryInfo } from './execution.ts';
import { durationAt, eventIdAt, objectAt, present, textAt } from './fields.ts';
import { collectOperations, firstEventOf, type Operation, type TimedEvent } from './operations.ts';
import { payloadMap, payloadsValue, ROOM_OF_EXECUTION, type Room } from './payloads.ts';
import { planOf, type Plan, type PlanContext } from './plans.ts';
import { WorkflowTasks } from './workflow-tasks.ts';

/** Events that change the run as a whole, by how they are marked. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ['WorkflowExecutionSignaled', 'signal'],
  ['WorkflowExecutionCancelRequested', 'cancel'],
  ['WorkflowExecutionUpdateAdmitted', 'update'],
  ['WorkflowExecutionUpdateRejected', 'update'],
  ['WorkflowExecutionPaused', 'pause'],
  ['WorkflowExecutionUnpaused', 'pause'],
  ['WorkflowExecutionOptionsUpdated', 'info'],
  ['WorkflowExecutionTimeSkippingTransitioned', 'info'],
  ['WorkflowPropertiesModified', 'data'],
  ['WorkflowPropertiesModifiedExternally', 'data'],
  ['UpsertWorkflowSearchAttributes', 'data'],
  ['MarkerRecorded', 'marker'],
]);

/** Events that are told as the execution's own status and attributes. */
const OF_EXECUTION = /^WorkflowExecution(?:Started|Completed|Failed|TimedOut|Canceled|Terminated|ContinuedAsNew)$/;

/** Those with which not the workflow's own code ends it. */
const FROM_OUTSIDE = /(?:Terminated|TimedOut)$/;

const NO_TIMES = toEpochMicros(0);

/** An operation with its place in the tables. */
interface Drawn {
  readonly operation: Operation;
  readonly plan: Plan;
  readonly key: string;
  /** The row of its node, and of its span. */
  readonly node: number;
  readonly span: number;
  readonly status: Status;
  /** Where what is open ends; null where it stays open. */
  readonly openUntil: EpochMicros | null;
}

/** Draws one history, once. */
export class Drawing {
  readonly warnings = new WarningCounter();
  readonly #nodes = new NodeTableBuilder();
  readonly #spans: SpanTableBuilder;
  readonly #annotations = new AnnotationTableBuilder();
  readonly #events: readonly TimedEvent[];
  readonly #info: HistoryInfo;
  readonly #room: Room = { left: ROOM_OF_EXECUTION };
  readonly #base: EpochMicros;
  readonly #close: TimedEvent | null;
  readonly #tasks: WorkflowTasks;
  readonly #operations: ReturnType<typeof collectOperations>;
  readonly #context: PlanContext;
  readonly #hasTimes: boolean;
  /** The row of the span of each operation. */
  readonly #rows = new Map<number, number>();

  /** @param events in the order of their ids */
  constructor(events: readonly HistoryEvent[], info: HistoryInfo) {
    this.#hasTimes = events.some(({ time }) => time !== null);
    this.#events = this.#timed(events);
    this.#info = info;
    this.#base = this.#events[0]?.time ?? NO_TIMES;
    this.#close = closeOf(this.#events);
    this.#operations = collectOperations(this.#events);
    this.#tasks = new WorkflowTasks(this.#operations.all);
    this.#spans = new SpanTableBuilder('listed', this.#operations.all.length * 4);
    const pending = new Map(info.pendingActivities?.map((one) => [textAt(one, 'activityId') ?? '', one]));
    this.#context = {
      room: this.#room,
      observedAt: (id) => this.#tasks.observerOf(id)?.started?.time ?? null,
      taskStart: (id) => this.#tasks.completedBy(id)?.started?.time ?? null,
      failedBefore: (task) => this.#tasks.failedBefore(task),
      pending: (id) => pending.get(id) ?? null,
    };
  }

  finish(): Trace {
    const { events, start } = { events: this.#events, start: this.#hasTimes ? this.#base : null };
    const execution = describeExecution({ events, info: this.#info, room: this.#room }, start);
    this.#drawOperations();
    this.#drawStartDelay();
    for (const event of this.#operations.others) this.#mark(event);
    for (const event of this.#operations.unopened) {
      this.warnings.add('unopened_span', `event ${event.id}: ${event.type}`);
      this.#annotate(NONE, event, event.type, 'info', null);
    }
    const nodes = this.#nodes.snapshot();
    return {
      execution: { ...EMPTY_EXECUTION, ...execution },
      nodes,
      spans: this.#spans.snapshot(),
      annotations: this.#annotations.snapshot(),
      links: NO_LINKS,
      warnings: this.warnings.list(),
    };
  }

  /** Each event with a time: one that has none happened when the one before it did, as far as is known. */
  #timed(events: readonly HistoryEvent[]): TimedEvent[] {
    let last = events.find(({ time }) => time !== null)?.time ?? NO_TIMES;
    return events.map((event) => {
      if (isTimed(event)) {
        last = event.time;
        return event;
      }
      this.warnings.add('guessed_time', `event ${event.id}: ${event.type}`);
      return { ...event, time: last };
    });
  }

  #drawOperations(): void {
    const occurrences = new Map<string, number>();
    const keys = new Map<number, string>();
    const planned = this.#operations.all.map((operation): readonly [Operation, Plan] => {
      const plan = planOf(operation, this.#context);
      const base = operation.type === 'workflow_task' ? operation.type : `${operation.type}:${plan.name}`;
      const count = (occurrences.get(base) ?? 0) + 1;
      occurrences.set(base, count);
      keys.set(operation.id, count === 1 ? base : `${base}#${count}`);
      return [operation, plan];
    });
    const dependencies = this.#tasks.dependencies(this.#operations.all);
    for (const [operation, plan] of planned) {
      const dependsOn = (dependencies.get(operation.id) ?? []).map((id) => keys.get(id) ?? '');
      this.#drawOperation(operation, plan, keys.get(operation.id) ?? '', dependsOn);
    }
  }

  #drawOperation(operation: Operation, plan: Plan, key: string, dependsOn: readonly string[]): void {
    const { type, head, id } = operation;
    const { name, taskQueue, from } = plan;
    if (head === null) this.warnings.add('missing_start', `${name}, event ${id}`);
    const abandoned = plan.status === 'running' && this.#close !== null;
    if (abandoned) this.warnings.add('unclosed_span', `${name}, event ${id}, when the workflow closed`);
    const status = abandoned ? 'cancelled' : plan.status;
    const shared = { key, name, type, iteration: null, parentKey: null, dependsOn };
    const node = this.#nodes.declare(taskQueue === null ? shared : { ...shared, taskQueue });
    // What the workflow left behind when it closed by itself, it did not wait for: it holds nothing up.
    const isLeftBehind = abandoned && !FROM_OUTSIDE.test(this.#close?.type ?? '');
    const kind = type === 'workflow_task' || isLeftBehind ? 'system' : 'node';
    const start = since(this.#base, from);
    const span = this.#spans.append(kind, name, start, node, NONE);
    this.#spans.setId(span, String(id));
    this.#rows.set(id, span);
    this.#nodes.setSpan(node, span);
    this.#nodes.setStatus(node, status);
    const openUntil = abandoned ? (this.#close?.time ?? null) : null;
    const end = this.#drawSteps({ operation, plan, key, node, span, status, openUntil });
    if (end !== null) this.#spans.close(span, since(this.#base, end), status);
    if (plan.metadata !== null) this.#spans.annotateSpan(span, plan.metadata);
    if (plan.error !== null) this.#spans.annotateSpan(span, { error: plan.error });
    if (abandoned) this.#spans.annotateSpan(span, { abandoned: true, awaited: !isLeftBehind });
    for (const event of operation.marks) this.#annotate(span, event, event.type, 'info', null);
  }

  /**
   * Draws the phases of an operation one after the other. A step that would end before it starts is clamped to no length,
   * with a warning, and what was told is kept.
   * @returns where the last ends; null while it is open
   */
  #drawSteps(drawn: Drawn): EpochMicros | null {
    const { operation, plan, node, span, status, openUntil } = drawn;
    let cursor = plan.from;
    let isOpen = false;
    let number = 0;
    for (const { name, until, metadata = null, attempt } of plan.steps) {
      const end = until ?? (openUntil === null ? null : laterOf(openUntil, cursor));
      const parent = attempt === undefined ? span : this.#drawAttempt(drawn, attempt, cursor, end);
      const id = `${operation.id}.${++number}`;
      this.#drawSpan(
        { id, kind: 'phase', name, node, parent },
        cursor,
        end,
        end === null ? status : 'completed',
        metadata,
      );
      if (end === null) isOpen = true;
      else if (end > cursor) cursor = end;
    }
    return isOpen ? null : cursor;
  }

  #drawAttempt(
    { operation, plan, node, span, status }: Drawn,
    attempt: number,
    from: EpochMicros,
    to: EpochMicros | null,
  ): number {
    const told = { attempt, ...(plan.error !== null && { error: plan.error }) };
    const id = `${operation.id}.attempt`;
    const ended = isTerminal(status) ? status : 'completed';
    return this.#drawSpan(
      { id, kind: 'attempt', name: `attempt ${attempt}`, node, parent: span },
      from,
      to,
      ended,
      told,
    );
  }

  /** Adds a span; one that ends before its start gets no length, a warning, and in its metadata what was told. */
  #drawSpan(
    span: {
      readonly id: string;
      readonly kind: SpanKind;
      readonly name: string;
      readonly node: number;
      readonly parent: number;
    },
    from: EpochMicros,
    to: EpochMicros | null,
    status: Status,
    metadata: JsonObject | null,
  ): number {
    const row = this.#spans.append(span.kind, span.name, since(this.#base, from), span.node, span.parent);
    this.#spans.setId(row, span.id);
    if (metadata !== null) this.#spans.annotateSpan(row, metadata);
    if (to === null || !this.#spans.close(row, since(this.#base, to), status)) return row;
    this.warnings.add('end_before_start', `${span.name} of event ${span.id.split('.')[0]}`);
    this.#spans.annotateSpan(row, { original_duration_us: to - from });
    return row;
  }

  /** The delay that a cron schedule, a retry or the caller asked for, before the first workflow task was scheduled. */
  #drawStartDelay(): void {
    const started = this.#events.find(({ type }) => type === 'WorkflowExecutionStarted');
    const backoff = durationAt(started?.attributes ?? null, 'firstWorkflowTaskBackoff');
    if (started === undefined || backoff === null || backoff <= 0) return;
    const first = this.#operations.all.find(({ type }) => type === 'workflow_task');
    const begun = first === undefined ? null : (firstEventOf(first)?.time ?? null);
    const span = {
      id: `${started.id}.start_delay`,
      kind: 'system',
      name: 'start_delay',
      node: NONE,
      parent: NONE,
    } as const;
    this.#drawSpan(span, started.time, begun ?? this.#close?.time ?? null, 'completed', { asked_ms: backoff / 1000 });
  }

  /** An event that is part of no operation, as an instant: on the workflow task that made it, or on the run. */
  #mark(event: TimedEvent): void {
    const { type, attributes } = event;
    if (OF_EXECUTION.test(type)) return;
    const known = MARKS.get(type);
    const task = this.#tasks.completedBy(eventIdAt(attributes, 'workflowTaskCompletedEventId') ?? 0);
    const row = task === null ? NONE : (this.#rows.get(task.id) ?? NONE);
    if (known === undefined) {
      this.warnings.add('unknown_event', `event ${event.id}: ${type}`);
      return this.#annotate(row, event, type, 'unknown_event', firstFields(attributes));
    }
    this.#annotate(row, event, labelOf(event), known, this.#markMetadata(event));
  }

  #markMetadata({ type, attributes }: TimedEvent): JsonObject | null {
    const request = objectAt(objectAt(attributes, 'request'), 'input');
    const input = payloadsValue(attributes['input'] ?? request?.['args'], this.#room);
    return present({
      identity: textAt(attributes, 'identity'),
      reason: textAt(attributes, 'reason') ?? textAt(attributes, 'cause'),
      ...(input !== undefined && { input }),
      details: type === 'MarkerRecorded' ? payloadMap(attributes['details'], this.#room) : null,
      memo: payloadMap(attributes['upsertedMemo'], this.#room),
      search_attributes: payloadMap(attributes['searchAttributes'], this.#room),
    });
  }

  #annotate(row: number, event: TimedEvent, label: string, type: string, metadata: JsonObject | null): void {
    this.#annotations.add(row, since(this.#base, event.time), label, type, { event_id: event.id, ...metadata });
  }
}

function isTimed(event: HistoryEvent): event is TimedEvent {
  return event.time !== null;
}

function laterOf(a: EpochMicros, b: EpochMicros): EpochMicros {
  return a > b ? a : b;
}

/** What an instant is called. */
function labelOf({ type, attributes }: TimedEvent): string {
  const name =
    textAt(attributes, 'signalName') ??
    textAt(attributes, 'markerName') ??
    textAt(objectAt(objectAt(attributes, 'request'), 'input'), 'name');
  return name === null ? type : `${type} ${name}`;
}

/** A few plain fields of an event of which nothing else is known. */
function firstFields(attributes: JsonObject): JsonObject {
  const plain = Object.entries(attributes).filter(([, value]) => typeof value !== 'object');
  return Object.fromEntries(plain.slice(0, 16));
}

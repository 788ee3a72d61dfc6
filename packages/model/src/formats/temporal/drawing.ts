/** Draws the operations of a history as nodes and spans, and everything else that happened as instants. */
import type { JsonObject } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import { FLAG, type ExecutionInfo, type SpanKind, EMPTY_EXECUTION } from '../../trace/trace.ts';
import { since, toEpochMicros, type EpochMicros, type Micros } from '../../units.ts';
import { sampledAttempts, type AttemptReport } from './attempts.ts';
import { Clocks } from './clocks.ts';
import type { HistoryEvent } from './events.ts';
import { closeOf, describeExecution, reportedRuns, summaryOf, type HistoryInfo, type RunSummary } from './execution.ts';
import { durationAt, eventIdAt, intAt, objectAt, present, textAt } from './fields.ts';
import { collectOperations, firstEventOf, type Operation, type TimedEvent } from './operations.ts';
import { ownReports, takeOwnNotes } from './own-notes.ts';
import { payloadMap, payloadsValue } from './payloads.ts';
import { matchAttempts, type MatchedAttempts } from './matching.ts';
import { planOf, timesOf, type Plan, type PlanContext } from './plans.ts';
import type { Tried } from './steps.ts';
import type { Place, Tables } from './tables.ts';
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

/** Keys of what is nested deeper begin with event ids instead of names, so that they stay short. */
const MAX_KEY = 1000;

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
  /** Whether nobody waited for it. */
  readonly isLeftBehind: boolean;
}

/** What is known of a run that is drawn. */
export interface DrawnRun {
  /** In the order of their ids. */
  readonly events: readonly HistoryEvent[];
  readonly info: HistoryInfo;
  readonly attempts: readonly AttemptReport[];
  /** Whether nodes tell what a file of a history need not repeat. */
  readonly isDetailed: boolean;
}

/** A child workflow, and where its own run belongs. */
export interface ChildCall {
  readonly runId: string;
  /** The row of the span of its node. */
  readonly owner: number;
  readonly place: Place;
}

/** Draws one history, once. */
export class Drawing {
  /** The child workflows that have started. */
  readonly children: ChildCall[] = [];
  readonly #tables: Tables;
  #place: Place;
  readonly #run: DrawnRun;
  readonly #events: readonly TimedEvent[];
  readonly #base: EpochMicros;
  readonly #close: TimedEvent | null;
  readonly #tasks: WorkflowTasks;
  readonly #operations: ReturnType<typeof collectOperations>;
  readonly #context: PlanContext;
  readonly #hasTimes: boolean;
  /** Whether there are no nodes of its own: it did nothing but decide. */
  readonly #isFlat: boolean;
  /** The row of the span of each operation. */
  readonly #rows = new Map<number, number>();
  #lastTask: string | null;
  readonly #runId: string | null;

  constructor(run: DrawnRun, place: Place) {
    this.#tables = place.tables;
    this.#place = place;
    this.#run = run;
    this.#lastTask = place.before;
    this.#hasTimes = run.events.some(({ time }) => time !== null);
    this.#events = this.#timed(run.events);
    this.#base = place.base ?? this.#events[0]?.time ?? NO_TIMES;
    this.#close = closeOf(this.#events);
    this.#runId = reportedRuns(this.#events, run.info).runId;
    const { own, room } = this.#tables;
    const notes = own === null ? null : takeOwnNotes(this.#events, place.ids, room.decoded, own);
    this.#operations = collectOperations(
      notes === null ? this.#events : this.#events.filter(({ id }) => !notes.has(id)),
    );
    this.#isFlat = place.depth > 0 && this.#operations.all.every(({ type }) => type === 'workflow_task');
    this.#tasks = new WorkflowTasks(this.#operations.all);
    this.#context = this.#contextOf();
  }

  /** About how many spans it takes. */
  get size(): number {
    return this.#operations.all.length * 4 + this.#run.attempts.length * 3;
  }

  /** The workflow task that the next run in its place goes on from. */
  get lastTask(): string | null {
    return this.#lastTask;
  }

  /** When it began and closed, how, and what became of it. */
  get summary(): RunSummary {
    return summaryOf(this.#events, this.#close);
  }

  /** Where times count from. */
  get base(): EpochMicros {
    return this.#base;
  }

  /** Where what is still open ends; null where it stays open. */
  get until(): EpochMicros | null {
    return this.#place.until;
  }

  /** A moment within the bounds of the place. */
  within(time: EpochMicros): EpochMicros {
    const { from, until } = this.#place;
    const early = from !== null && time < from ? from : time;
    return until !== null && early > until ? until : early;
  }

  /** A moment as it counts in the tables. */
  timeOf(time: EpochMicros): Micros {
    return since(this.#base, this.within(time));
  }

  /** @param narrower a span in its place that it is drawn in, with the bounds of that */
  draw(narrower: Partial<Pick<Place, 'span' | 'from' | 'until'>> = {}): void {
    this.#place = { ...this.#place, ...narrower };
    const { warnings } = this.#tables;
    this.#drawOperations();
    this.#drawStartDelay();
    for (const event of this.#operations.others) this.#mark(event);
    for (const event of this.#operations.unopened) {
      warnings.add('unopened_span', `event ${event.id}: ${event.type}`);
      this.#annotate(this.#place.span, event, event.type, 'info', null);
    }
  }

  /** What the run tells of itself. */
  execution(): ExecutionInfo {
    const start = this.#hasTimes ? this.#base : null;
    const parts = { events: this.#events, info: this.#run.info, room: this.#tables.room };
    return { ...EMPTY_EXECUTION, ...describeExecution(parts, start) };
  }

  #contextOf(): PlanContext {
    const { info, isDetailed } = this.#run;
    const pending = new Map(info.pendingActivities?.map((one) => [textAt(one, 'activityId') ?? '', one]));
    const attempts = this.#attempts(pending);
    const clocks = new Clocks();
    for (const operation of attempts.size === 0 ? [] : this.#operations.all) {
      const reports = attempts.get(operation.id);
      if (operation.type === 'activity' && reports !== undefined) clocks.learn(reports, timesOf(operation));
    }
    for (const [identity, offset] of clocks.list())
      this.#tables.warnings.add('clock_skew', `worker ${identity.slice(0, 100)}: ${offset / 1000} ms`);
    return {
      room: this.#tables.room,
      observedAt: (id) => this.#tasks.observerOf(id)?.started?.time ?? null,
      taskStart: (id) => this.#tasks.completedBy(id)?.started?.time ?? null,
      failedBefore: (task) => this.#tasks.failedBefore(task),
      pending: (id) => pending.get(id) ?? null,
      attemptsOf: (id) => attempts.get(id) ?? [],
      tried: {
        warn: (code, example) => this.#tables.warnings.add(code, example),
        offsetOf: (report) => clocks.offsetOf(report),
      },
      isDetailed,
    };
  }

  /** What was reported, and what the server knows of what is under way where there are reports of the same activity. */
  #attempts(pending: ReadonlyMap<string, JsonObject>): MatchedAttempts['byOperation'] {
    const { own } = this.#tables;
    const { info } = this.#run;
    const run = { runId: this.#runId ?? '', workflowId: '', namespace: '' };
    const attempts = [...this.#run.attempts, ...(own === null ? [] : ownReports(own, this.#place.ids, run))];
    if (attempts.length === 0) return new Map();
    const runs = reportedRuns(this.#events, info);
    const told = new Set(attempts.map(({ activityId }) => activityId));
    const open = [...pending].filter(([id]) => told.has(id)).map(([, one]) => one);
    const all = [...attempts, ...sampledAttempts(run, open)];
    const { byOperation, unmatched, example } = matchAttempts(this.#operations.all, all, runs);
    if (unmatched > 0) this.#tables.warnings.add('unmatched_attempt', example, unmatched);
    return byOperation;
  }

  /** Each event with a time: one that has none happened when the one before it did, as far as is known. */
  #timed(events: readonly HistoryEvent[]): TimedEvent[] {
    let last = events.find(({ time }) => time !== null)?.time ?? this.#place.base ?? NO_TIMES;
    return events.map((event) => {
      if (isTimed(event)) {
        last = event.time;
        return event;
      }
      this.#tables.warnings.add('guessed_time', `event ${event.id}: ${event.type}`);
      return { ...event, time: last };
    });
  }

  /** Whether something began only after that which it is inside of had ended. */
  #isBeyond(time: EpochMicros): boolean {
    const { until } = this.#place;
    return until !== null && time > until;
  }

  #drawOperations(): void {
    const { occurrences, keys: prefix } = this.#place;
    const keys = new Map<number, string>();
    const planned = this.#operations.all.map((operation): readonly [Operation, Plan] => {
      const plan = planOf(operation, this.#context);
      const base = operation.type === 'workflow_task' ? operation.type : `${operation.type}:${plan.name}`;
      const count = (occurrences.get(base) ?? 0) + 1;
      occurrences.set(base, count);
      keys.set(operation.id, prefix + (count === 1 ? base : `${base}#${count}`));
      return [operation, plan];
    });
    const dependencies = this.#tasks.dependencies(this.#operations.all);
    let before = this.#place.before;
    let beyond = 0;
    for (const [operation, plan] of planned) {
      const dependsOn = (dependencies.get(operation.id) ?? []).map((id) => keys.get(id) ?? '');
      const key = keys.get(operation.id) ?? '';
      // The first task of a run goes on from where the run before it ended.
      if (operation.type === 'workflow_task' && before !== null) dependsOn.push(before);
      if (operation.type === 'workflow_task') before = null;
      if (this.#isBeyond(plan.from)) beyond++;
      else this.#drawOperation(operation, plan, key, dependsOn);
      if (operation.type === 'workflow_task' && !this.#isFlat) this.#lastTask = key;
    }
    if (beyond > 0)
      this.#tables.warnings.add('left_out', `what ${this.#place.keys} did after it was waited for`, beyond);
  }

  /** The row of the node of an operation: its own, or that which a run is inside of which did nothing but decide. */
  #declare(operation: Operation, { name, taskQueue }: Plan, key: string, dependsOn: readonly string[]): number {
    if (this.#isFlat) return this.#place.node;
    const { parentKey } = this.#place;
    const shared = { key, name, type: operation.type, iteration: null, parentKey, dependsOn };
    return this.#tables.nodes.declare(taskQueue === null ? shared : { ...shared, taskQueue });
  }

  #drawOperation(operation: Operation, plan: Plan, key: string, dependsOn: readonly string[]): void {
    const { nodes, spans, warnings } = this.#tables;
    const { type, head, id } = operation;
    const { name, from } = plan;
    if (head === null) warnings.add('missing_start', `${name}, event ${id}`);
    const end = this.#close?.time ?? this.#place.until;
    const abandoned = plan.status === 'running' && end !== null;
    if (abandoned) warnings.add('unclosed_span', `${name}, event ${id}, when the workflow closed`);
    const status = abandoned ? 'cancelled' : plan.status;
    const node = this.#declare(operation, plan, key, dependsOn);
    // What the workflow left behind when it closed by itself, it did not wait for: it holds nothing up.
    const isLeftBehind =
      this.#place.isLeftBehind || (abandoned && this.#close !== null && !FROM_OUTSIDE.test(this.#close.type));
    const kind = type === 'workflow_task' || isLeftBehind ? 'system' : 'node';
    const span = spans.append(kind, name, this.timeOf(from), node, this.#place.span);
    spans.setId(span, `${this.#place.ids}${id}`);
    this.#rows.set(id, span);
    if (!this.#isFlat) {
      nodes.setSpan(node, span);
      nodes.setStatus(node, status);
    }
    const openUntil = abandoned ? end : null;
    const drawn = { operation, plan, key, node, span, status, openUntil, isLeftBehind };
    const until = this.#drawSteps(drawn);
    if (until !== null) spans.close(span, this.timeOf(until), status);
    if (plan.metadata !== null) spans.annotateSpan(span, plan.metadata);
    if (plan.error !== null) spans.annotateSpan(span, { error: plan.error });
    if (abandoned) spans.annotateSpan(span, { abandoned: true, awaited: !isLeftBehind });
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
      const phase = { id: `${operation.id}.${++number}`, kind: 'phase', name, node, parent } as const;
      const row = this.#drawSpan(phase, cursor, end, end === null ? status : 'completed', metadata);
      if (name === 'execute') this.#noteExecuted(drawn, attempt ?? null, row, cursor, end);
      if (name === 'child_run') this.#call(drawn, row, cursor, end);
      if (end === null) isOpen = true;
      else if (end > cursor) cursor = end;
    }
    return isOpen ? null : cursor;
  }

  #drawAttempt(
    { operation, node, span, status }: Drawn,
    attempt: Tried,
    from: EpochMicros,
    to: EpochMicros | null,
  ): number {
    const told = { attempt: attempt.number, ...attempt.metadata };
    const id = `${operation.id}.attempt${attempt.isReported ? attempt.number : ''}`;
    const own = attempt.status === null || (attempt.status === 'running' && to !== null) ? status : attempt.status;
    const ended = isTerminal(own) ? own : 'completed';
    const opening = { id, kind: 'attempt', name: `attempt ${attempt.number}`, node, parent: span } as const;
    const row = this.#drawSpan(opening, from, to, ended, told);
    for (const beat of attempt.heartbeats) {
      if (this.#tables.heartbeats-- <= 0) break;
      this.#tables.annotations.add(row, this.timeOf(beat), 'heartbeat', 'heartbeat', null);
    }
    return row;
  }

  /** Notes where what was recorded within an attempt belongs. */
  #noteExecuted(
    { plan, node }: Drawn,
    attempt: Tried | null,
    row: number,
    from: EpochMicros,
    to: EpochMicros | null,
  ): void {
    const activityId = textAt(plan.metadata, 'activity_id');
    if (activityId === null || !this.#run.isDetailed) return;
    const offset = intAt(attempt?.metadata ?? null, 'clock_offset_us') ?? 0;
    const times = { from: this.timeOf(from), to: to === null ? null : this.timeOf(to) };
    this.#tables.executed.push({ runId: this.#runId, activityId, row, node, ...times, offset });
  }

  /** Notes where the run of a child belongs. */
  #call(
    { operation, key, node, span: owner, isLeftBehind }: Drawn,
    span: number,
    from: EpochMicros,
    until: EpochMicros | null,
  ): void {
    const { started, close } = operation;
    const run =
      objectAt(started?.attributes ?? null, 'workflowExecution') ??
      objectAt(close?.attributes ?? null, 'workflowExecution');
    const runId = textAt(run, 'runId');
    if (runId === null) return;
    const ids = `${this.#place.ids}${operation.id}:`;
    const keys = key.length < MAX_KEY ? `${key}/` : `${ids}/`;
    const depth = this.#place.depth + 1;
    const begin = this.within(from);
    const bounds = { from: begin, until: until === null ? this.#place.until : laterOf(begin, this.within(until)) };
    const shared = { tables: this.#tables, base: this.#base, before: null, occurrences: new Map() };
    this.children.push({
      runId,
      owner,
      place: { ...shared, ...bounds, ids, keys, parentKey: key, node, span, isLeftBehind, depth },
    });
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
    const { spans, warnings } = this.#tables;
    const row = spans.append(span.kind, span.name, this.timeOf(from), span.node, span.parent);
    spans.setId(row, `${this.#place.ids}${span.id}`);
    if (metadata !== null) spans.annotateSpan(row, metadata);
    if (to === null) return row;
    const isBackwards = to < from;
    // Within bounds the two can come to lie at the same moment; what was told is still that they run backwards.
    const isFlagged = spans.close(row, this.timeOf(to), status);
    if (!isBackwards) return row;
    if (!isFlagged) spans.flag(row, FLAG.negative);
    warnings.add('end_before_start', `${span.name} of event ${span.id.split('.')[0]}`);
    spans.annotateSpan(row, { original_duration_us: to - from });
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
      node: this.#place.node,
      parent: this.#place.span,
    } as const;
    const until = begun ?? this.#close?.time ?? this.#place.until;
    this.#drawSpan(span, started.time, until, 'completed', { asked_ms: backoff / 1000 });
  }

  /** An event that is part of no operation, as an instant: on the workflow task that made it, or on the run. */
  #mark(event: TimedEvent): void {
    const { type, attributes } = event;
    if (OF_EXECUTION.test(type) || this.#isBeyond(event.time)) return;
    const known = MARKS.get(type);
    const task = this.#tasks.completedBy(eventIdAt(attributes, 'workflowTaskCompletedEventId') ?? 0);
    const row = (task === null ? undefined : this.#rows.get(task.id)) ?? this.#place.span;
    if (known === undefined) {
      this.#tables.warnings.add('unknown_event', `event ${event.id}: ${type}`);
      return this.#annotate(row, event, type, 'unknown_event', firstFields(attributes));
    }
    this.#annotate(row, event, labelOf(event), known, this.#markMetadata(event));
  }

  #markMetadata({ type, attributes }: TimedEvent): JsonObject | null {
    const { room } = this.#tables;
    const request = objectAt(objectAt(attributes, 'request'), 'input');
    const input = payloadsValue(attributes['input'] ?? request?.['args'], room);
    return present({
      identity: textAt(attributes, 'identity'),
      reason: textAt(attributes, 'reason') ?? textAt(attributes, 'cause'),
      ...(input !== undefined && { input }),
      details: type === 'MarkerRecorded' ? payloadMap(attributes['details'], room) : null,
      memo: payloadMap(attributes['upsertedMemo'], room),
      search_attributes: payloadMap(attributes['searchAttributes'], room),
    });
  }

  #annotate(row: number, event: TimedEvent, label: string, type: string, metadata: JsonObject | null): void {
    this.#tables.annotations.add(row, this.timeOf(event.time), label, type, { event_id: event.id, ...metadata });
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

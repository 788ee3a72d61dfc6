/**
 * From tasks, as the logs of workflow engines have them, to a trace. The readers of those logs say what ran when; this
 * says how that is drawn, so that the same thing looks and counts alike whatever engine it comes from.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { instanceKey } from '../trace/builder.ts';
import type { SpanRecord } from '../trace/events.ts';
import { isTerminal, type Status } from '../trace/status.ts';
import type { ExecutionInfo, Trace, TraceError } from '../trace/trace.ts';
import type { WarningCode } from '../trace/warnings.ts';
import { asMicros, isoFromEpoch, since, toEpochMicros, type EpochMicros } from '../units.ts';

/** Something that a try of a task went through, with its name as `trace/phases.ts` has it where that fits. */
export interface TaskPhase {
  readonly name: string;
  readonly start: EpochMicros;
  /** Null when it had not ended. */
  readonly end: EpochMicros | null;
  readonly metadata?: JsonObject | null;
}

/** A labelled instant of a task. */
export interface TaskMark {
  readonly time: EpochMicros;
  readonly label: string;
  readonly type: string;
  readonly metadata?: JsonObject | null;
}

/** One try of a task. A moment that the source does not tell is null. */
export interface TaskAttempt {
  /** Its number, from 1, where the source does not have those before it; by default its position. */
  readonly number?: number;
  /** When it could have run: it was queued from here to its start. */
  readonly submitted?: EpochMicros | null;
  readonly started: EpochMicros | null;
  readonly ended: EpochMicros | null;
  readonly status: Status;
  /** The worker, thread or machine that ran it. */
  readonly track?: string | null;
  readonly error?: TraceError | null;
  readonly metadata?: JsonObject | null;
  /** What its time went to; by default the wait in the queue and, after one, `execute`. */
  readonly phases?: readonly TaskPhase[];
}

/** A task: a node of the graph, or one instance of it. */
export interface Task {
  /** The same in every execution of the workflow, where the source has such a name. */
  readonly key: string;
  readonly name: string;
  /** A type of its source; `group`, `foreach`, `subworkflow` and `retry` are containers also while they are empty. */
  readonly type: string;
  readonly iteration?: number | null;
  /** The container that it is in. */
  readonly parentKey?: string | null;
  readonly parentIteration?: number | null;
  readonly dependsOn?: readonly string[];
  readonly taskQueue?: string | null;
  /** In order. None when it never ran. */
  readonly attempts: readonly TaskAttempt[];
  /** By default that of the last attempt, or `pending`. */
  readonly status?: Status;
  readonly metadata?: JsonObject | null;
  readonly marks?: readonly TaskMark[];
}

/** What is known of the execution; the rest follows from its tasks. */
export type TaskExecution = Partial<ExecutionInfo> & Pick<ExecutionInfo, 'sourceFormat' | 'name'>;

function earliest(times: Iterable<EpochMicros | null | undefined>): EpochMicros | null {
  let first: EpochMicros | null = null;
  for (const time of times) if (time !== null && time !== undefined && (first === null || time < first)) first = time;
  return first;
}

/** Metadata of several sources, the later first; null when there is none. */
function merged(...parts: readonly (JsonObject | null | undefined)[]): JsonObject | null {
  const fields = parts.flatMap((part) => (part === null || part === undefined ? [] : Object.entries(part)));
  return fields.length === 0 ? null : Object.fromEntries(fields);
}

/** An error as metadata of a span. */
function errorJson(error: TraceError | null | undefined): JsonObject | null {
  return error === null || error === undefined ? null : { error: { code: error.code, message: error.message } };
}

/** The part of a JSON value that is plain enough to be kept beside a span. */
export function scalars(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject | null {
  const kept = Object.entries(fields).filter(
    (field): field is [string, JsonValue] => field[1] !== undefined && field[1] !== null && field[1] !== '',
  );
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/**
 * The container of tries that are tasks of their own in their source, in their order: from the first submission to the last
 * end, with `retry_backoff` in between. The tries themselves are added as tasks in it.
 * @param policy what the source tells of the policy: `policy`, `max_attempts`, ... (see `findRetries`)
 */
export function taskOfTries(
  key: string,
  name: string,
  tries: readonly Pick<Task, 'attempts' | 'status'>[],
  policy: JsonObject | null = null,
): Task {
  const attempts = tries.flatMap((task) => task.attempts);
  const begins = attempts.map((attempt) => startOf(attempt) ?? attempt.ended);
  const last = tries[tries.length - 1];
  const status = last === undefined ? 'pending' : (last.status ?? last.attempts.at(-1)?.status ?? 'pending');
  const ends = attempts.map(({ ended }) => ended);
  const end = ends.at(-1) ?? null;
  const phases: TaskPhase[] = [];
  for (const [i, before] of ends.entries()) {
    const next = begins[i + 1] ?? null;
    if (before !== null && next !== null && next > before)
      phases.push({ name: 'retry_backoff', start: before, end: next });
  }
  const started = earliest(begins);
  return {
    key,
    name,
    type: 'retry',
    attempts: started === null ? [] : [{ started, ended: isTerminal(status) ? (end ?? started) : end, status, phases }],
    status,
    metadata: policy === null ? null : { retry: policy },
  };
}

function startOf({ submitted, started, phases = [] }: TaskAttempt): EpochMicros | null {
  return earliest([submitted, started, ...phases.map(({ start }) => start)]);
}

/** The times of one try, from its submission on; the end is null only while it runs. */
interface Placed {
  readonly attempt: TaskAttempt;
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
  readonly status: Status;
}

/**
 * Collects the tasks of one execution. How they become spans:
 * - a task that was tried once is a span of kind `node` from its submission to its end; with a wait in the queue it holds
 *   the phases `queue_wait` and `execute`, or those that the source tells;
 * - one that was tried several times holds a span of kind `attempt` for each try, and `retry_backoff` in between;
 * - tries that are tasks of their own in the source are tasks here too, inside a container of type `retry`;
 * - a task without any time is a node without a span, counted as `missing_time` if it is said to have run.
 */
export class TaskTraceBuilder {
  readonly #info: TaskExecution;
  readonly #isRelative: boolean;
  readonly #tasks: Task[] = [];
  readonly #marks: TaskMark[] = [];
  readonly #system: TaskPhase[] = [];
  readonly #assembler = new TraceAssembler();
  /** The ids of the spans of all instances that have one. */
  readonly #spanIds = new Map<string, string>();
  readonly #instances = new Map<string, number>();

  /** @param isRelative whether the times count from a moment that nobody knows, so that they say nothing of the date */
  constructor(info: TaskExecution, { isRelative = false }: { readonly isRelative?: boolean } = {}) {
    this.#info = info;
    this.#isRelative = isRelative;
  }

  /** Takes a task; it counts as one record of the source unless `eventCount` of the execution says otherwise. */
  add(task: Task): void {
    const instance = instanceKey(task.key, task.iteration ?? null);
    const known = this.#instances.get(instance) ?? 0;
    this.#instances.set(instance, known + 1);
    if (known > 0) this.warn('duplicate_task', `task ${task.key}`);
    this.#tasks.push(known > 0 ? { ...task, key: `${task.key}#${known + 1}` } : task);
  }

  /** Adds a labelled instant of the execution itself. */
  mark(mark: TaskMark): void {
    this.#marks.push(mark);
  }

  /** Adds time of the engine itself that belongs to no task. */
  system(span: TaskPhase): void {
    this.#system.push(span);
  }

  warn(code: WarningCode, example: string, count = 1): void {
    this.#assembler.warn(code, example, count);
  }

  /** The trace of all tasks; times count from the execution's start, which is by default the first time of a task. */
  finish(): Trace {
    const origin = this.#info.startedAt ?? this.#firstTime();
    const base = origin ?? toEpochMicros(0);
    const placed = this.#tasks.map((task) => this.#place(task));
    for (const [position, task] of this.#tasks.entries()) {
      if (placed[position].length > 0)
        this.#spanIds.set(instanceKey(task.key, task.iteration ?? null), String(position + 1));
    }
    for (const [position, task] of this.#tasks.entries())
      this.#addTask(task, String(position + 1), placed[position], base);
    for (const mark of this.#marks) this.#addMark(null, mark, base);
    for (const [i, span] of this.#system.entries()) this.#addSystem(span, `s${i + 1}`, base);
    this.#assembler.describe(this.#describe(origin));
    return this.#assembler.finish();
  }

  #firstTime(): EpochMicros | null {
    return earliest(this.#tasks.map((task) => earliest(task.attempts.map(startOf))));
  }

  #describe(origin: EpochMicros | null): Partial<ExecutionInfo> {
    let last: EpochMicros | null = null;
    for (const { attempts } of this.#tasks) {
      for (const { ended } of attempts) if (ended !== null && (last === null || ended > last)) last = ended;
    }
    const status = this.#info.status ?? this.#statusOfTasks();
    return {
      eventCount: this.#tasks.length,
      ...this.#info,
      status,
      startedAt: this.#isRelative ? null : origin,
      endedAt: this.#isRelative ? null : (this.#info.endedAt ?? (isTerminal(status) ? last : null)),
    };
  }

  #statusOfTasks(): Status {
    // The tries of one task are in a container, and it is that one's status that counts.
    const retried = new Set(this.#tasks.flatMap(({ type, key }) => (type === 'retry' ? [key] : [])));
    const counted = this.#tasks.filter(({ parentKey = null }) => parentKey === null || !retried.has(parentKey));
    const statuses = new Set(counted.map(statusOfTask));
    if (statuses.has('running')) return 'running';
    for (const bad of ['failed', 'timeout', 'cancelled'] as const) if (statuses.has(bad)) return bad;
    return 'completed';
  }

  #addTask(task: Task, id: string, placed: readonly Placed[], origin: EpochMicros): void {
    const { key, name, type, iteration = null, parentKey = null, parentIteration, dependsOn = [], taskQueue } = task;
    this.#assembler.addNode({
      key,
      name,
      type,
      iteration,
      parentKey,
      ...(parentIteration !== undefined && { parentIteration }),
      dependsOn,
      ...(taskQueue !== undefined && { taskQueue }),
    });
    this.#assembler.addNodeState({ nodeKey: key, iteration, status: statusOfTask(task) });
    if (placed.length > 0) this.#addSpans(task, id, placed, origin);
    for (const mark of task.marks ?? []) this.#addMark(placed.length > 0 ? id : null, mark, origin);
  }

  /** The tries that have a time to start at, with what had to be mended of their times. */
  #place(task: Task): Placed[] {
    const placed: Placed[] = [];
    for (const attempt of task.attempts) {
      const from = startOf(attempt) ?? attempt.ended;
      if (from !== null) placed.push(this.#mend(task, attempt, from));
      else if (attempt.status !== 'skipped' && attempt.status !== 'pending')
        this.warn('missing_time', `task ${task.name}`);
    }
    for (const [i, { to, status, attempt, from }] of placed.entries()) {
      const next = placed[i + 1];
      if (to !== null || next === undefined) continue;
      this.warn('superseded_attempt', `attempt ${i + 1} of task ${task.name}`);
      const until = next.from > from ? next.from : from;
      placed[i] = { attempt, from, to: until, status: isTerminal(status) ? status : 'failed' };
    }
    return placed;
  }

  #mend(task: Task, attempt: TaskAttempt, from: EpochMicros): Placed {
    const { submitted = null, started, ended, status, phases = [] } = attempt;
    if (submitted !== null && started !== null && started < submitted)
      this.warn('negative_wait', `task ${task.name}, submitted ${isoFromEpoch(submitted)}`);
    if (ended !== null && startOf(attempt) === null) this.warn('missing_start', `task ${task.name}`);
    if (ended !== null || !isTerminal(status)) return { attempt, from, to: ended, status };
    this.warn('missing_end', `task ${task.name}`);
    let last = started ?? from;
    for (const { start, end } of phases) if ((end ?? start) > last) last = end ?? start;
    return { attempt, from, to: last, status };
  }

  /** The id of the span of the container around a task. */
  #spanAround({ parentKey = null, parentIteration, iteration = null }: Task): string | null {
    if (parentKey === null) return null;
    const own = parentIteration === undefined ? iteration : parentIteration;
    const found = this.#spanIds.get(instanceKey(parentKey, own)) ?? this.#spanIds.get(instanceKey(parentKey, null));
    return found ?? null;
  }

  #addSpans(task: Task, id: string, placed: readonly Placed[], origin: EpochMicros): void {
    const last = placed[placed.length - 1];
    const isOnly = placed.length === 1 && task.attempts.length === 1 && numberOf(placed[0], 0) === 1;
    const only = isOnly ? placed[0].attempt : null;
    const shared = { nodeKey: task.key, iteration: task.iteration ?? null, origin };
    this.#addSpan({
      ...shared,
      id,
      parentId: this.#spanAround(task),
      kind: 'node',
      name: task.name,
      from: placed[0].from,
      to: last.to,
      status: statusOfTask(task),
      track: only?.track ?? null,
      metadata: merged(task.metadata, only?.metadata, errorJson(only?.error)),
    });
    if (only !== null) return this.#addPhases(placed[0], id, shared);
    for (const [i, one] of placed.entries()) {
      this.#addAttempt(one, numberOf(one, i), id, shared);
      const next = placed[i + 1];
      if (next === undefined || one.to === null || next.from <= one.to) continue;
      this.#addPhase(
        { name: 'retry_backoff', start: one.to, end: next.from },
        `${id}.${numberOf(one, i)}b`,
        id,
        shared,
      );
    }
  }

  #addAttempt(one: Placed, number: number, parentId: string, shared: SharedFields): void {
    const { attempt, from, to, status } = one;
    const id = `${parentId}.${number}`;
    const metadata = merged({ attempt: number }, attempt.metadata, errorJson(attempt.error));
    const name = `attempt ${number}`;
    this.#addSpan({
      ...shared,
      id,
      parentId,
      kind: 'attempt',
      name,
      from,
      to,
      status,
      track: attempt.track ?? null,
      metadata,
    });
    this.#addPhases(one, id, shared);
  }

  #addPhases({ attempt, from, to }: Placed, parentId: string, shared: SharedFields): void {
    const { submitted = null, started, phases } = attempt;
    const all: TaskPhase[] = [];
    if (phases !== undefined) all.push(...phases);
    else if (submitted !== null && started === null) all.push({ name: 'queue_wait', start: from, end: to });
    else if (submitted !== null && started !== null && submitted < started) {
      all.push({ name: 'queue_wait', start: submitted, end: started });
      all.push({ name: 'execute', start: started, end: to });
    }
    for (const [i, phase] of all.entries()) this.#addPhase(phase, `${parentId}p${i + 1}`, parentId, shared);
  }

  #addPhase(phase: TaskPhase, id: string, parentId: string, shared: SharedFields): void {
    const { name, start: from, end: to, metadata = null } = phase;
    const status = to === null ? 'running' : 'completed';
    this.#addSpan({ ...shared, id, parentId, kind: 'phase', name, from, to, status, track: null, metadata });
  }

  #addSystem({ name, start: from, end: to, metadata = null }: TaskPhase, id: string, origin: EpochMicros): void {
    const status = to === null ? 'running' : 'completed';
    const shared = { nodeKey: null, iteration: null, origin };
    this.#addSpan({ ...shared, id, parentId: null, kind: 'system', name, from, to, status, track: null, metadata });
  }

  #addSpan(span: SpanFields): void {
    const { from, to, origin, metadata, ...rest } = span;
    const duration = to === null ? null : asMicros(to - from);
    const original = duration !== null && duration < 0 ? { original_duration_us: duration } : null;
    this.#assembler.addSpan({ ...rest, start: since(origin, from), duration, metadata: merged(metadata, original) });
  }

  #addMark(spanId: string | null, { time, label, type, metadata = null }: TaskMark, origin: EpochMicros): void {
    this.#assembler.addAnnotation({ spanId, time: since(origin, time), label, type, metadata });
  }
}

interface SharedFields {
  readonly nodeKey: string | null;
  readonly iteration: number | null;
  readonly origin: EpochMicros;
}

type SpanFields = Omit<SpanRecord, 'start' | 'duration'> & {
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
  readonly origin: EpochMicros;
};

/** The number of a try, from 1, given its position. */
function numberOf({ attempt }: Placed, position: number): number {
  return attempt.number ?? position + 1;
}

function statusOfTask({ status, attempts }: Task): Status {
  return status ?? attempts[attempts.length - 1]?.status ?? 'pending';
}

/** Reads executions of Kestra; `docs/formats/kestra.md` says what becomes of what. */
import type { JsonObject, JsonValue } from '../json.ts';
import { isTerminal, type Status } from '../trace/status.ts';
import type { Trace, TraceError } from '../trace/trace.ts';
import { asMicros, toMicros, type EpochMicros, type Micros } from '../units.ts';
import { TraceFileError } from './errors.ts';
import { joinIterations } from './iterations.ts';
import { fieldOf, idsOf, instantIn, jsonDocuments, objectIn, objectsIn } from './loose.ts';
import { objectsOf, plainFields, textIn, withoutNulls } from './loose.ts';
import { TaskTraceBuilder, type Task, type TaskAttempt, type TaskPhase } from './tasks.ts';

/** The states of Kestra (`io.kestra.core.models.flows.State.Type`). */
const STATUS_OF_STATE: Readonly<Record<string, Status>> = {
  CREATED: 'pending',
  SUBMITTED: 'pending',
  QUEUED: 'pending',
  RUNNING: 'running',
  PAUSED: 'running',
  RESTARTED: 'running',
  RETRYING: 'running',
  KILLING: 'running',
  BREAKPOINT: 'running',
  SUCCESS: 'completed',
  WARNING: 'completed',
  FAILED: 'failed',
  RETRIED: 'failed',
  RESUBMITTED: 'failed',
  KILLED: 'cancelled',
  CANCELLED: 'cancelled',
  SKIPPED: 'skipped',
};

/** What the time in a state is, until the next begins. Time after a final state is none of the task's. */
const PHASE_OF_STATE: Readonly<Record<string, string>> = {
  CREATED: 'queue_wait',
  SUBMITTED: 'queue_wait',
  QUEUED: 'queue_wait',
  RUNNING: 'execute',
  KILLING: 'killing',
  PAUSED: 'sleep',
  BREAKPOINT: 'sleep',
  RESTARTED: 'queue_wait',
  RETRYING: 'retry_backoff',
};

interface Moment {
  readonly state: string;
  readonly date: EpochMicros;
}

/** The state of an execution, task run or attempt, with how it came to it. */
interface History {
  readonly current: string;
  readonly status: Status;
  readonly moments: readonly Moment[];
  readonly start: EpochMicros | null;
  readonly end: EpochMicros | null;
}

function historyOf(record: JsonObject): History {
  const state = objectIn(record, 'state') ?? {};
  const moments: Moment[] = [];
  for (const entry of objectsIn(state, 'histories', 'history')) {
    const date = instantIn(entry, 'auto', 'date', 'timestamp');
    const name = textIn(entry, 'state', 'type');
    if (date !== null && name !== null) moments.push({ state: name.toUpperCase(), date });
  }
  const last = moments.at(-1);
  const current = (textIn(state, 'current') ?? textIn(record, 'state') ?? last?.state ?? 'CREATED').toUpperCase();
  const status = STATUS_OF_STATE[current] ?? 'completed';
  const start = moments[0]?.date ?? instantIn(state, 'auto', 'startDate');
  const stated = instantIn(state, 'auto', 'endDate');
  const end = isTerminal(status) ? (stated ?? (last !== undefined && last.state === current ? last.date : null)) : null;
  return { current, status, moments, start, end };
}

/** When something first ran. */
function runningFrom({ moments }: History): EpochMicros | null {
  return moments.find(({ state }) => state === 'RUNNING')?.date ?? null;
}

/** What the time of a task run that was tried once went to, state by state. */
function phasesOf({ moments, end, status }: History): TaskPhase[] {
  const phases: TaskPhase[] = [];
  for (const [i, { state, date }] of moments.entries()) {
    const name = PHASE_OF_STATE[state];
    const until = moments[i + 1]?.date ?? end;
    if (name === undefined || (until === null && isTerminal(status)) || (until !== null && until <= date)) continue;
    phases.push({ name, start: date, end: until });
  }
  return phases;
}

function errorOf({ current, status }: History, name: string): TraceError | null {
  return status === 'failed' ? { code: current, message: `${name} ended in the state ${current}` } : null;
}

/** The tries of a task run: those that are told, or the run itself. */
function attemptsOf(run: JsonObject, history: History, name: string): TaskAttempt[] {
  const told = objectsIn(run, 'attempts');
  const submitted = history.start;
  const error = errorOf(history, name);
  if (told.length < 2) {
    const track = textIn(told[0] ?? {}, 'workerId');
    const started = runningFrom(history) ?? (history.moments.length === 0 ? history.start : null);
    const phases = history.moments.length === 0 ? undefined : phasesOf(history);
    if (history.start === null && history.end === null && !isTerminal(history.status)) return [];
    return [
      {
        submitted,
        started,
        ended: history.end,
        status: history.status,
        track,
        error,
        ...(phases !== undefined && { phases }),
      },
    ];
  }
  return told.map((attempt, i) => {
    const own = historyOf(attempt);
    const isLast = i === told.length - 1;
    // The run ends when the last try has been taken note of.
    const ended = isLast && history.end !== null ? history.end : own.end;
    return {
      submitted: i === 0 ? submitted : null,
      started: own.start,
      ended,
      status: own.status,
      track: textIn(attempt, 'workerId'),
      error: errorOf(own, name),
      metadata: withoutNulls({ state: own.current }),
    };
  });
}

/** A task run with its place. */
interface TaskRun {
  readonly run: JsonObject;
  readonly id: string;
  readonly taskId: string;
  readonly parentId: string | null;
}

/** Numbers the task runs of loops: those of one task in one parent are its items, in their order. */
class Iterations {
  readonly #byId: ReadonlyMap<string, TaskRun>;
  readonly #siblings = new Map<string, number>();
  readonly #positions = new Map<string, number>();
  readonly #iterations = new Map<string, number | null>();
  /** The tasks that are called for values. */
  readonly #looped = new Set<string>();

  constructor(runs: readonly TaskRun[], byId: ReadonlyMap<string, TaskRun>) {
    this.#byId = byId;
    for (const run of runs) {
      const place = this.#placeOf(run);
      const position = this.#siblings.get(place) ?? 0;
      this.#siblings.set(place, position + 1);
      this.#positions.set(run.id, position);
      if (fieldOf(run.run, 'value', 'iteration') !== undefined) this.#looped.add(place);
    }
  }

  #placeOf({ parentId, taskId }: TaskRun): string {
    return `${parentId ?? ''} ${taskId}`;
  }

  isItem(run: TaskRun): boolean {
    const place = this.#placeOf(run);
    return this.#looped.has(place) || (this.#siblings.get(place) ?? 0) > 1;
  }

  /** The iteration of a task run, from the outermost loop inwards; null outside of loops. */
  of(run: TaskRun): number | null {
    const chain: TaskRun[] = [];
    const seen = new Set<string>();
    for (let at: TaskRun | undefined = run; at !== undefined && !seen.has(at.id); at = this.#parentOf(at)) {
      if (this.#iterations.has(at.id)) break;
      seen.add(at.id);
      chain.push(at);
    }
    for (const one of chain.reverse()) {
      const parent = this.#parentOf(one);
      const outer = parent === undefined ? null : (this.#iterations.get(parent.id) ?? null);
      const position = this.#positions.get(one.id) ?? 0;
      const sameValue =
        parent !== undefined && outer !== null && textIn(one.run, 'value') === textIn(parent.run, 'value');
      const isOwnLoop = this.isItem(one) && !(sameValue && (this.#siblings.get(this.#placeOf(one)) ?? 0) === 1);
      this.#iterations.set(one.id, isOwnLoop ? joinIterations(outer, position) : outer);
    }
    return this.#iterations.get(run.id) ?? null;
  }

  #parentOf({ parentId }: TaskRun): TaskRun | undefined {
    return parentId === null ? undefined : this.#byId.get(parentId);
  }
}

function taskRunsOf(execution: JsonObject): TaskRun[] {
  return objectsIn(execution, 'taskRunList', 'taskRuns').map((run, i) => ({
    run,
    id: textIn(run, 'id') ?? `#${i}`,
    taskId: textIn(run, 'taskId') ?? `task ${i + 1}`,
    parentId: textIn(run, 'parentTaskRunId'),
  }));
}

function tasksOf(execution: JsonObject): Task[] {
  const runs = taskRunsOf(execution);
  const byId = new Map(runs.map((run) => [run.id, run]));
  const iterations = new Iterations(runs, byId);
  const parents = new Set(runs.map(({ parentId }) => parentId));
  const loops = new Set(runs.filter((run) => iterations.isItem(run)).map(({ parentId }) => parentId));
  return runs.map((one) => {
    const { run, id, taskId, parentId } = one;
    const history = historyOf(run);
    const parent = parentId === null ? undefined : byId.get(parentId);
    const isContainer = parents.has(id);
    return {
      key: taskId,
      name: taskId,
      type: isContainer ? (loops.has(id) ? 'loop' : 'group') : 'task',
      iteration: iterations.of(one),
      ...(parent !== undefined && { parentKey: parent.taskId, parentIteration: iterations.of(parent) }),
      ...(parent === undefined && parentId !== null && { parentKey: parentId }),
      status: history.status,
      attempts: isContainer ? [containerAttempt(history)] : attemptsOf(run, history, taskId),
      metadata: withoutNulls({
        ...plainFields(run, 'id', 'value'),
        state: history.current,
        ...plainFields(objectIn(run, 'outputs') ?? {}, 'executionId'),
      }),
    };
  });
}

/** A container is what is in it; only the wait before it is its own. */
function containerAttempt(history: History): TaskAttempt {
  const { start, end, status } = history;
  return { started: start, ended: end, status, phases: phasesOf(history).filter(({ name }) => name !== 'execute') };
}

/** A number of seconds, or an ISO 8601 duration of days to seconds (`PT1M3.5S`). */
function durationOf(value: JsonValue | undefined): Micros | null {
  if (typeof value === 'number' && Number.isFinite(value)) return toMicros(value * 1e6);
  if (typeof value !== 'string') return null;
  const found = /^P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/i.exec(value.trim());
  if (found === null || value.trim().length < 3) return null;
  const [days, hours, minutes, seconds] = found.slice(1).map((part) => Number(part ?? 0));
  return toMicros((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1e6);
}

function labelsOf(execution: JsonObject): JsonObject | null {
  const listed = new Map<string, JsonValue>();
  for (const label of objectsIn(execution, 'labels'))
    listed.set(textIn(label, 'key') ?? '', textIn(label, 'value') ?? '');
  const labels: JsonObject = objectIn(execution, 'labels') ?? Object.fromEntries<JsonValue>(listed);
  const kept = plainFields(labels, ...Object.keys(labels).slice(0, 100));
  return Object.keys(kept).length === 0 ? null : kept;
}

function readExecution(execution: JsonObject): Trace {
  const history = historyOf(execution);
  const id = textIn(execution, 'id');
  const flow = textIn(execution, 'flowId');
  const namespace = textIn(execution, 'namespace');
  const { start, end, status } = history;
  const stated = durationOf(fieldOf(objectIn(execution, 'state') ?? {}, 'duration'));
  const builder = new TaskTraceBuilder({
    sourceFormat: 'kestra',
    name: id ?? flow ?? 'execution',
    workflow: flow === null ? null : namespace === null ? flow : `${namespace}.${flow}`,
    ...idsOf(id),
    status: status === 'skipped' ? 'cancelled' : status,
    ...(start !== null && { startedAt: start }),
    ...(end !== null && { endedAt: end }),
    recordedDuration: end === null ? null : (stated ?? (start === null ? null : asMicros(end - start))),
    error: errorOf(history, flow ?? 'the execution'),
    attributes: withoutNulls({
      ...plainFields(execution, 'tenantId', 'flowRevision', 'parentId', 'originalId', 'scheduleDate'),
      state: history.current,
      labels: labelsOf(execution),
      trigger: plainTrigger(execution),
    }),
  });
  for (const task of tasksOf(execution)) builder.add(task);
  return builder.finish();
}

function plainTrigger(execution: JsonObject): JsonObject | null {
  const trigger = objectIn(execution, 'trigger');
  return trigger === null ? null : plainFields(trigger, 'id', 'type');
}

/** The executions in a file: alone, in lists, pages (`results`) or wrapped. */
function executionsIn(documents: readonly JsonValue[]): JsonObject[] {
  const found: JsonObject[] = [];
  for (const object of objectsOf(documents)) {
    const inside = objectsIn(object, 'results', 'executions', 'data');
    const one = objectIn(object, 'execution', 'data') ?? object;
    for (const item of inside) if (isExecution(item)) found.push(item);
    if (inside.length === 0 && isExecution(one)) found.push(one);
  }
  return found;
}

function isExecution(object: JsonObject): boolean {
  return (
    Object.hasOwn(object, 'taskRunList') || (textIn(object, 'flowId') !== null && objectIn(object, 'state') !== null)
  );
}

/** How sure it is that a file which begins with this text holds executions of Kestra. */
export function sniffKestra(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  if (/"taskRunList"\s*:/.test(head)) return 0.8;
  const isExecutionHead = /"flowId"\s*:/.test(head) && /"histories"\s*:/.test(head) && /"state"\s*:/.test(head);
  return isExecutionHead ? 0.6 : 0;
}

/** Reads executions of Kestra. */
export function readKestra(bytes: Uint8Array): readonly Trace[] {
  const executions = executionsIn(jsonDocuments(bytes));
  if (executions.length === 0) throw new TraceFileError('malformed', 'there is no execution of Kestra in the file');
  return executions.map(readExecution);
}

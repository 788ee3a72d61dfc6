/**
 * Reads task instances of Airflow: answers of its REST API (https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html),
 * of both versions, and what its command line prints as JSON; `docs/formats/airflow.md` says what becomes of what.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { isTerminal, type Status } from '../trace/status.ts';
import type { Trace } from '../trace/trace.ts';
import { asMicros, toEpochMicros, type EpochMicros } from '../units.ts';
import { TraceFileError } from './errors.ts';
import { fieldOf, instantIn, jsonDocuments, numberIn, objectIn, objectsIn, objectsOf } from './loose.ts';
import { plainFields, textIn, textsIn, withoutNulls } from './loose.ts';
import { TaskTraceBuilder, type Task, type TaskAttempt, type TaskMark } from './tasks.ts';

/** The states of task instances and DAG runs (`airflow.utils.state`). */
const STATUS_OF_STATE: Readonly<Record<string, Status>> = {
  none: 'pending',
  scheduled: 'pending',
  queued: 'pending',
  up_for_retry: 'pending',
  up_for_reschedule: 'pending',
  running: 'running',
  restarting: 'running',
  deferred: 'running',
  success: 'completed',
  failed: 'failed',
  shutdown: 'cancelled',
  upstream_failed: 'skipped',
  skipped: 'skipped',
  removed: 'skipped',
};

function stateOf(record: JsonObject): string {
  return (textIn(record, 'state', 'task_state') ?? 'none').toLowerCase();
}

function statusOf(record: JsonObject): Status {
  return STATUS_OF_STATE[stateOf(record)] ?? (endOf(record) === null ? 'pending' : 'completed');
}

const startOf = (record: JsonObject) => instantIn(record, 'auto', 'start_date', 'startDate', 'start_time');

/** The end of a try; a duration in seconds tells it, too. */
function endOf(record: JsonObject): EpochMicros | null {
  const stated = instantIn(record, 'auto', 'end_date', 'endDate', 'end_time');
  const start = startOf(record);
  const seconds = numberIn(record, 'duration');
  if (stated !== null || start === null || seconds === null || seconds < 0) return stated;
  return toEpochMicros(start + seconds * 1e6);
}

const taskIdOf = (record: JsonObject) => textIn(record, 'task_id', 'taskId');
const dagIdOf = (record: JsonObject) => textIn(record, 'dag_id', 'dagId');
const dateOf = (record: JsonObject) => textIn(record, 'logical_date', 'execution_date', 'run_after');
const runIdOf = (record: JsonObject) => textIn(record, 'dag_run_id', 'run_id', 'dagRunId') ?? dateOf(record);

/** One run of a DAG, with what of it is in the file. */
interface DagRun {
  readonly dagId: string | null;
  readonly runId: string | null;
  run: JsonObject | null;
  readonly instances: JsonObject[];
}

/** Where records are looked for, in this order. */
const LISTS = ['task_instances', 'taskInstances', 'dag_runs', 'dagRuns', 'tasks', 'data', 'items'];

class Collector {
  readonly runs = new Map<string, DagRun>();
  /** What waits for a task, where the tasks of a DAG are in the file. */
  readonly downstream = new Map<string, readonly string[]>();

  /** Takes an object, and what is in its lists. */
  add(object: JsonObject): void {
    const run = objectIn(object, 'dag_run', 'dagRun');
    if (run !== null) this.#addRun(run);
    for (const name of LISTS) for (const item of objectsIn(object, name)) this.#addOne(item, run);
    const instance = objectIn(object, 'task_instance', 'taskInstance');
    if (instance !== null) this.#addOne(instance, run);
    this.#addOne(object, run);
  }

  #addOne(object: JsonObject, around: JsonObject | null): void {
    const taskId = taskIdOf(object);
    if (
      taskId !== null &&
      fieldOf(object, 'downstream_task_ids') !== undefined &&
      fieldOf(object, 'state') === undefined
    ) {
      this.downstream.set(taskId, textsIn(object, 'downstream_task_ids'));
    } else if (taskId !== null && (Object.hasOwn(object, 'state') || Object.hasOwn(object, 'start_date'))) {
      this.#runOf(object, around).instances.push(object);
    } else if (taskId === null && runIdOf(object) !== null && dagIdOf(object) !== null) this.#addRun(object);
  }

  #addRun(run: JsonObject): void {
    this.#runOf(run, null).run = run;
  }

  #runOf(record: JsonObject, around: JsonObject | null): DagRun {
    const dagId = dagIdOf(record) ?? (around === null ? null : dagIdOf(around));
    const runId = runIdOf(record) ?? (around === null ? null : runIdOf(around));
    const key = JSON.stringify([dagId, runId]);
    let known = this.runs.get(key);
    if (known === undefined) {
      known = { dagId, runId, run: null, instances: [] };
      this.runs.set(key, known);
    }
    return known;
  }
}

/** When a try was queued: from here on it waited for a place in its pool and a worker. */
function submittedOf(record: JsonObject): EpochMicros | null {
  const scheduled = instantIn(record, 'auto', 'scheduled_when', 'scheduled_dttm');
  const queued = instantIn(record, 'auto', 'queued_when', 'queued_dttm');
  if (scheduled === null || queued === null) return scheduled ?? queued;
  return scheduled < queued ? scheduled : queued;
}

function attemptOf(record: JsonObject): TaskAttempt {
  const status = statusOf(record);
  const state = stateOf(record);
  const started = startOf(record);
  const submitted = submittedOf(record);
  // A task that was deferred or rescheduled is queued anew after its start.
  const again = submitted !== null && started !== null && submitted > started;
  const number = Math.max(1, Math.trunc(numberIn(record, 'try_number', 'tryNumber') ?? 1));
  const failedTry = state === 'up_for_retry';
  const neverRan = status === 'skipped' && (started === null || state !== 'skipped');
  return {
    number,
    submitted: again || status === 'skipped' ? null : submitted,
    started: neverRan || (status === 'pending' && !failedTry) ? null : started,
    ended: neverRan ? null : endOf(record),
    status: failedTry ? 'failed' : status,
    track: textIn(record, 'hostname'),
    error:
      status === 'failed' || failedTry
        ? { code: state, message: `${taskIdOf(record)} ended in the state ${state}` }
        : null,
  };
}

/** The number of a mapped task's instance; the others have -1. */
function mapIndexOf(record: JsonObject): number | null {
  const index = numberIn(record, 'map_index', 'mapIndex');
  return index === null || index < 0 || !Number.isSafeInteger(index) || index > 2 ** 31 - 1 ? null : index;
}

function metadataOf(record: JsonObject): JsonObject {
  const most = numberIn(record, 'max_tries');
  // A try that never reached its worker is repeated although the policy is used up.
  const attempts = Math.max((most ?? 0) + 1, numberIn(record, 'try_number') ?? 1);
  return withoutNulls({
    state: stateOf(record),
    ...plainFields(record, 'try_number', 'pool', 'pool_slots', 'priority_weight', 'operator', 'executor', 'note'),
    ...plainFields(record, 'rendered_map_index', 'id'),
    retry: most === null ? null : { policy: most > 0 ? 'retries' : 'none', max_attempts: attempts },
  });
}

function queuedAgain(record: JsonObject): TaskMark[] {
  const [submitted, started] = [submittedOf(record), startOf(record)];
  if (submitted === null || started === null || submitted <= started) return [];
  return [{ time: submitted, label: 'queued again', type: 'info' }];
}

/** The tries of one task (and map index), by their numbers; of a number the last record counts. */
function triesOf(instances: readonly JsonObject[]): JsonObject[][] {
  const groups = new Map<string, Map<number, JsonObject>>();
  for (const record of instances) {
    const key = `${mapIndexOf(record) ?? ''} ${taskIdOf(record)}`;
    const number = numberIn(record, 'try_number', 'tryNumber') ?? 1;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, new Map([[number, record]]));
    else group.set(number, record);
  }
  return [...groups.values()].map((tries) => [...tries].sort(([a], [b]) => a - b).map(([, record]) => record));
}

/** The task groups that ids tell: `extract.load` is in the group `extract`, if it is not the only one there. */
function groupsOf(instances: readonly JsonObject[]): ReadonlySet<string> {
  const members = new Map<string, Set<string>>();
  const ids = new Set(instances.map((record) => taskIdOf(record) ?? ''));
  for (const id of ids) {
    for (let dot = id.lastIndexOf('.'); dot > 0; dot = id.lastIndexOf('.', dot - 1)) {
      const group = id.slice(0, dot);
      const known = members.get(group);
      if (known === undefined) members.set(group, new Set([id]));
      else known.add(id);
    }
  }
  return new Set([...members].filter(([group, inside]) => inside.size > 1 && !ids.has(group)).map(([group]) => group));
}

/** The nearest of some groups that an id is in. */
function groupAround(id: string, groups: ReadonlySet<string>): string | null {
  for (let dot = id.lastIndexOf('.'); dot > 0; dot = id.lastIndexOf('.', dot - 1)) {
    if (groups.has(id.slice(0, dot))) return id.slice(0, dot);
  }
  return null;
}

function nameOf(id: string, group: string | null): string {
  return group === null ? id : id.slice(group.length + 1);
}

/** A task group lasts from the first start in it to the last end; it is as its tasks are. */
function groupTask(key: string, groups: ReadonlySet<string>, instances: readonly JsonObject[]): Task {
  const around = groupAround(key, groups);
  const inside = instances.filter((record) => taskIdOf(record)?.startsWith(`${key}.`) === true);
  let started: EpochMicros | null = null;
  let ended: EpochMicros | null = null;
  for (const { submitted = null, started: from, ended: to } of inside.map(attemptOf)) {
    const first = submitted ?? from;
    if (first !== null && (started === null || first < started)) started = first;
    if (to !== null && (ended === null || to > ended)) ended = to;
  }
  const statuses = new Set(inside.map(statusOf));
  const status = GROUP_STATUSES.find((one) => statuses.has(one)) ?? 'completed';
  const attempts = started === null ? [] : [{ started, ended: isTerminal(status) ? ended : null, status }];
  return { key, name: nameOf(key, around), type: 'group', parentKey: around, attempts, status };
}

/** What a group is, by what is in it: the first of these that occurs. */
const GROUP_STATUSES: readonly Status[] = ['running', 'pending', 'failed', 'cancelled'];

function tasksOf({ instances }: DagRun, upstream: ReadonlyMap<string, readonly string[]>): Task[] {
  const groups = groupsOf(instances);
  const tasks: Task[] = [...groups].map((key) => groupTask(key, groups, instances));
  const ids = new Set(instances.map((record) => taskIdOf(record) ?? ''));
  for (const tries of triesOf(instances)) {
    const last = tries[tries.length - 1];
    const key = taskIdOf(last) ?? '';
    const group = groupAround(key, groups);
    const status = statusOf(last);
    tasks.push({
      key,
      name: textIn(last, 'task_display_name') ?? nameOf(key, group),
      type: textIn(last, 'operator', 'operator_name') ?? 'task',
      iteration: mapIndexOf(last),
      parentKey: group,
      parentIteration: null,
      dependsOn: (upstream.get(key) ?? []).filter((id) => ids.has(id)),
      taskQueue: textIn(last, 'queue'),
      attempts: tries.map(attemptOf).filter((attempt) => hasTime(attempt) || isTerminal(attempt.status)),
      status,
      metadata: metadataOf(last),
      marks: tries.flatMap(queuedAgain),
    });
  }
  return tasks;
}

/** Whether a try has left anything; one that was only planned has not. */
function hasTime({ submitted, started, ended }: TaskAttempt): boolean {
  return (submitted ?? started ?? ended) !== null;
}

/** How many tries of tasks are not in the file: the API tells the last one. */
function warnOfTries(builder: TaskTraceBuilder, tasks: readonly Task[]): void {
  for (const { name, attempts } of tasks) {
    const told = new Set(attempts.map(({ number = 1 }) => number));
    const missing = attempts.reduce((most, { number = 1 }) => Math.max(most, number), 0) - told.size;
    if (missing > 0) builder.warn('missing_attempts', `task ${name}`, missing);
  }
}

function statusOfTasks(instances: readonly JsonObject[]): Status | undefined {
  const states = new Set(instances.map(statusOf));
  if (states.has('running')) return 'running';
  if (states.has('pending')) return states.has('completed') || states.has('failed') ? 'running' : 'pending';
  return undefined;
}

function readRun(dagRun: DagRun, upstream: ReadonlyMap<string, readonly string[]>): Trace {
  const { dagId, runId, run, instances } = dagRun;
  const record = run ?? {};
  const stated = run === null ? statusOfTasks(instances) : statusOf(record);
  const status = stated === 'skipped' ? 'completed' : stated;
  const [start, end] = [startOf(record), endOf(record)];
  const builder = new TaskTraceBuilder({
    sourceFormat: 'airflow',
    name: runId ?? dagId ?? 'DAG run',
    workflow: dagId,
    externalId: runId === null ? null : dagId === null ? runId : `${dagId}/${runId}`,
    ...(status !== undefined && { status }),
    ...(start !== null && { startedAt: start }),
    ...(end !== null && (status === undefined || isTerminal(status)) && { endedAt: end }),
    recordedDuration: start === null || end === null || end < start ? null : asMicros(end - start),
    eventCount: instances.length,
    attributes: withoutNulls({
      logical_date: dateOf(run ?? instances[0] ?? {}),
      ...plainFields(
        record,
        'run_type',
        'state',
        'external_trigger',
        'data_interval_start',
        'data_interval_end',
        'note',
      ),
    }),
  });
  const tasks = tasksOf(dagRun, upstream);
  for (const task of tasks) builder.add(task);
  warnOfTries(builder, tasks);
  return builder.finish();
}

/** What each task waits for. */
function upstreamOf(downstream: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const upstream = new Map<string, string[]>();
  for (const [id, followers] of downstream) {
    for (const follower of followers) {
      const known = upstream.get(follower);
      if (known === undefined) upstream.set(follower, [id]);
      else known.push(id);
    }
  }
  return upstream;
}

/** How sure it is that a file which begins with this text holds task instances of Airflow. */
export function sniffAirflow(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  const isAirflow = /"dag_id"\s*:/.test(head) && /"(task_id|task_instances|dag_run_id)"\s*:/.test(head);
  return isAirflow && /"(start_date|try_number|state|map_index|execution_date|logical_date)"\s*:/.test(head) ? 0.8 : 0;
}

/** Reads task instances of Airflow, each run of a DAG as one execution. */
export function readAirflow(bytes: Uint8Array): readonly Trace[] {
  const documents: readonly JsonValue[] = jsonDocuments(bytes);
  const collector = new Collector();
  for (const object of objectsOf(documents)) collector.add(object);
  const runs = [...collector.runs.values()];
  if (runs.length === 0)
    throw new TraceFileError('malformed', 'there is neither a task instance nor a DAG run of Airflow in the file');
  const upstream = upstreamOf(collector.downstream);
  return runs.map((run) => readRun(run, upstream));
}

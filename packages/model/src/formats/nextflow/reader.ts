/**
 * Reads runs of Nextflow (https://www.nextflow.io): its trace file, what Seqera Platform says of a run and its tasks
 * (`workflow.json`, `workflow-load.json`, `workflow-tasks.json` of a dump, or its API), and the messages of `-with-weblog`.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import type { Trace } from '../../trace/trace.ts';
import { toEpochMicros, type EpochMicros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import type { ChunkReader, ReadOptions } from '../format.ts';
import { instantOf } from '../instants.ts';
import { durationOf, idAt, PlainNames, textAt } from '../rows/fields.ts';
import { noteEnd } from '../rows/notes.ts';
import { RowReader, type RowsEnd } from '../rows/row-reader.ts';
import { scalars, taskOfTries, TaskTraceBuilder, type Task, type TaskExecution } from '../tasks.ts';
import { groupTries, type Tries } from './retries.ts';
import { statusOf, taskOf, type NextflowTask } from './task.ts';

/** A run: what is known of it, and its tasks by their ids, of which the last record counts. */
interface Run {
  workflow: JsonObject | null;
  load: JsonObject | null;
  readonly tasks: Map<string, NextflowTask>;
  records: number;
}

type Fields = ReadonlyMap<string, JsonValue>;

function objectAt(fields: Fields, name: string): JsonObject | null {
  const value = fields.get(name);
  return isJsonObject(value) ? value : null;
}

class NextflowReader {
  readonly #options: ReadOptions;
  readonly #names = new PlainNames();
  readonly #runs = new Map<string, Run>();
  #notTasks = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  row(row: JsonObject): void {
    const around = this.#names.fieldsOf(row);
    const task = objectAt(around, 'task');
    const fields = task === null ? around : this.#names.fieldsOf(task);
    if (fields.has('event') && (fields.has('run_id') || fields.has('run_name'))) return this.#message(fields);
    const workflow = objectAt(fields, 'workflow');
    if (workflow !== null) {
      for (const name of ['workflow', 'load', 'workflow_load', 'progress']) this.field(name, fields.get(name) ?? null);
      return;
    }
    if (fields.has('run_name') && !fields.has('task_id')) return this.field('workflow', row);
    if (fields.has('peak_tasks') && !fields.has('task_id')) return this.field('load', row);
    this.#addTask(this.#runOf(''), fields);
  }

  /** A field of the object around the tasks. */
  field(name: string, value: JsonValue): void {
    if (!isJsonObject(value)) return;
    const run = this.#runOf('');
    const plain = this.#names.of(name);
    if (plain === 'workflow') run.workflow = value;
    else if (plain === 'load' || plain === 'workflow_load') run.load = value;
    else if (plain === 'progress' && isJsonObject(value['workflowProgress'])) run.load = value['workflowProgress'];
  }

  /** A message of `-with-weblog`: of the run (`started`, `completed`), or of a task (`process_completed`). */
  #message(fields: Fields): void {
    const run = this.#runOf(idAt(fields.get('run_id')) ?? idAt(fields.get('run_name')) ?? '');
    const metadata = objectAt(fields, 'metadata');
    const workflow = metadata === null ? null : metadata['workflow'];
    const stated = { runName: fields.get('run_name') ?? null, id: fields.get('run_id') ?? null };
    run.workflow = { ...stated, ...run.workflow, ...(isJsonObject(workflow) && workflow) };
    const trace = objectAt(fields, 'trace');
    if (trace !== null) this.#addTask(run, this.#names.fieldsOf(trace));
  }

  #runOf(id: string): Run {
    const known = this.#runs.get(id);
    if (known !== undefined) return known;
    const run: Run = { workflow: null, load: null, tasks: new Map(), records: 0 };
    this.#runs.set(id, run);
    return run;
  }

  #addTask(run: Run, fields: Fields): void {
    const task = taskOf(fields, run.records + 1);
    if (task === null) {
      this.#notTasks++;
      return;
    }
    run.records++;
    // Of a task that is told of several times, the one that knows its end counts.
    const key = fields.has('task_id') ? task.id : `${task.id}/${run.records}`;
    const known = run.tasks.get(key);
    if (known === undefined || known.ended === null || task.ended !== null) run.tasks.set(key, task);
  }

  finish(end: RowsEnd): readonly Trace[] {
    if (this.#runs.size === 0) throw new TraceFileError('malformed', 'the file holds no tasks and no run of Nextflow');
    return Array.from(this.#runs.values(), (run) => {
      const drawing = new RunDrawing(run, this.#options);
      noteEnd(drawing.builder, end);
      if (this.#notTasks > 0)
        drawing.builder.warn('unsupported_event', 'a record that names no process', this.#notTasks);
      return drawing.finish();
    });
  }
}

/** The file's name without folders and extensions; empty where it only says that it is a trace. */
function nameOfFile({ fileName = '' }: ReadOptions): string {
  const name = (fileName.split(/[\\/]/).at(-1) ?? '').replace(/(\.(jsonl?|ndjson|csv|tsv|txt|gz))+$/i, '');
  return /^(execution_)?trace|^workflow-(tasks|load)$|^workflow$/i.test(name)
    ? ''
    : name.replace(/\.(tasks|workflow)$/, '');
}

/** The part of the name that all processes begin with: the entry workflow. */
function entryOf(tasks: Iterable<NextflowTask>): string | null {
  let entry: string | null = null;
  for (const { process } of tasks) {
    const [first] = process.split(':', 1);
    if (!process.includes(':') || first === undefined || (entry !== null && entry !== first)) return null;
    entry = first;
  }
  return entry;
}

/** A status of a run; unlike for a task, a word that is not known tells nothing. */
function statusOfRun(workflow: JsonObject): Status | undefined {
  const word = textAt(workflow['status']);
  if (word !== null) return word.toUpperCase() === 'UNKNOWN' ? undefined : statusOf(word);
  if (typeof workflow['success'] !== 'boolean' || instantOf(workflow['complete']) === null) return undefined;
  return workflow['success'] ? 'completed' : 'failed';
}

/** Some fields of an object. */
function kept(fields: JsonObject | null, names: readonly string[]): JsonObject | null {
  return fields === null ? null : scalars(Object.fromEntries(names.map((name) => [name, fields[name]])));
}

/** Draws one run. */
class RunDrawing {
  readonly builder: TaskTraceBuilder;
  readonly #run: Run;
  readonly #tasks: readonly NextflowTask[];
  readonly #hasEnded: boolean;
  /** Where cached tasks stand, which took no time in this run. */
  readonly #begin: EpochMicros | null;
  /** How many tasks of a process there were so far, and how many there are. */
  readonly #counts = new Map<string, number>();
  readonly #totals = new Map<string, number>();

  constructor(run: Run, options: ReadOptions) {
    this.#run = run;
    this.#tasks = [...run.tasks.values()];
    const status = run.workflow === null ? undefined : statusOfRun(run.workflow);
    this.#hasEnded = status !== undefined && isTerminal(status);
    for (const { process } of this.#tasks) this.#totals.set(process, (this.#totals.get(process) ?? 0) + 1);
    const { begin, end } = extentOf(this.#tasks);
    this.#begin = begin ?? instantOf(run.workflow?.['start']) ?? extentOf(this.#tasks, true).begin;
    const info = this.#describe(options, status, begin, end);
    this.builder = new TaskTraceBuilder(info);
  }

  finish(): Trace {
    const { builder } = this;
    if (this.#tasks.length === 0) builder.warn('missing_tasks', 'only the run itself is in the file');
    this.#warnOfWindow();
    for (const task of this.#tasks) {
      if (task.zoneless !== null) builder.warn('missing_zone', `"${task.zoneless}" of task ${task.id}`);
      if (task.isStartAssumed && !task.isCached) builder.warn('assumed_start', `task ${task.fullName}`);
    }
    for (const tries of groupTries(this.#tasks)) this.#addTries(tries);
    return builder.finish();
  }

  #describe(
    options: ReadOptions,
    status: Status | undefined,
    begin: EpochMicros | null,
    end: EpochMicros | null,
  ): TaskExecution {
    const workflow = this.#run.workflow ?? {};
    const manifest = isJsonObject(workflow['manifest']) ? workflow['manifest'] : {};
    const stated = nameOfFile(options);
    const start = instantOf(workflow['start']) ?? instantOf(workflow['submit']);
    const complete = instantOf(workflow['complete']);
    const recorded = durationOf(workflow['duration'], 1000);
    return {
      sourceFormat: 'nextflow',
      name: textAt(workflow['runName']) ?? (stated || 'Nextflow run'),
      workflow:
        textAt(workflow['projectName']) ??
        textAt(manifest['name']) ??
        textAt(workflow['scriptName']) ??
        entryOf(this.#tasks),
      externalId: idAt(workflow['id']),
      status: status ?? this.#statusOfTasks(),
      // The run goes on where a task lies outside of what is stated: clocks of other machines, or another zone.
      ...(start !== null && { startedAt: begin !== null && begin < start ? begin : start }),
      ...(complete !== null && { endedAt: end !== null && end > complete ? end : complete }),
      recordedDuration: recorded === null || recorded <= 0 ? null : recorded,
      eventCount: this.#run.records,
      attributes: this.#attributes(workflow),
    };
  }

  /** Failures that Nextflow was told to ignore fail no run, nor do those that a later try made up for. */
  #statusOfTasks(): Status {
    const last = groupTries(this.#tasks).map((tries) => tries[tries.length - 1] ?? tries[0]);
    if (last.some(({ status, ended }) => !isTerminal(status) && ended === null)) return 'running';
    const bad = last.filter(({ status, errorAction }) => status !== 'completed' && errorAction !== 'IGNORE');
    if (bad.length === 0) return 'completed';
    return bad.every(({ status }) => status === 'cancelled') ? 'cancelled' : 'failed';
  }

  #attributes(workflow: JsonObject): Readonly<Record<string, JsonValue>> {
    let cpuTime = 0;
    for (const { cpuTime: own, isCached } of this.#tasks) if (!isCached) cpuTime += own ?? 0;
    const stats = isJsonObject(workflow['stats']) ? workflow['stats'] : null;
    return (
      scalars({
        revision: textAt(workflow['revision']),
        commit: textAt(workflow['commitId']),
        resumed: workflow['resume'] === true ? true : null,
        cpu_hours: cpuTime > 0 ? Math.round(cpuTime / 3.6e6) / 1000 : null,
        stats: kept(stats, ['computeTimeFmt', 'succeedCount', 'failedCount', 'cachedCount', 'ignoredCount']),
        load: kept(this.#run.load, [
          'peakTasks',
          'peakCpus',
          'peakMemory',
          'cpuEfficiency',
          'memoryEfficiency',
          'cost',
        ]),
      }) ?? {}
    );
  }

  #warnOfWindow(): void {
    const start = instantOf(this.#run.workflow?.['start']);
    const complete = instantOf(this.#run.workflow?.['complete']);
    if (start === null && complete === null) return;
    for (const { started, ended, fullName, isCached } of this.#tasks) {
      if (isCached || ended === null) continue;
      const isEarly = start !== null && started !== null && started < start;
      const isLate = complete !== null && ended > complete;
      if (isEarly || isLate) this.builder.warn('outside_execution', `task ${fullName}`);
    }
  }

  #addTries(tries: Tries): void {
    const nodes = tries.map((task, i) => this.#nodeOf(task, tries[i + 1] ?? null));
    if (nodes.length > 1) {
      const [{ fullName, process, tag }] = tries;
      const number = this.#countUp(`${fullName} retries`);
      const key = `${fullName} retries${number === 0 ? '' : ` ${number + 1}`}`;
      this.builder.add(taskOfTries(key, nameOf(process, tag), nodes));
      for (const node of nodes) this.builder.add({ ...node, parentKey: key, parentIteration: null });
    } else for (const node of nodes) this.builder.add(node);
  }

  #countUp(key: string): number {
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count;
  }

  #nodeOf(task: NextflowTask, next: NextflowTask | null): Task {
    const { process, tag, queue, metadata } = task;
    const iteration = this.#countUp(process);
    return {
      key: process,
      name: nameOf(process, tag),
      type: 'process',
      iteration: (this.#totals.get(process) ?? 0) > 1 ? iteration : null,
      ...(queue !== null && { taskQueue: queue }),
      ...(task.isCached ? this.#cached(task) : this.#tried(task, next)),
      ...(metadata !== null && !task.isCached && { metadata }),
    };
  }

  /** A task whose result was there already: what the file tells of its times is of an earlier run. */
  #cached({ metadata, submitted, started, ended }: NextflowTask): Pick<Task, 'attempts' | 'metadata' | 'marks'> {
    const at = this.#begin ?? started ?? submitted ?? toEpochMicros(0);
    const original = scalars({
      submitted_ms: submitted === null ? null : submitted / 1000,
      ended_ms: ended === null ? null : ended / 1000,
    });
    return {
      attempts: [{ started: at, ended: at, status: 'completed' }],
      metadata: { ...metadata, cached: true, ...(original !== null && { original_times: original }) },
      marks: [{ time: at, label: 'cached', type: 'cache' }],
    };
  }

  #tried(task: NextflowTask, next: NextflowTask | null): Pick<Task, 'attempts' | 'status'> {
    const { submitted, started, ended, status, track, exit, fullName } = task;
    const error =
      status === 'failed'
        ? { code: exit === null ? 'failed' : `exit_${exit}`, message: `exit code ${exit ?? 'unknown'}` }
        : null;
    // It is said to run and cannot: another try of it has begun, or the run has ended. Nobody knows how long it did.
    if (ended === null && started !== null && (next !== null || (this.#hasEnded && !isTerminal(status)))) {
      const code = next === null ? 'missing_end' : 'superseded_attempt';
      this.builder.warn(code, `task ${fullName} of status ${status}`);
      return {
        attempts: [{ started, ended: started, status: 'failed', track, metadata: { original_status: status } }],
      };
    }
    const hasBegun = started !== null || ended !== null;
    if (!hasBegun && isTerminal(status) && submitted !== null) {
      return { attempts: [{ submitted, started: null, ended: submitted, status, track, error }] };
    }
    if (!hasBegun && status === 'pending' && this.#hasEnded) return { attempts: [], status: 'skipped' };
    const isRunning = ended === null && !isTerminal(status);
    return { attempts: [{ submitted, started, ended, status: isRunning ? 'running' : status, track, error }] };
  }
}

/** A short name: the last part of the process, and the tag. */
function nameOf(process: string, tag: string | null): string {
  const last = process.slice(process.lastIndexOf(':') + 1) || process;
  return tag === null ? last : `${last} (${tag})`;
}

/** The first and the last moment of the tasks that ran in this run; with `cached`, of all. */
function extentOf(tasks: readonly NextflowTask[], cached = false) {
  let begin: EpochMicros | null = null;
  let end: EpochMicros | null = null;
  for (const { submitted, started, ended, isCached } of tasks) {
    if (isCached && !cached) continue;
    const from = submitted ?? started ?? ended;
    const to = ended ?? started ?? submitted;
    if (from !== null && (begin === null || from < begin)) begin = from;
    if (to !== null && (end === null || to > end)) end = to;
  }
  return { begin, end };
}

/** Reads a run of Nextflow piece by piece. */
export function openNextflow(options: ReadOptions): ChunkReader {
  const reader = new NextflowReader(options);
  return new RowReader(
    {
      row: (row) => reader.row(row),
      field: (key, value) => reader.field(key, value),
      finish: (end) => reader.finish(end),
    },
    ['tasks'],
  );
}

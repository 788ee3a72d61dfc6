/**
 * Reads tables of tasks of the Workflow Trace Archive (https://wta.atlarge-research.com, version 1.0 of its format), as JSON
 * Lines, an array, or text with delimiters. Each workflow in the file is an execution.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Trace } from '../trace/trace.ts';
import { after, asMicros, microsFromMs, toEpochMicros, type EpochMicros, type Micros } from '../units.ts';
import { TraceFileError } from './errors.ts';
import type { ChunkReader, ReadOptions } from './format.ts';
import { isJsonArray } from './json-reader.ts';
import { idAt, idsAt, numberAt, PlainNames, textAt } from './rows/fields.ts';
import { earliestStarts } from './rows/placing.ts';
import { noteEnd } from './rows/notes.ts';
import { RowReader, type RowsEnd } from './rows/row-reader.ts';
import { scalars, TaskTraceBuilder, type Task, type TaskPhase } from './tasks.ts';

/** How sure it is that a file which begins with this text is a table of tasks, or of workflows, of the archive. */
export function sniffWta(head: string): number {
  if (/^[{[]/.test(head)) return /"ts_?[sS]ubmit"\s*:/.test(head) ? 0.7 : 0;
  const [first = ''] = head.split('\n', 1);
  return /\bts_submit\b/.test(first) && /\b(workflow_id|runtime|wait_time|critical_path)/.test(first) ? 0.7 : 0;
}

/** Milliseconds since 1970 of 2001 and 2100: times between them are taken for dates. */
const FIRST_DATE = 1e12;
const LAST_DATE = 4_102_444_800_000;

interface WtaTask {
  readonly id: string;
  readonly name: string | null;
  readonly type: string;
  readonly submitted: EpochMicros | null;
  /** Null where it is not known: -1 in the file. */
  readonly wait: Micros | null;
  readonly runtime: Micros | null;
  readonly track: string | null;
  readonly parents: readonly string[] | null;
  readonly children: readonly string[];
  readonly metadata: JsonObject | null;
}

/** What is kept beside a task. */
const KEPT = [
  'submission_site',
  'resource_type',
  'resource_amount_requested',
  'memory_requested',
  'disk_space_requested',
  'network_io_time',
  'disk_io_time',
  'energy_consumption',
  'user_id',
  'group_id',
  'nfrs',
  'params',
];

/** Milliseconds as a length; null for what is none, of which -1 says that it is not known. */
function lengthOf(value: JsonValue | undefined): Micros | null {
  const ms = numberAt(value);
  return ms === null || ms < 0 || ms > 1e14 ? null : microsFromMs(ms);
}

function momentOf(value: JsonValue | undefined): EpochMicros | null {
  const ms = numberAt(value);
  return ms === null || Math.abs(ms) > 8.64e15 ? null : toEpochMicros(ms * 1000);
}

class WtaReader {
  readonly #options: ReadOptions;
  readonly #names = new PlainNames();
  readonly #workflows = new Map<string, WtaTask[]>();
  /** What a table of workflows says of each. */
  readonly #published = new Map<string, JsonObject>();

  #withoutId = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  row(row: JsonObject): void {
    const fields = this.#names.fieldsOf(row);
    const id = idAt(fields.get('id') ?? fields.get('task_id'));
    if (id === null) {
      this.#withoutId++;
      return;
    }
    // A table of workflows has no run time, and counts the tasks.
    if (!fields.has('runtime') && (fields.has('task_count') || fields.has('critical_path_length'))) {
      this.#published.set(id, scalars(Object.fromEntries(fields)) ?? {});
      return;
    }
    const workflow = idAt(fields.get('workflow_id')) ?? '';
    const tasks = this.#workflows.get(workflow);
    const task = this.#taskOf(id, fields);
    if (tasks === undefined) this.#workflows.set(workflow, [task]);
    else tasks.push(task);
  }

  field(key: string, value: JsonValue): void {
    if (!isJsonArray(value) || this.#names.of(key) !== 'workflows') return;
    for (const one of value) if (isJsonObject(one)) this.row(one);
  }

  #taskOf(id: string, fields: ReadonlyMap<string, JsonValue>): WtaTask {
    const [track] = idsAt(fields.get('resource_used'));
    return {
      id,
      name: textAt(fields.get('name')),
      type: textAt(fields.get('type'))?.toLowerCase() ?? 'task',
      submitted: momentOf(fields.get('ts_submit')),
      wait: lengthOf(fields.get('wait_time')),
      runtime: lengthOf(fields.get('runtime')),
      track: track ?? null,
      parents: fields.has('parents') ? idsAt(fields.get('parents')).filter((one) => one !== '-1') : null,
      children: fields.has('parents') ? [] : idsAt(fields.get('children')),
      metadata: scalars(Object.fromEntries(KEPT.map((name) => [name, fields.get(name)]))),
    };
  }

  finish(end: RowsEnd): readonly Trace[] {
    if (this.#workflows.size === 0) {
      const what =
        this.#published.size > 0
          ? `this is the table of ${this.#published.size} workflows of a trace, which holds no tasks; read its table of tasks`
          : 'the file holds no task with an id';
      throw new TraceFileError('malformed', what);
    }
    return Array.from(this.#workflows, ([id, tasks]) => this.#traceOf(id, tasks, end));
  }

  #traceOf(workflow: string, tasks: readonly WtaTask[], end: RowsEnd): Trace {
    const base = tasks.find(({ submitted }) => submitted !== null)?.submitted ?? 0;
    const published = this.#published.get(workflow);
    const builder = new TaskTraceBuilder(
      {
        sourceFormat: 'wta',
        name: workflow === '' ? traceName(this.#options) : `workflow ${workflow}`,
        workflow: traceName(this.#options),
        externalId: workflow || null,
        status: 'completed',
        ...(published !== undefined && { attributes: { published } }),
      },
      { isRelative: base < FIRST_DATE * 1000 || base > LAST_DATE * 1000 },
    );
    noteEnd(builder, end);
    if (this.#withoutId > 0) builder.warn('unsupported_event', 'a task without an id', this.#withoutId);
    addTasks(builder, tasks);
    return builder.finish();
  }
}

/** What the file is called, where that says more than that it is a table of tasks. */
function traceName({ fileName = '' }: ReadOptions): string {
  const name = (fileName.split(/[\\/]/).at(-1) ?? '').replace(/(\.(jsonl?|ndjson|csv|tsv|txt|gz|parquet))+$/i, '');
  return /^(tasks?|part\W?\d+|)$/i.test(name) ? 'WTA trace' : name;
}

/** What each task waits for, as it says itself; where the table has no parents, as those say that come before it. */
function parentsOf(tasks: readonly WtaTask[]): readonly (readonly string[])[] {
  const byChild = new Map<string, string[]>();
  for (const { id, children } of tasks) {
    for (const child of children) {
      const known = byChild.get(child);
      if (known === undefined) byChild.set(child, [id]);
      else known.push(id);
    }
  }
  return tasks.map(({ id, parents }) => parents ?? byChild.get(id) ?? []);
}

function addTasks(builder: TaskTraceBuilder, tasks: readonly WtaTask[]): void {
  const parents = parentsOf(tasks);
  const first = tasks.reduce<EpochMicros | null>(
    (least, { submitted }) => (submitted !== null && (least === null || submitted < least) ? submitted : least),
    null,
  );
  const starts = earliestStarts(
    tasks.map(({ id, submitted, wait, runtime }, i) => ({
      key: id,
      dependsOn: parents[i],
      started: submitted === null || wait === null ? null : after(submitted, wait),
      notBefore: submitted,
      runtime: runtime ?? asMicros(0),
    })),
    first ?? toEpochMicros(0),
  );
  for (const [i, task] of tasks.entries()) builder.add(taskOf(builder, task, starts[i], parents[i]));
}

/** What a task without a known start did before it: it waited for what it depends on, and for no worker. */
function assumedPhases(submitted: EpochMicros | null, started: EpochMicros, ended: EpochMicros | null): TaskPhase[] {
  if (submitted === null || submitted >= started) return [];
  return [
    { name: 'queue_wait', start: submitted, end: started, metadata: { cause: 'dependency' } },
    { name: 'execute', start: started, end: ended },
  ];
}

function taskOf(builder: TaskTraceBuilder, task: WtaTask, started: EpochMicros, dependsOn: readonly string[]): Task {
  const { id, name, type, submitted, wait, runtime, track, metadata } = task;
  const isAssumed = submitted === null || wait === null;
  if (isAssumed) builder.warn('assumed_start', `task ${id} has no wait_time`);
  const ended = runtime === null ? null : after(started, runtime);
  return {
    key: id,
    name: name ?? id,
    type,
    dependsOn,
    attempts: [
      {
        submitted,
        started,
        ended,
        status: 'completed',
        track,
        ...(isAssumed && { phases: assumedPhases(submitted, started, ended) }),
      },
    ],
    metadata,
  };
}

/** Reads a table of tasks piece by piece. */
export function openWta(options: ReadOptions): ChunkReader {
  const reader = new WtaReader(options);
  return new RowReader(
    {
      row: (row) => reader.row(row),
      field: (key, value) => reader.field(key, value),
      finish: (end) => reader.finish(end),
    },
    ['tasks'],
  );
}

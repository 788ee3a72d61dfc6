/**
 * Reads lists of tasks that people and scripts write: CSV, TSV, JSON Lines or JSON, with columns called by any of the names
 * in `columns.ts`.
 */
import type { JsonObject, JsonValue } from '../../json.ts';
import { isTerminal } from '../../trace/status.ts';
import type { Trace } from '../../trace/trace.ts';
import { after, asMicros, toEpochMicros, type EpochMicros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import type { ChunkReader, ReadOptions } from '../format.ts';
import { isJsonArray } from '../json-reader.ts';
import { idsAt, PlainNames, textAt } from '../rows/fields.ts';
import { noteEnd } from '../rows/notes.ts';
import { earliestStarts } from '../rows/placing.ts';
import { RowReader, type RowsEnd } from '../rows/row-reader.ts';
import { scalars, TaskTraceBuilder, type Task, type TaskAttempt } from '../tasks.ts';
import { COLUMN_NAMES, type Column } from './columns.ts';
import { rowOf, type TaskRow } from './row.ts';

/** 2001 and 2100 in microseconds: times between them are dates, others count from a moment that nobody knows. */
const FIRST_DATE = 978_307_200_000_000;
const LAST_DATE = 4_102_444_800_000_000;

/** The fields of an object around the records that may hold them. */
const LISTS = ['tasks', 'steps', 'jobs', 'nodes', 'spans', 'rows', 'records', 'items', 'data', 'results'];

/** Counts, with the first case in words. */
interface Note {
  count: number;
  example: string;
}

function note(into: Note, example: string): void {
  if (into.count++ === 0) into.example = example;
}

class TaskListReader {
  readonly #options: ReadOptions;
  readonly #names = new PlainNames();
  readonly #columns = new Map<string, Column | null>();
  readonly #executions = new Map<string, TaskRow[]>();
  readonly #around: Record<string, JsonValue> = {};
  readonly #unreadable: Note = { count: 0, example: '' };
  readonly #zoneless: Note = { count: 0, example: '' };
  readonly #nameless: Note = { count: 0, example: '' };
  #hasTimes = false;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  row(row: JsonObject, line: number): void {
    const read = rowOf(row, line, this.#names, this.#columns, {
      unreadable: (what) => note(this.#unreadable, what),
      zoneless: (what) => note(this.#zoneless, what),
    });
    if (read === null) return note(this.#nameless, `line ${line} has neither name nor id`);
    if (read.started !== null || read.ended !== null || read.runtime !== null) this.#hasTimes = true;
    const known = this.#executions.get(read.execution);
    if (known === undefined) this.#executions.set(read.execution, [read]);
    else known.push(read);
  }

  field(key: string, value: JsonValue): void {
    if (typeof value !== 'object' && Object.keys(this.#around).length < 100) this.#around[this.#names.of(key)] = value;
  }

  finish(end: RowsEnd): readonly Trace[] {
    this.#check();
    let isFirst = true;
    return Array.from(this.#executions, ([id, rows]) => {
      const builder = this.#builderOf(id, rows);
      // What was mended of the file stands with its first execution.
      if (isFirst) this.#warn(builder, end);
      isFirst = false;
      new ExecutionDrawing(builder, rows).draw();
      return builder.finish();
    });
  }

  #check(): void {
    const columns = [...this.#columns].flatMap(([name, column]) =>
      column === null ? [] : [`${name} (${column.role})`],
    );
    const found = columns.length === 0 ? 'no column has a name that is known' : `known columns: ${columns.join(', ')}`;
    if (this.#executions.size === 0) {
      const why = this.#nameless.count > 0 ? this.#nameless.example : 'the list holds no tasks';
      throw new TraceFileError('malformed', `${why}; ${found.slice(0, 500)}`);
    }
    if (this.#hasTimes) return;
    const why =
      this.#unreadable.count > 0
        ? `no time can be read: ${this.#unreadable.example}`
        : `no column tells when tasks ran, such as ${COLUMN_NAMES.start.split(' ', 3).join(', ')} or duration; ${found}`;
    throw new TraceFileError('malformed', why.slice(0, 500));
  }

  #warn(builder: TaskTraceBuilder, end: RowsEnd): void {
    noteEnd(builder, end);
    const { count, example } = this.#unreadable;
    if (count > 0) builder.warn('unreadable_value', example, count);
    if (this.#zoneless.count > 0) builder.warn('missing_zone', this.#zoneless.example, this.#zoneless.count);
    if (this.#nameless.count > 0) builder.warn('unsupported_event', this.#nameless.example, this.#nameless.count);
  }

  #builderOf(id: string, rows: readonly TaskRow[]): TaskTraceBuilder {
    const file = nameOfFile(this.#options);
    const workflow = rows.find((row) => row.workflow !== null)?.workflow ?? textAt(this.#around['workflow']) ?? file;
    const first = rows.find((row) => row.started !== null || row.ended !== null);
    const moment = first?.started ?? first?.ended ?? 0;
    return new TaskTraceBuilder(
      {
        sourceFormat: 'tasks',
        name: id || textAt(this.#around['name']) || file || 'task list',
        workflow: workflow === '' ? null : workflow,
        externalId: id || null,
        eventCount: rows.length,
        attributes: scalars(this.#around) ?? {},
      },
      { isRelative: moment < FIRST_DATE || moment > LAST_DATE },
    );
  }
}

function nameOfFile({ fileName = '' }: ReadOptions): string {
  return (fileName.split(/[\\/]/).at(-1) ?? '').replace(/(\.(jsonl?|ndjson|csv|tsv|txt|log|gz))+$/i, '');
}

/** The tries of one task, in the order of their numbers. */
interface ListedTask {
  readonly rows: TaskRow[];
  key: string;
  iteration: number | null;
}

/** Puts the rows of one execution together to tasks. */
class ExecutionDrawing {
  readonly #builder: TaskTraceBuilder;
  readonly #tasks: ListedTask[] = [];
  readonly #byReference = new Map<string, ListedTask>();

  constructor(builder: TaskTraceBuilder, rows: readonly TaskRow[]) {
    this.#builder = builder;
    const byKey = new Map<string, ListedTask>();
    for (const row of rows) {
      const identity = JSON.stringify([row.id ?? row.name, row.iteration]);
      const known = byKey.get(identity);
      // A row of the same task with a number of its try is another try; without one it is another task.
      if (known !== undefined && row.attempt !== null) {
        known.rows.push(row);
        continue;
      }
      const task: ListedTask = { rows: [row], key: row.name, iteration: row.iteration };
      this.#tasks.push(task);
      byKey.set(identity, task);
    }
    this.#nameTasks();
  }

  /**
   * A task is known by its name, which is the same in every run. Where several are called the same they have iterations, or,
   * where others refer to them one by one, go by their ids.
   */
  #nameTasks(): void {
    const refers = this.#tasks.some(({ rows }) =>
      rows.some((row) => row.dependsOn !== undefined || row.parent !== null),
    );
    const counts = new Map<string, number>();
    for (const { key } of this.#tasks) counts.set(key, (counts.get(key) ?? 0) + 1);
    const next = new Map<string, number>();
    for (const task of this.#tasks) {
      const [first] = task.rows;
      if (first === undefined) continue;
      const isShared = (counts.get(first.name) ?? 0) > 1;
      if (isShared && refers && first.id !== null) task.key = first.id;
      else if (isShared && first.iteration === null) {
        task.iteration = next.get(first.name) ?? 0;
        next.set(first.name, task.iteration + 1);
      }
      for (const reference of [first.id, first.name])
        if (reference !== null && !this.#byReference.has(reference)) this.#byReference.set(reference, task);
    }
  }

  draw(): void {
    const dependencies = this.#tasks.map(({ rows }) => rows.flatMap((row) => this.#references(row.dependsOn)));
    const starts = this.#placed(dependencies);
    this.#addGroups();
    for (const [i, task] of this.#tasks.entries()) this.#add(task, dependencies[i] ?? [], starts?.[i] ?? null);
  }

  /** Where tasks stand that have a length and no time at all; null when there are none. */
  #placed(dependencies: readonly (readonly string[])[]): readonly EpochMicros[] | null {
    const runtimes = this.#tasks.map(({ rows }) => rows[0]?.runtime ?? null);
    if (runtimes.every((runtime) => runtime === null)) return null;
    const firsts = this.#tasks.flatMap(({ rows }) =>
      rows.flatMap(({ started }) => (started === null ? [] : [started])),
    );
    const origin = firsts.reduce<EpochMicros | null>(
      (least, one) => (least === null || one < least ? one : least),
      null,
    );
    return earliestStarts(
      this.#tasks.map(({ key, rows: [first] }, i) => ({
        key,
        dependsOn: dependencies[i] ?? [],
        started: first?.started ?? null,
        notBefore: first?.submitted ?? null,
        runtime: lengthOf(first),
      })),
      origin ?? toEpochMicros(0),
    );
  }

  /** Groups that are named by what is in them and are no tasks of the list: from the first start to the last end in them. */
  #addGroups(): void {
    const groups = new Map<string, { from: EpochMicros | null; to: EpochMicros | null }>();
    for (const { rows } of this.#tasks) {
      for (const { parent, started, submitted, ended } of rows) {
        if (parent === null || this.#byReference.has(parent)) continue;
        const known = groups.get(parent) ?? { from: null, to: null };
        const from = submitted ?? started ?? ended;
        if (from !== null && (known.from === null || from < known.from)) known.from = from;
        if (ended !== null && (known.to === null || ended > known.to)) known.to = ended;
        groups.set(parent, known);
      }
    }
    for (const [key, { from, to }] of groups) {
      const attempts = from === null ? [] : [{ started: from, ended: to ?? from, status: 'completed' as const }];
      this.#builder.add({ key, name: key, type: 'group', attempts });
    }
  }

  #add(task: ListedTask, dependsOn: readonly string[], placed: EpochMicros | null): void {
    const rows = task.rows.toSorted((a, b) => (a.attempt ?? 1) - (b.attempt ?? 1));
    const [first] = rows;
    if (first === undefined) return;
    const around = first.parent === null ? undefined : this.#byReference.get(first.parent);
    const parentKey = first.parent === null || around === task ? null : (around?.key ?? first.parent);
    const attempts = rows.map((row) => this.#attemptOf(row, placed));
    const added: Task = {
      key: task.key,
      name: first.name,
      type: first.type?.toLowerCase() ?? 'task',
      iteration: task.iteration,
      dependsOn: [...new Set(dependsOn)].filter((key) => key !== task.key),
      attempts,
      parentKey,
      ...(parentKey !== null && { parentIteration: around?.iteration ?? null }),
      ...(first.queue !== null && { taskQueue: first.queue }),
      metadata: scalars({ ...first.metadata, ...(first.id !== null && first.id !== task.key && { id: first.id }) }),
    };
    this.#builder.add(added);
  }

  #attemptOf(row: TaskRow, placed: EpochMicros | null): TaskAttempt {
    const { submitted, ended, status, worker, error, runtime } = row;
    const isPlaced = runtime !== null && placed !== null;
    if (isPlaced) this.#builder.warn('assumed_start', `task ${row.name}`);
    const started = isPlaced ? placed : row.started;
    return {
      submitted,
      started,
      ended: isPlaced ? after(placed, runtime) : ended,
      status,
      track: worker,
      error: isTerminal(status) && status !== 'completed' && error !== null ? { code: status, message: error } : null,
    };
  }

  /** The keys of the tasks that a cell names: in a list, or in text divided by whatever makes names of tasks of it. */
  #references(value: JsonValue | undefined): readonly string[] {
    if (value === undefined) return [];
    if (isJsonArray(value) || typeof value === 'object') return idsAt(value).map((one) => this.#keyOf(one));
    const whole = textAt(value);
    if (whole === null) return [];
    if (this.#byReference.has(whole)) return [this.#keyOf(whole)];
    const divided = [/[;|]+/, /,+/, /[\s,;|]+/].map((divider) => idsAt(whole, divider));
    const known = divided.find((ids) => ids.length > 0 && ids.every((id) => this.#byReference.has(id)));
    return (known ?? divided.find((ids) => ids.length > 1) ?? [whole]).map((one) => this.#keyOf(one));
  }

  #keyOf(reference: string): string {
    return this.#byReference.get(reference)?.key ?? reference;
  }
}

function lengthOf(row: TaskRow | undefined) {
  if (row?.started !== null && row?.started !== undefined && row.ended !== null)
    return asMicros(Math.max(0, row.ended - row.started));
  return row?.runtime ?? asMicros(0);
}

/** Reads a list of tasks piece by piece. */
export function openTaskList(options: ReadOptions): ChunkReader {
  const reader = new TaskListReader(options);
  return new RowReader(
    {
      row: (row, line) => reader.row(row, line),
      field: (key, value) => reader.field(key, value),
      finish: (end) => reader.finish(end),
    },
    LISTS,
  );
}

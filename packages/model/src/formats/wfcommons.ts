/**
 * Reads instances of WfCommons (https://wfcommons.org/format) in WfFormat 1.0 to 1.5: what tasks a workflow had, how long each
 * ran, and what it depended on. Up to 1.4 all of a task is in one place; 1.5 divides it into specification and execution.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Trace } from '../trace/trace.ts';
import { after, asMicros, toEpochMicros, type EpochMicros, type Micros } from '../units.ts';
import { TraceFileError } from './errors.ts';
import type { ReadOptions } from './format.ts';
import { instantOf } from './instants.ts';
import { isJsonArray } from './json-reader.ts';
import { parseExactJson } from './json-items.ts';
import { durationOf, idAt, idsAt, numberAt, textAt } from './rows/fields.ts';
import { earliestStarts } from './rows/placing.ts';
import { scalars, TaskTraceBuilder } from './tasks.ts';
import { textOf } from './web.ts';

/** How sure it is that a file which begins with this text is an instance of WfCommons. */
export function sniffWfCommons(head: string): number {
  if (!head.startsWith('{')) return 0;
  if (/"schemaVersion"\s*:/.test(head) && /"workflow"\s*:\s*\{|wfcommons/i.test(head)) return 0.7;
  if (/"workflow"\s*:\s*\{\s*"(specification|executedAt|makespan|makespanInSeconds)"\s*:/.test(head)) return 0.6;
  return /"(createdAt|wms)"\s*:/.test(head) && /"workflow"\s*:\s*\{/.test(head) ? 0.5 : 0;
}

interface WfTask {
  readonly id: string;
  readonly name: string;
  readonly fields: JsonObject;
  readonly parents: readonly string[];
  readonly children: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly runtime: Micros | null;
  readonly started: EpochMicros | null;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function objectsOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** The first of some fields that is there. */
function firstOf(fields: JsonObject, ...names: readonly string[]): JsonValue | undefined {
  for (const name of names) if (Object.hasOwn(fields, name) && fields[name] !== null) return fields[name];
  return undefined;
}

/** A date with the month first and two digits for the year, as the Pegasus parser of WfCommons writes it: `05-10-23T16:23:32Z`. */
const AMERICAN = /^(\d\d)-(\d\d)-(\d\d)(T.*)$/;

function momentOf(value: JsonValue | undefined): EpochMicros | null {
  const found = typeof value === 'string' ? AMERICAN.exec(value.trim()) : null;
  return instantOf(found === null ? value : `20${found[3]}-${found[1]}-${found[2]}${found[4]}`);
}

function namesOf(value: JsonValue | undefined): readonly string[] {
  return idsAt(value, /,/);
}

/** Files of a task by what they are to it; the links are `input` and `output`. */
function filesOf(fields: JsonObject, link: string, listed: JsonValue | undefined): readonly string[] {
  const ofTask = objectsOf(fields['files'])
    .filter((file) => file['link'] === link)
    .map((file) => idAt(firstOf(file, 'name', 'id', 'path')));
  return [...ofTask.filter((name) => name !== null), ...namesOf(listed)];
}

/** The execution's parts of the tasks (1.5), by id and by name. */
function executedTasks(workflow: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>();
  for (const task of objectsOf(objectOf(workflow['execution'])['tasks'])) {
    for (const key of [idAt(task['name']), idAt(task['id'])]) if (key !== null) found.set(key, task);
  }
  return found;
}

function tasksOf(workflow: JsonObject): readonly WfTask[] {
  const specification = objectOf(workflow['specification']);
  const executed = executedTasks(workflow);
  const listed = firstOf(specification, 'tasks') ?? firstOf(workflow, 'tasks', 'jobs');
  const stated = objectsOf(listed ?? objectOf(workflow['execution'])['tasks']);
  return stated.map((one, i) => {
    const id = idAt(one['id']) ?? idAt(one['name']) ?? `task ${i + 1}`;
    const fields = { ...one, ...executed.get(idAt(one['id']) ?? '') };
    return {
      id,
      name: idAt(one['name']) ?? id,
      fields,
      parents: namesOf(one['parents']),
      children: namesOf(one['children']),
      inputs: filesOf(one, 'input', one['inputFiles']),
      outputs: filesOf(one, 'output', one['outputFiles']),
      runtime: durationOf(firstOf(fields, 'runtimeInSeconds', 'runtime', 'avgRuntime'), 1e6),
      started: momentOf(firstOf(fields, 'executedAt', 'startedAt', 'startTime', 'start')),
    };
  });
}

/** Names by which tasks refer to each other: ids, and names where only one task has them. */
class References {
  readonly #byId = new Map<string, number>();
  readonly #byName = new Map<string, number>();
  readonly #ambiguous = new Set<string>();
  readonly areNamesUnique: boolean;

  constructor(tasks: readonly WfTask[]) {
    for (const [i, { id, name }] of tasks.entries()) {
      if (!this.#byId.has(id)) this.#byId.set(id, i);
      if (this.#byName.has(name)) this.#ambiguous.add(name);
      else this.#byName.set(name, i);
    }
    this.areNamesUnique = this.#ambiguous.size === 0;
  }

  /** The position of a task; undefined where none, or more than one, is called so. */
  find(reference: string): number | undefined {
    return this.#byId.get(reference) ?? (this.#ambiguous.has(reference) ? undefined : this.#byName.get(reference));
  }
}

/** Which tasks wrote what each reads: the dependencies where no task states any. */
function parentsByFiles(tasks: readonly WfTask[]): readonly (readonly number[])[] {
  const writers = new Map<string, number[]>();
  for (const [i, { outputs }] of tasks.entries()) {
    for (const file of outputs) {
      const known = writers.get(file);
      if (known === undefined) writers.set(file, [i]);
      else known.push(i);
    }
  }
  return tasks.map(({ inputs }, i) => inputs.flatMap((file) => writers.get(file) ?? []).filter((one) => one !== i));
}

/** What each task depends on, by key; names that no task has are left for the builder to tell of. */
function dependenciesOf(
  tasks: readonly WfTask[],
  references: References,
  keys: readonly string[],
): readonly (readonly string[])[] {
  const areStated = tasks.some(({ parents, children }) => parents.length > 0 || children.length > 0);
  if (!areStated) {
    return parentsByFiles(tasks).map((list) => list.map((i) => keys[i]));
  }
  const dependsOn = tasks.map(({ parents }) => {
    const found = parents.map((parent) => {
      const position = references.find(parent);
      return position === undefined ? parent : keys[position];
    });
    return new Set(found);
  });
  for (const [i, { children }] of tasks.entries()) {
    for (const child of children) {
      const position = references.find(child);
      if (position !== undefined && position !== i) dependsOn[position].add(keys[i]);
    }
  }
  return dependsOn.map((keysOfOne) => [...keysOfOne]);
}

/** What is kept beside a task, with the names of 1.5. */
function metadataOf({ fields, inputs, outputs, id }: WfTask): JsonObject | null {
  const command = objectOf(fields['command']);
  return scalars({
    id,
    category: textAt(fields['category']),
    program: textAt(command['program']),
    cores: numberAt(firstOf(fields, 'coreCount', 'cores')),
    avg_cpu_percent: numberAt(fields['avgCPU']),
    memory_bytes: numberAt(firstOf(fields, 'memoryInBytes', 'memory')),
    read_bytes: numberAt(firstOf(fields, 'readBytes', 'bytesRead')),
    written_bytes: numberAt(firstOf(fields, 'writtenBytes', 'bytesWritten')),
    energy_kwh: numberAt(firstOf(fields, 'energyInKWh', 'energy')),
    avg_power_watts: numberAt(firstOf(fields, 'avgPowerInWatts', 'avgPower')),
    priority: numberAt(fields['priority']),
    input_files: inputs.length || null,
    output_files: outputs.length || null,
  });
}

/** The machine that ran a task; of several the first. */
function trackOf({ fields }: WfTask): string | null {
  const [first] = idsAt(firstOf(fields, 'machines', 'machine'), /,/);
  if (first !== undefined) return first;
  const machines = firstOf(fields, 'machines', 'machine');
  const one = isJsonArray(machines) ? machines[0] : machines;
  return isJsonObject(one) ? textAt(one['nodeName']) : null;
}

function baseName(fileName: string): string {
  return (fileName.split(/[\\/]/).at(-1) ?? '').replace(/(\.json)?(\.gz)?$/i, '');
}

function traceOf(document: JsonObject, { fileName = '' }: ReadOptions): Trace {
  const workflow = objectOf(document['workflow']);
  const execution = objectOf(workflow['execution']);
  const around = { ...workflow, ...execution };
  const tasks = tasksOf(workflow);
  if (tasks.length === 0) throw new TraceFileError('malformed', 'the instance holds no tasks: /workflow has none');
  const name = textAt(document['name']) ?? textAt(workflow['name']) ?? (baseName(fileName) || 'WfCommons instance');
  const executedAt = momentOf(firstOf(around, 'executedAt'));
  const firstStart = tasks.reduce<EpochMicros | null>(
    (least, { started }) => (started !== null && (least === null || started < least) ? started : least),
    null,
  );
  const origin = executedAt ?? firstStart;
  const recorded = durationOf(firstOf(around, 'makespanInSeconds', 'makespan'), 1e6);
  // Where no task says when it started, only what the file states of the whole tells when it ended.
  const endedAt = executedAt !== null && firstStart === null && recorded !== null ? after(executedAt, recorded) : null;
  const wms = objectOf(firstOf(document, 'runtimeSystem', 'wms'));
  const builder = new TaskTraceBuilder(
    {
      sourceFormat: 'wfcommons',
      name,
      workflow: name,
      status: 'completed',
      recordedDuration: recorded,
      ...(endedAt !== null && { endedAt }),
      attributes:
        scalars({
          schema_version: textAt(document['schemaVersion']),
          description: textAt(document['description']),
          runtime_system: textAt(wms['name']),
          runtime_system_version: textAt(wms['version']),
          machines: objectsOf(firstOf(around, 'machines')).length || null,
        }) ?? {},
      ...(executedAt !== null && (firstStart === null || executedAt <= firstStart) && { startedAt: executedAt }),
    },
    { isRelative: origin === null },
  );
  addTasks(builder, tasks, origin ?? toEpochMicros(0));
  return builder.finish();
}

function addTasks(builder: TaskTraceBuilder, tasks: readonly WfTask[], origin: EpochMicros): void {
  const references = new References(tasks);
  const keys = tasks.map(({ id, name }) => (references.areNamesUnique ? name : id));
  const dependsOn = dependenciesOf(tasks, references, keys);
  const starts = earliestStarts(
    tasks.map(({ started, runtime }, i) => ({
      key: keys[i],
      dependsOn: dependsOn[i],
      started,
      notBefore: null,
      runtime: runtime ?? asMicros(0),
    })),
    origin,
  );
  for (const [i, task] of tasks.entries()) {
    const { started, runtime, name, fields } = task;
    if (started === null && runtime !== null) builder.warn('assumed_start', `task ${name}`);
    const start = started === null && runtime === null ? null : starts[i];
    builder.add({
      key: keys[i],
      name,
      type: textAt(fields['type'])?.toLowerCase() ?? 'task',
      dependsOn: dependsOn[i],
      attempts: [
        {
          started: start,
          ended: start === null || runtime === null ? null : after(start, runtime),
          status: 'completed',
          track: trackOf(task),
        },
      ],
      metadata: metadataOf(task),
    });
  }
}

/**
 * Reads an instance, or an array of them.
 * @throws {TraceFileError} `malformed` when it is no JSON or holds no tasks
 */
export function readWfCommons(bytes: Uint8Array, options: ReadOptions): readonly Trace[] {
  const document = parseExactJson(textOf(bytes));
  const documents = Array.isArray(document) ? objectsOf(document) : [objectOf(document)];
  if (documents.length === 0) throw new TraceFileError('malformed', 'the file holds no instance');
  return documents.map((one) => traceOf(one, options));
}

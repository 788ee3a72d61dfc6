import type { JsonObject, JsonValue } from '../../json.ts';
import type { Status } from '../../trace/status.ts';
import { after, asMicros, type EpochMicros, type Micros } from '../../units.ts';
import { instantOf, lacksZone } from '../instants.ts';
import { bytesOf, durationOf, idAt, numberAt, textAt } from '../rows/fields.ts';
import { scalars } from '../tasks.ts';

type Fields = ReadonlyMap<string, JsonValue>;

/** A task as a trace file or Seqera Platform has it: one try of a process. */
export interface NextflowTask {
  readonly id: string;
  /** What it is a task of, e.g. `NFCORE_RNASEQ:RNASEQ:FASTQC`. */
  readonly process: string;
  /** What it worked on, e.g. the sample. */
  readonly tag: string | null;
  /** Process and tag, as Nextflow writes them. */
  readonly fullName: string;
  readonly status: Status;
  readonly isCached: boolean;
  /** From 1; null where the file has no such column. */
  readonly attempt: number | null;
  readonly submitted: EpochMicros | null;
  readonly started: EpochMicros | null;
  readonly ended: EpochMicros | null;
  /** Whether its start was taken from its end and the time that its script took. */
  readonly isStartAssumed: boolean;
  /** A moment that has no zone, as the file has it. */
  readonly zoneless: string | null;
  readonly exit: string | null;
  readonly track: string | null;
  readonly queue: string | null;
  readonly errorAction: string | null;
  /** Processors times the time that the script took. */
  readonly cpuTime: Micros | null;
  readonly metadata: JsonObject | null;
}

const STATUS: Readonly<Record<string, Status>> = {
  completed: 'completed',
  cached: 'completed',
  stored: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  aborted: 'cancelled',
  cancelled: 'cancelled',
  running: 'running',
  submitted: 'pending',
  pending: 'pending',
  new: 'pending',
};

/** The status of a task or run; of one whose word is not known, by its exit code. */
export function statusOf(word: string | null, exit: string | null = null): Status {
  const known = STATUS[word?.toLowerCase() ?? ''];
  return known ?? (exit === null || exit === '0' ? 'completed' : 'failed');
}

/** What Nextflow writes where a task has no exit code yet: the largest 32-bit integer. */
const NO_EXIT = '2147483647';

function exitOf(fields: Fields): string | null {
  const exit = idAt(fields.get('exit')) ?? idAt(fields.get('exit_status'));
  return exit === NO_EXIT ? null : exit;
}

const MS = 1000;

const SIZES = ['memory', 'disk', 'rss', 'vmem', 'peak_rss', 'peak_vmem', 'rchar', 'wchar', 'read_bytes', 'write_bytes'];
const NUMBERS = ['cpus', 'pcpu', 'pmem', 'syscr', 'syscw', 'vol_ctxt', 'inv_ctxt', 'cost'];
const TEXTS = [
  'hash',
  'native_id',
  'tag',
  'exit',
  'executor',
  'module',
  'container',
  'error_action',
  'machine_type',
  'cloud_zone',
  'price_model',
  'cpu_model',
];

/** A percentage as a trace file writes it: `97.6%`. */
function percentOf(value: JsonValue | undefined): number | null {
  return typeof value === 'string' ? numberAt(value.replace('%', '')) : numberAt(value);
}

function metadataOf(fields: Fields, id: string, fullName: string, exit: string | null): JsonObject | null {
  const kept: Record<string, JsonValue | null> = { task_id: id, full_name: fullName };
  for (const name of TEXTS) kept[name] = name === 'exit' ? exit : textAt(fields.get(name));
  for (const name of NUMBERS) kept[name] = numberAt(fields.get(name));
  kept['pcpu'] ??= percentOf(fields.get('pct_cpu'));
  kept['pmem'] ??= percentOf(fields.get('pct_mem'));
  for (const name of SIZES) kept[name] = bytesOf(fields.get(name));
  for (const name of ['realtime', 'duration', 'time']) {
    const length = durationOf(fields.get(name), MS);
    kept[`${name}_ms`] = length === null ? null : length / MS;
  }
  return scalars(kept);
}

/** Process and tag of a name like `RNASEQ:FASTQC (sample 1)`. */
function dividedName(name: string): readonly [process: string, tag: string | null] {
  const open = name.endsWith(')') ? name.indexOf(' (') : -1;
  return open < 0 ? [name, null] : [name.slice(0, open), name.slice(open + 2, -1)];
}

interface Times {
  readonly submitted: EpochMicros | null;
  readonly started: EpochMicros | null;
  readonly ended: EpochMicros | null;
  readonly isStartAssumed: boolean;
}

/**
 * The times of a task. A trace file has no start and no end by default: its `duration` counts from the submission, and
 * `realtime` is the time of its script, which is the last that a task does but for moving its results.
 */
function timesOf(fields: Fields): Times {
  const submitted = instantOf(fields.get('submit'));
  const stated = instantOf(fields.get('start'));
  const duration = durationOf(fields.get('duration'), MS);
  const realtime = durationOf(fields.get('realtime'), MS);
  const complete = instantOf(fields.get('complete'));
  const ended = complete ?? (submitted !== null && duration !== null ? after(submitted, duration) : null);
  if (stated !== null || ended === null) return { submitted, started: stated, ended, isStartAssumed: false };
  const start = after(ended, asMicros(0 - (realtime ?? duration ?? 0)));
  const started = submitted !== null && start < submitted ? submitted : start;
  return { submitted, started, ended, isStartAssumed: true };
}

function cpuTimeOf(fields: Fields): Micros | null {
  const cpus = numberAt(fields.get('cpus'));
  const realtime = durationOf(fields.get('realtime'), MS);
  return cpus === null || realtime === null ? null : asMicros(cpus * realtime);
}

/** A task of its fields by their plain names; null where nothing tells what it is a task of. */
export function taskOf(fields: Fields, position: number): NextflowTask | null {
  const stated = textAt(fields.get('name'));
  const [fromName, tagInName] = stated === null ? [null, null] : dividedName(stated);
  const process = textAt(fields.get('process')) ?? fromName;
  if (process === null) return null;
  const tag = textAt(fields.get('tag')) ?? tagInName;
  const fullName = stated ?? (tag === null ? process : `${process} (${tag})`);
  const id = idAt(fields.get('task_id')) ?? idAt(fields.get('id')) ?? String(position);
  const exit = exitOf(fields);
  const word = textAt(fields.get('status'));
  const zoneless = ['submit', 'start', 'complete']
    .map((name) => textAt(fields.get(name)))
    .find((text) => text !== null && lacksZone(text));
  return {
    id,
    process,
    tag: tag === 'null' ? null : tag,
    fullName,
    status: statusOf(word, exit),
    isCached: word?.toUpperCase() === 'CACHED',
    attempt: numberAt(fields.get('attempt')),
    ...timesOf(fields),
    zoneless: zoneless ?? null,
    exit,
    track: textAt(fields.get('hostname')),
    queue: textAt(fields.get('queue')),
    errorAction: textAt(fields.get('error_action'))?.toUpperCase() ?? null,
    cpuTime: cpuTimeOf(fields),
    metadata: metadataOf(fields, id, fullName, exit),
  };
}

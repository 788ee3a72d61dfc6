import type { JsonObject, JsonValue } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import { after, asMicros, toEpochMicros, type EpochMicros, type Micros } from '../../units.ts';
import { instantOf, lacksZone } from '../instants.ts';
import { durationOf, idAt, isNothing, numberAt, textAt, type PlainNames } from '../rows/fields.ts';
import { columnOf, type Column, type Role } from './columns.ts';

const SECOND = 1e6;

/** Numbers from here on are seconds since 1970 (2001 and later), or finer units. */
const FIRST_EPOCH_SECOND = 978_307_200;

/** What tells of cells that cannot be read, and of times without a zone. */
export interface RowNotes {
  readonly unreadable: (what: string) => void;
  readonly zoneless: (text: string) => void;
}

/** A record as a try of a task. */
export interface TaskRow {
  readonly id: string | null;
  readonly name: string;
  readonly execution: string;
  readonly workflow: string | null;
  readonly type: string | null;
  readonly queue: string | null;
  readonly worker: string | null;
  readonly attempt: number | null;
  readonly iteration: number | null;
  readonly parent: string | null;
  /** As it stands in the file: a list, or text that still has to be divided. */
  readonly dependsOn: JsonValue | undefined;
  readonly submitted: EpochMicros | null;
  readonly started: EpochMicros | null;
  readonly ended: EpochMicros | null;
  /** Where neither start nor end is known. */
  readonly runtime: Micros | null;
  readonly status: Status;
  readonly error: string | null;
  readonly metadata: JsonObject;
}

const WORDS: ReadonlyMap<string, Status> = new Map(
  (
    [
      ['completed', 'completed complete success successful succeeded succeed ok passed pass done finished true green'],
      ['failed', 'failed fail failure error errored false fatal red exception crashed broken'],
      ['cancelled', 'cancelled canceled aborted killed terminated stopped interrupted'],
      ['timeout', 'timeout timed_out timedout deadline_exceeded'],
      ['skipped', 'skipped skip ignored upstream_failed not_run'],
      ['running', 'running in_progress started active executing'],
      ['pending', 'pending queued waiting scheduled created new submitted'],
    ] as const
  ).flatMap(([status, words]) => words.split(' ').map((word) => [word, status] as const)),
);

interface Cell {
  readonly name: string;
  readonly value: JsonValue;
  readonly unit: number | null;
  readonly rank: number;
}

/** A record with its fields by what they hold. */
class Cells {
  readonly others: Record<string, JsonValue> = {};
  readonly #byRole = new Map<Role, Cell>();
  readonly #line: number;
  readonly #notes: RowNotes;
  /** The unit that the names of other columns tell, for a number whose column does not. */
  #unit: number | null = null;

  constructor(row: JsonObject, line: number, names: PlainNames, columns: Map<string, Column | null>, notes: RowNotes) {
    this.#line = line;
    this.#notes = notes;
    for (const name in row) {
      const value = row[name];
      const plain = names.of(name);
      let column = columns.get(plain);
      if (column === undefined) {
        column = columnOf(plain);
        if (columns.size < 10_000) columns.set(plain, column);
      }
      if (isNothing(value)) continue;
      if (column === null) this.#keep(plain, value);
      else this.#take(column, name, value);
    }
  }

  #take({ role, rank, unit }: Column, name: string, value: JsonValue): void {
    const known = this.#byRole.get(role);
    this.#unit ??= unit;
    if (known === undefined || rank < known.rank) {
      this.#byRole.set(role, { name, value, unit, rank });
      if (known !== undefined) this.#keep(known.name, known.value);
    } else this.#keep(name, value);
  }

  /** What has no place is kept beside the task, where it is short. */
  #keep(name: string, value: JsonValue): void {
    if (typeof value === 'object' || (typeof value === 'string' && value.length > 1000)) return;
    this.others[name] = value;
  }

  get(role: Role): JsonValue | undefined {
    return this.#byRole.get(role)?.value;
  }

  text(role: Role): string | null {
    return textAt(this.get(role));
  }

  id(role: Role): string | null {
    return idAt(this.get(role));
  }

  whole(role: Role): number | null {
    const number = numberAt(this.get(role));
    return number === null || !Number.isSafeInteger(number) || number < 0 ? null : number;
  }

  moment(role: Role): EpochMicros | null {
    const cell = this.#byRole.get(role);
    if (cell === undefined) return null;
    const moment = this.#momentOf(cell);
    if (moment === null) this.#unreadable(cell, 'time');
    else if (typeof cell.value === 'string' && lacksZone(cell.value)) this.#notes.zoneless(this.#at(cell));
    return moment;
  }

  #momentOf({ value, unit }: Cell): EpochMicros | null {
    const number = numberAt(value);
    if (number === null) return instantOf(value);
    if (unit === null && Math.abs(number) >= FIRST_EPOCH_SECOND) return instantOf(value);
    const micros = number * (unit ?? this.#unit ?? SECOND);
    return Math.abs(micros) <= 8.64e18 ? toEpochMicros(micros) : null;
  }

  length(role: Role): Micros | null {
    const cell = this.#byRole.get(role);
    if (cell === undefined) return null;
    const length = durationOf(cell.value, cell.unit ?? this.#unit ?? this.#unitOfEpochs());
    if (length === null) this.#unreadable(cell, 'duration');
    return length;
  }

  /** Where moments are numbers since 1970, durations are of the same unit. */
  #unitOfEpochs(): number {
    for (const role of ['start', 'end', 'submitted'] as const) {
      const number = numberAt(this.get(role));
      if (number === null || Math.abs(number) < FIRST_EPOCH_SECOND) continue;
      const size = Math.abs(number);
      if (size < 1e11) return SECOND;
      if (size < 1e14) return 1000;
      return size < 1e17 ? 1 : 1e-3;
    }
    return SECOND;
  }

  #at({ name, value }: Cell): string {
    const shown = typeof value === 'string' ? value.slice(0, 60) : JSON.stringify(value).slice(0, 60);
    return `line ${this.#line}, column "${name.slice(0, 60)}": "${shown.replace(/\s+/g, ' ')}"`;
  }

  #unreadable(cell: Cell, what: string): void {
    this.#notes.unreadable(`${this.#at(cell)} is no ${what}`);
  }
}

/** What a record says of how it ended. A word that is not known says nothing. */
function statusOf(cells: Cells, hasEnded: boolean): Status {
  const word = cells
    .text('status')
    ?.toLowerCase()
    .replace(/[\s-]+/g, '_');
  const known = word === undefined ? undefined : WORDS.get(word);
  if (known !== undefined) return hasEnded && !isTerminal(known) ? 'completed' : known;
  const exit = numberAt(cells.get('exit')) ?? (word !== undefined && /^\d+$/.test(word) ? Number(word) : null);
  if (exit !== null) return exit === 0 ? 'completed' : 'failed';
  const success = cells.text('success')?.toLowerCase();
  if (success !== undefined) return ['true', 'yes', '1', 'y'].includes(success) ? 'completed' : 'failed';
  return hasEnded ? 'completed' : 'running';
}

function timesOf(cells: Cells) {
  const submitted = cells.moment('submitted');
  const wait = cells.length('wait');
  const duration = cells.length('duration');
  const statedStart = cells.moment('start');
  const statedEnd = cells.moment('end');
  let started = statedStart ?? (submitted !== null && wait !== null ? after(submitted, wait) : null);
  if (started === null && statedEnd !== null && duration !== null) started = after(statedEnd, asMicros(0 - duration));
  const ended = statedEnd ?? (started !== null && duration !== null ? after(started, duration) : null);
  const waited = submitted ?? (started !== null && wait !== null ? after(started, asMicros(0 - wait)) : null);
  return { submitted: waited, started, ended, runtime: started === null && ended === null ? duration : null };
}

/** A record of a list of tasks; null where nothing says what it is of. */
export function rowOf(
  row: JsonObject,
  line: number,
  names: PlainNames,
  columns: Map<string, Column | null>,
  notes: RowNotes,
): TaskRow | null {
  const cells = new Cells(row, line, names, columns, notes);
  const id = cells.id('id');
  const name = cells.text('name') ?? id;
  if (name === null) return null;
  const times = timesOf(cells);
  const status = statusOf(cells, times.ended !== null || times.runtime !== null);
  return {
    id,
    name,
    execution: cells.id('execution') ?? '',
    workflow: cells.text('workflow'),
    type: cells.text('type'),
    queue: cells.text('queue'),
    worker: cells.id('worker'),
    attempt: cells.whole('attempt'),
    iteration: cells.whole('iteration'),
    parent: cells.id('parent'),
    dependsOn: cells.get('depends_on'),
    ...times,
    status,
    error: cells.text('error'),
    metadata: cells.others,
  };
}

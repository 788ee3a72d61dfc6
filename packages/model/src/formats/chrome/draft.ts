import { isJsonObject, type JsonObject } from '../../json.ts';
import { StringTable } from '../../trace/builder.ts';
import { statusCode } from '../../trace/status.ts';
import { KIND, NONE } from '../../trace/trace.ts';
import { WarningCounter } from '../../trace/warnings.ts';
import { MetadataPool } from '../metadata-pool.ts';

/** An instant that becomes an annotation once its span is known. */
export interface Instant {
  readonly time: number;
  readonly label: string;
  readonly type: string;
  /** The slice that it belongs to, or `NONE`. */
  readonly row: number;
  /** The question by which the lookup knows its slice, or `NONE` where `row` tells. */
  readonly question: number;
  readonly metadata: JsonObject | null;
}

const FIRST_ROWS = 1024;
const COMPLETED = statusCode('completed');

/** A longer column with the same beginning. */
function grown<T extends Float64Array | Uint32Array | Int32Array | Uint8Array>(from: T, into: T): T {
  into.set(from);
  return into;
}

/** The slices of a file while it is read: columns like those of a span table, but in the file's own times. */
export class Draft {
  length = 0;
  start = new Float64Array(FIRST_ROWS);
  /** NaN until the end is known. */
  end = new Float64Array(FIRST_ROWS);
  name = new Uint32Array(FIRST_ROWS);
  track = new Int32Array(FIRST_ROWS);
  parent = new Int32Array(FIRST_ROWS).fill(NONE);
  /** Of slices made of a begin and an end: the one that was open around it on its stack, or `NONE`. */
  enclosing = new Int32Array(FIRST_ROWS).fill(NONE);
  /** 1 for slices made of a begin and an end. */
  stacked = new Uint8Array(FIRST_ROWS);
  flags = new Uint8Array(FIRST_ROWS);
  kind = new Uint8Array(FIRST_ROWS).fill(KIND.node);
  /** Codes of `STATUSES`. */
  status = new Uint8Array(FIRST_ROWS).fill(COMPLETED);
  readonly names = new StringTable();
  readonly metadata = new MetadataPool();
  readonly instants: Instant[] = [];
  readonly warnings = new WarningCounter();

  /** Adds a slice and returns its row. */
  add(name: string, track: number, start: number, end: number): number {
    const row = this.length++;
    if (row === this.start.length) this.#grow();
    this.start[row] = start;
    this.end[row] = end;
    this.name[row] = this.names.code(name);
    this.track[row] = track;
    return row;
  }

  #grow(): void {
    const rows = this.start.length * 2;
    this.start = grown(this.start, new Float64Array(rows));
    this.end = grown(this.end, new Float64Array(rows));
    this.name = grown(this.name, new Uint32Array(rows));
    this.track = grown(this.track, new Int32Array(rows));
    this.parent = grown(this.parent, new Int32Array(rows).fill(NONE));
    this.enclosing = grown(this.enclosing, new Int32Array(rows).fill(NONE));
    this.stacked = grown(this.stacked, new Uint8Array(rows));
    this.flags = grown(this.flags, new Uint8Array(rows));
    this.kind = grown(this.kind, new Uint8Array(rows).fill(KIND.node));
    this.status = grown(this.status, new Uint8Array(rows).fill(COMPLETED));
  }

  nameAt(row: number): string {
    return this.names.values[this.name[row]];
  }

  /** Adds the arguments of the event that ends a slice to those of the one that began it. */
  addArguments(row: number, args: JsonObject | null): void {
    if (args === null) return;
    const known = this.metadata.get(row) ?? {};
    const before = known['args'];
    const merged = isJsonObject(before) ? { ...before, ...args } : args;
    this.metadata.set(row, { ...known, args: merged });
  }
}

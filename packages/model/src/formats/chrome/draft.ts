import { isJsonObject, type JsonObject } from '../../json.ts';
import { StringTable } from '../../trace/builder.ts';
import { statusCode } from '../../trace/status.ts';
import { KIND, NONE } from '../../trace/trace.ts';
import { WarningCounter } from '../../trace/warnings.ts';

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

/** The slices of a file while it is read: columns like those of a span table, but in the file's own times. */
export class Draft {
  length = 0;
  readonly start: Float64Array;
  /** NaN until the end is known. */
  readonly end: Float64Array;
  readonly name: Uint32Array;
  readonly track: Int32Array;
  readonly parent: Int32Array;
  /** Of slices made of a begin and an end: the one that was open around it on its stack, or `NONE`. */
  readonly enclosing: Int32Array;
  /** 1 for slices made of a begin and an end. */
  readonly stacked: Uint8Array;
  readonly flags: Uint8Array;
  readonly kind: Uint8Array;
  /** Codes of `STATUSES`. */
  readonly status: Uint8Array;
  readonly names = new StringTable();
  readonly metadata = new Map<number, JsonObject>();
  readonly instants: Instant[] = [];
  readonly warnings = new WarningCounter();

  constructor(capacity: number) {
    this.start = new Float64Array(capacity);
    this.end = new Float64Array(capacity);
    this.name = new Uint32Array(capacity);
    this.track = new Int32Array(capacity);
    this.parent = new Int32Array(capacity).fill(NONE);
    this.enclosing = new Int32Array(capacity).fill(NONE);
    this.stacked = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.kind = new Uint8Array(capacity).fill(KIND.node);
    this.status = new Uint8Array(capacity).fill(statusCode('completed'));
  }

  /** Adds a slice and returns its row. */
  add(name: string, track: number, start: number, end: number): number {
    const row = this.length++;
    this.start[row] = start;
    this.end[row] = end;
    this.name[row] = this.names.code(name);
    this.track[row] = track;
    return row;
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

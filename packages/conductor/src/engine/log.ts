import { asMicros, NONE, statusCode, statusOf, type Micros, type Status } from '@flowprof/model';

const FIRST_CAPACITY = 64;
/** In the column of states: the entry is a report of progress. */
const PROGRESS = 255;

/** What an entry says besides its columns: a report of progress, or why a state is so. */
interface Remark {
  readonly percent: number;
  readonly message: string | null;
}

/** One entry of a run's log: an instance has a new state, or its handler has reported progress. */
export type LogEntry =
  | {
      readonly kind: 'state';
      /** The row of the instance. */
      readonly node: number;
      readonly at: Micros;
      readonly status: Status;
      readonly message: string | null;
    }
  | {
      readonly kind: 'progress';
      readonly node: number;
      readonly at: Micros;
      readonly percent: number;
      readonly message: string | null;
    };

/** A log as plain columns. */
export interface LogColumns {
  readonly node: Int32Array;
  readonly at: Float64Array;
  /** A code of `STATUSES`, or 255 for a report of progress. */
  readonly state: Uint8Array;
  /** The entries that say more, ascending, and what they say. */
  readonly remarked: Uint32Array;
  readonly remarks: readonly Remark[];
}

/**
 * The states and progress of all instances in the order in which they happened: what the events of a trace are made
 * from. Kept as columns, 13 bytes an entry, since it is written whether anybody reads it or not.
 */
export class RunLog {
  length = 0;
  #node: Int32Array = new Int32Array(FIRST_CAPACITY);
  #at: Float64Array = new Float64Array(FIRST_CAPACITY);
  #state: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  readonly #remarked: number[] = [];
  readonly #remarks: Remark[] = [];

  /** A log of what `columns` gave. */
  static from(columns: LogColumns): RunLog {
    const log = new RunLog();
    log.length = columns.node.length;
    log.#node = columns.node;
    log.#at = columns.at;
    log.#state = columns.state;
    log.#remarked.push(...columns.remarked);
    log.#remarks.push(...columns.remarks);
    return log;
  }

  state(node: number, status: Status, at: Micros, message: string | null): void {
    if (message !== null) this.#remark(0, message);
    this.#add(node, at, statusCode(status));
  }

  progress(node: number, percent: number, at: Micros, message: string | null): void {
    this.#remark(percent, message);
    this.#add(node, at, PROGRESS);
  }

  /** The entries so far, in order. */
  *entries(): Iterable<LogEntry> {
    let next = 0;
    for (let i = 0; i < this.length; i++) {
      const remark = this.#remarked[next] === i ? this.#remarks[next++] : undefined;
      const node = this.#node[i] ?? NONE;
      const at = asMicros(this.#at[i] ?? 0);
      const message = remark?.message ?? null;
      const state = this.#state[i] ?? 0;
      if (state === PROGRESS) yield { kind: 'progress', node, at, percent: remark?.percent ?? 0, message };
      else yield { kind: 'state', node, at, status: statusOf(state), message };
    }
  }

  columns(): LogColumns {
    return {
      node: this.#node.slice(0, this.length),
      at: this.#at.slice(0, this.length),
      state: this.#state.slice(0, this.length),
      remarked: Uint32Array.from(this.#remarked),
      remarks: this.#remarks,
    };
  }

  #remark(percent: number, message: string | null): void {
    this.#remarked.push(this.length);
    this.#remarks.push({ percent, message });
  }

  #add(node: number, at: Micros, state: number): void {
    const i = this.length++;
    if (i === this.#node.length) this.#grow();
    this.#node[i] = node;
    this.#at[i] = at;
    this.#state[i] = state;
  }

  #grow(): void {
    const capacity = this.#node.length * 2;
    const [node, at, state] = [new Int32Array(capacity), new Float64Array(capacity), new Uint8Array(capacity)];
    node.set(this.#node);
    at.set(this.#at);
    state.set(this.#state);
    this.#node = node;
    this.#at = at;
    this.#state = state;
  }
}

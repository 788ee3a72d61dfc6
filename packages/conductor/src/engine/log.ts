import { asMicros, NONE, statusCode, statusOf, type Micros, type Status } from '@flowprof/model';

const FIRST_CAPACITY = 64;
/** In the column of states: the entry is a report of progress. */
export const PROGRESS = 255;

/** One entry of a run's log: an instance has a new state, or its handler has reported progress. */
export type LogEntry =
  | {
      readonly kind: 'state';
      /** The row of the instance. */
      readonly node: number;
      readonly at: Micros;
      readonly status: Status;
      /** Why, where it is not plain. */
      readonly message: string | null;
    }
  | {
      readonly kind: 'progress';
      readonly node: number;
      readonly at: Micros;
      readonly percent: number;
      readonly message: string | null;
    };

/** A log as plain columns; row `i` of the first three is one entry. */
export interface LogColumns {
  readonly node: Int32Array;
  readonly at: Float64Array;
  /** A code of `STATUSES`, or 255 for a report of progress. */
  readonly state: Uint8Array;
  /** The entries that say more, ascending; then the progress of each, and its message. */
  readonly remarked: ArrayLike<number>;
  readonly percent: ArrayLike<number>;
  readonly message: readonly (string | null)[];
}

/**
 * The states and progress of all instances in the order in which they happened: what the events of a trace are made
 * from. Kept as columns, 13 bytes an entry, since it is written whether anybody reads it or not.
 */
export class RunLog {
  length = 0;
  #node: Int32Array;
  #at: Float64Array;
  #state: Uint8Array;
  readonly #remarked: number[] = [];
  readonly #percent: number[] = [];
  readonly #message: (string | null)[] = [];

  /** @param expected about how many entries will come */
  constructor(expected = 0) {
    const capacity = Math.max(FIRST_CAPACITY, expected);
    this.#node = new Int32Array(capacity);
    this.#at = new Float64Array(capacity);
    this.#state = new Uint8Array(capacity);
  }

  state(node: number, status: Status, at: Micros, message: string | null): void {
    if (message !== null) this.#remark(0, message);
    this.#add(node, at, statusCode(status));
  }

  progress(node: number, percent: number, at: Micros, message: string | null): void {
    this.#remark(percent, message);
    this.#add(node, at, PROGRESS);
  }

  /** The entries so far, as copies. */
  columns(): LogColumns {
    return {
      node: this.#node.slice(0, this.length),
      at: this.#at.slice(0, this.length),
      state: this.#state.slice(0, this.length),
      remarked: [...this.#remarked],
      percent: [...this.#percent],
      message: [...this.#message],
    };
  }

  #remark(percent: number, message: string | null): void {
    this.#remarked.push(this.length);
    this.#percent.push(percent);
    this.#message.push(message);
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

/** The entry at a position, with the row of its remark, or `NONE`. */
export function entryAt(log: LogColumns, position: number, remark: number): LogEntry {
  const node = log.node[position] ?? NONE;
  const at = asMicros(log.at[position] ?? 0);
  const state = log.state[position] ?? 0;
  const message = log.message[remark] ?? null;
  if (state === PROGRESS) return { kind: 'progress', node, at, percent: log.percent[remark] ?? 0, message };
  return { kind: 'state', node, at, status: statusOf(state), message };
}

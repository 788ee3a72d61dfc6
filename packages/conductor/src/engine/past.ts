import { asMicros, type Micros } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import type { JournalEntry } from '../types.ts';
import { MinHeap } from './heap.ts';
import type { Outcome } from './shared.ts';

/** What had been done of an execution before it was interrupted, in the order in which it was. */
export class Past {
  /** The last time that it tells of. */
  readonly end: Micros;
  readonly #entries: readonly JournalEntry[];
  /** The position of each path in `#entries`. */
  readonly #positions: ReadonlyMap<string, number>;
  /** The instances of the entries whose turn has come, by the positions of these. */
  readonly #ready = new MinHeap();
  readonly #instances = new Map<number, number>();

  constructor(finished: readonly JournalEntry[]) {
    this.#entries = [...finished].sort((a, b) => a.end - b.end || (a.path < b.path ? -1 : 1));
    this.#positions = new Map(this.#entries.map(({ path }, position) => [path, position]));
    this.end = this.#entries.at(-1)?.end ?? asMicros(0);
  }

  /** Takes a node whose dependencies have ended; says whether it had ended too. */
  add(path: string, index: number): boolean {
    const position = this.#positions.get(path);
    if (position === undefined) return false;
    this.#ready.push(position);
    this.#instances.set(position, index);
    return true;
  }

  /** Of the nodes that were taken, the one that had ended first. */
  next(): { readonly index: number; readonly entry: JournalEntry } | undefined {
    const position = this.#ready.pop();
    if (position === undefined) return undefined;
    const index = this.#instances.get(position);
    const entry = this.#entries[position];
    return index === undefined || entry === undefined ? undefined : { index, entry };
  }
}

/** How a node ended, as its journal has it. */
export function outcomeOf({ status, output, error }: JournalEntry): Outcome {
  if (status === 'completed') return { status, output };
  const { code = 'handler_error', message = 'it had failed' } = error ?? {};
  return status === 'skipped' ? { status, reason: message } : { status, failure: new NodeFailure(code, message) };
}

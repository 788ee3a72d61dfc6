import { asMicros, type Micros } from '@flowprof/model';
import { NodeFailure } from '../errors.ts';
import type { JournalEntry } from '../types.ts';
import { Heap } from './heap.ts';
import { CONDITION_FALSE } from './node-run.ts';
import type { Outcome } from './shared.ts';

/** A node that had ended, when its turn has come. */
interface Ended {
  readonly index: number;
  readonly entry: JournalEntry;
  /** When it had ended, as far as that was told: not before its entry says. */
  readonly end: Micros;
  readonly isLeaf: boolean;
}

/** What had ended first comes first; of what had ended at the same time, what is inside before what it is in. */
function isBefore(a: Ended, b: Ended): boolean {
  if (a.end !== b.end) return a.end < b.end;
  if (a.isLeaf !== b.isLeaf) return a.isLeaf;
  return a.isLeaf ? a.index < b.index : a.index > b.index;
}

/** What had been done of an execution before it was interrupted, in the order in which it was. */
export class Past {
  /** The last time that it tells of. */
  readonly end: Micros;
  readonly #entries: ReadonlyMap<string, JournalEntry>;
  readonly #ready = new Heap<Ended>(isBefore);

  constructor(finished: readonly JournalEntry[]) {
    this.#entries = new Map(finished.map((entry) => [entry.path, entry]));
    this.end = asMicros(finished.reduce((last, { end }) => Math.max(last, end), 0));
  }

  /** Whether nothing had ended, as in a run that begins now. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** How the node at a path had ended; undefined for one that had not. */
  entryOf(path: string): JournalEntry | undefined {
    return this.#entries.get(path);
  }

  /** Takes a node that had ended, once all that it depends on has. */
  add(ended: Ended): void {
    this.#ready.push(ended);
  }

  /** Of the nodes that were taken, the one that had ended first. */
  next(): Ended | undefined {
    return this.#ready.pop();
  }
}

/** How a node ended, as its journal has it. */
export function outcomeOf({ status, output, error }: JournalEntry): Outcome {
  if (status === 'completed') return { status, output };
  // Of what is skipped only leaves by their conditions are committed; the others follow from that.
  if (status === 'skipped') return { status, reason: CONDITION_FALSE };
  const { code = 'handler_error', message = 'it had failed' } = error ?? {};
  return { status, failure: new NodeFailure(code, message) };
}

import { NONE, type JsonValue, type Micros } from '@flowprof/model';
import { NodeFailure, toFailure } from '../errors.ts';
import type { Instances } from './instances.ts';
import {
  placeOf,
  type Around,
  type Part,
  type PartEnd,
  type PartFailure,
  type PartsElsewhere,
  type RunningPart,
} from './part.ts';
import type { Recorder } from './recorder.ts';
import type { StoppedOutcome } from './shared.ts';

/** A foreach of which the items are run elsewhere. */
export interface FarLoop {
  readonly items: readonly JsonValue[];
  readonly outputs: JsonValue[];
  /** How many items have been given away. */
  started: number;
}

/** What the loops need of the run that they are in. */
export interface PartsHost {
  readonly elsewhere: PartsElsewhere;
  readonly instances: Instances;
  readonly recorder: Recorder;
  /** The part that the run itself is. */
  readonly part: Part | null;
  /** Whether nothing further may start inside a container. */
  isClosed(index: number): boolean;
  /** A part has ended by a failure, or by being stopped. */
  failed(index: number, end: PartFailure, at: Micros): void;
  /** Nothing more will be done of a loop. */
  ended(index: number, at: Micros): void;
}

/** A loop whose next part waits. */
interface Waiting {
  readonly index: number;
  readonly go: (isItsTurn: boolean) => void;
}

/**
 * Runs loops in parts elsewhere. There is one part at a time in all of a run, so that limits of what may run at once hold
 * within the loops.
 */
export class Parts {
  readonly #host: PartsHost;
  #running: { readonly index: number; readonly part: RunningPart } | null = null;
  #isTaken = false;
  #waiting: Waiting[] = [];

  constructor(host: PartsHost) {
    this.#host = host;
  }

  isLarge(nodes: number, around: Around): boolean {
    return this.#host.elsewhere.isLarge(nodes, around);
  }

  async run(
    index: number,
    loop: FarLoop,
    how: { readonly around: Around; readonly nodesEach: number; readonly concurrency: number | null },
  ): Promise<void> {
    const { elsewhere, instances, recorder, part: self } = this.#host;
    const { startedAt } = self ?? recorder;
    const place = placeOf(instances, index, self?.place.slice(0, -1) ?? []);
    const { around, nodesEach, concurrency } = how;
    const spanId = recorder.spanId(instances.span[index] ?? NONE);
    const isOver = (): boolean => loop.started === loop.items.length || this.#host.isClosed(index);
    while (!isOver()) {
      const isItsTurn = await this.#turn(index);
      if (!isItsTurn) break;
      if (!isOver()) {
        const from = loop.started;
        const size = Math.max(1, elsewhere.sizeOf(loop.items, from, nodesEach));
        const items = loop.items.slice(from, from + size);
        loop.started = from + items.length;
        const part = elsewhere.start({ place, from, items, concurrency, around, startedAt, spanId });
        this.#running = { index, part };
        const end = await part.end.catch(lost);
        this.#running = null;
        if ('outputs' in end) for (const output of end.outputs) loop.outputs.push(output);
        else this.#host.failed(index, end, recorder.now());
      }
      this.#leave();
    }
    this.#host.ended(index, recorder.now());
  }

  /** Waits until no other part is under way; gives false where the loop was stopped before that. */
  #turn(index: number): Promise<boolean> | true {
    if (!this.#isTaken) return (this.#isTaken = true);
    return new Promise((resolve) => {
      this.#waiting.push({ index, go: resolve });
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#isTaken = false;
    else next.go(true);
  }

  /** Stops what is under way in what has been stopped. */
  stop(isInside: (index: number) => boolean, reason: string, running: StoppedOutcome | null): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter(({ index }) => !isInside(index));
    for (const { index, go } of waiting) if (isInside(index)) go(false);
    if (this.#running === null || !isInside(this.#running.index)) return;
    if (running === null) this.#running.part.giveUp(reason);
    else this.#running.part.stop(running);
  }
}

/** A part of which nothing is known any more. */
function lost(reason: unknown): PartEnd {
  const { code, message } = toFailure(reason);
  return { ending: { status: 'failed', failure: new NodeFailure(code, message, { retryable: false }) }, error: null };
}

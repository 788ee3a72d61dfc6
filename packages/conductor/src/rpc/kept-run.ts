import type { TraceEvent, TraceSink } from '@flowprof/model';
import type { Timers } from '../types.ts';
import type { PackedResult } from '../trace/pack.ts';
import { writeJson } from './json-text.ts';
import type { RemoteError } from './protocol.ts';
import { isTimeUp } from './timers.ts';

/** How a run ended: with its result, or without one. */
export type Outcome =
  | { readonly type: 'result'; readonly packed: PackedResult }
  | { readonly type: 'error'; readonly error: RemoteError };

/** The client that follows a run. */
export interface Follower {
  readonly wantsEvents: boolean;
  events(seq: number, batch: Uint8Array): void;
  /** The batches from `from` to `to` are no longer there. */
  reset(from: number, to: number): void;
  /** The last that is told. */
  ended(outcome: Outcome): void;
  takenOver(): void;
}

export interface KeptRunOptions {
  readonly timers: Timers;
  /** Whether events are kept for followers; without them the run has nothing to tell until it has ended. */
  readonly hasEvents: boolean;
  /** How many bytes of batches are kept for a follower who comes back. */
  readonly keptEventBytes: number;
  /** How long the run waits for a follower who does not take what it is sent. */
  readonly patienceMs: number;
  /** How long it may go on without a follower. */
  readonly unattendedMs: number;
}

/** How many batches are on their way to the follower before the first of them has been taken. */
const UNTAKEN_BATCHES = 2;

interface Batch {
  readonly seq: number;
  readonly bytes: Uint8Array;
}

/** What waits until a batch has been taken, or nobody is there who takes it in time. */
interface Waiting {
  readonly seq: number;
  readonly done: (failure: string | null) => void;
}

/**
 * A run on the serving side. It goes on whether it is followed or not:
 *
 *     followed <--> unattended --(unattendedMs)--> cancelled
 *         \______________/_______________________________/--> ended
 *
 * Its batches of events are numbered from 1. The newest are kept, up to a number of bytes, so that a follower who comes
 * back gets those after the last that it has. A follower who takes none for a while no longer holds up the run; what is
 * then dropped before it could be sent is made good by a `reset`.
 */
export class KeptRun implements TraceSink {
  readonly executionId: string;
  readonly #options: KeptRunOptions;
  readonly #cancel = new AbortController();
  readonly #batches: Batch[] = [];
  #batchBytes = 0;
  /** The newest batch, the newest that the follower was sent, and the newest that it has taken. */
  #newest = 0;
  #sent = 0;
  #taken = 0;
  #follower: Follower | null = null;
  #isSlow = false;
  #waiting: Waiting | null = null;
  #alone: AbortController | null = null;
  #outcome: Outcome | null = null;

  constructor(executionId: string, options: KeptRunOptions) {
    this.executionId = executionId;
    this.#options = options;
  }

  /** Aborts when a client cancels the run, or nobody has followed it for too long. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  get outcome(): Outcome | null {
    return this.#outcome;
  }

  get hasEvents(): boolean {
    return this.#options.hasEvents;
  }

  cancel(): void {
    this.#cancel.abort();
  }

  /** Makes this the only follower; it is sent what comes after the batch that it has. */
  follow(follower: Follower, after: number): void {
    this.#follower?.takenOver();
    this.#release(null);
    this.#alone?.abort();
    this.#follower = follower;
    this.#isSlow = false;
    this.#sent = this.#taken = follower.wantsEvents ? Math.min(after, this.#newest) : Number.POSITIVE_INFINITY;
    this.#pump();
  }

  /** The follower is gone. A run that has not ended goes on alone for a while. */
  leave(follower: Follower): void {
    if (this.#follower !== follower) return;
    this.#follower = null;
    this.#release(null);
    if (this.#outcome === null) void this.#goOnAlone();
  }

  /** The follower has taken all batches up to this one. */
  taken(follower: Follower, seq: number, failure: string | null): void {
    if (this.#follower !== follower || seq > this.#sent) return;
    this.#taken = Math.max(this.#taken, seq);
    this.#isSlow = false;
    if (this.#waiting !== null && seq >= this.#waiting.seq) this.#release(failure);
    this.#pump();
  }

  /** Takes a batch from the engine; resolves once the follower has taken it, or is too slow, or is not there. */
  async write(_: string, events: readonly TraceEvent[]): Promise<void> {
    const seq = ++this.#newest;
    this.#keep({ seq, bytes: writeJson(events) });
    this.#pump();
    if (this.#follower === null || this.#taken >= seq || this.#isSlow) return;
    const failure = await this.#untilTaken(seq);
    if (failure !== null) throw new Error(failure);
  }

  end(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#alone?.abort();
    this.#release(null);
    this.#pump();
  }

  #keep(batch: Batch): void {
    this.#batches.push(batch);
    this.#batchBytes += batch.bytes.length;
    while (this.#batchBytes > this.#options.keptEventBytes && this.#batches.length > 1) {
      this.#batchBytes -= this.#batches.shift()?.bytes.length ?? 0;
    }
  }

  /** Sends what the follower has room for; at last, how the run ended. */
  #pump(): void {
    const follower = this.#follower;
    if (follower === null) return;
    while (this.#sent < this.#newest && this.#sent - this.#taken < UNTAKEN_BATCHES) {
      const [oldest] = this.#batches;
      if (oldest === undefined) return;
      if (this.#sent + 1 < oldest.seq) {
        follower.reset(this.#sent + 1, oldest.seq - 1);
        this.#sent = this.#taken = oldest.seq - 1;
      }
      const batch = this.#batches[this.#sent + 1 - oldest.seq];
      if (batch === undefined) return;
      this.#sent = batch.seq;
      follower.events(batch.seq, batch.bytes);
    }
    if (this.#outcome === null || this.#sent < this.#newest) return;
    this.#follower = null;
    follower.ended(this.#outcome);
  }

  async #untilTaken(seq: number): Promise<string | null> {
    const timer = new AbortController();
    const failure = new Promise<string | null>((resolve) => {
      this.#waiting = { seq, done: resolve };
    });
    void this.#giveUpInTime(timer.signal);
    try {
      return await failure;
    } finally {
      timer.abort();
    }
  }

  async #giveUpInTime(taken: AbortSignal): Promise<void> {
    if (!(await isTimeUp(this.#options.timers, this.#options.patienceMs, taken))) return;
    this.#isSlow = true;
    this.#release(null);
  }

  #release(failure: string | null): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.done(failure);
  }

  async #goOnAlone(): Promise<void> {
    const alone = new AbortController();
    this.#alone = alone;
    if (await isTimeUp(this.#options.timers, this.#options.unattendedMs, alone.signal)) this.cancel();
  }
}

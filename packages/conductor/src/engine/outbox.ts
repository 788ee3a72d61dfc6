import type { SpanRecord, TraceEvent, TraceSink } from '@flowprof/model';
import { messageOf } from '../errors.ts';
import { afterWait, LIFTED } from './after.ts';
import type { Timers } from '../types.ts';

/** A record that nobody has been sent yet, so that it may still be brought up to date. */
export type WaitingSpan = { -readonly [Key in keyof SpanRecord]: SpanRecord[Key] };

const FLUSH_MS = 50;
const BATCH = 1000;
const FULL = 4000;
/** How long the sink may take for a batch before the run goes on without it. */
const PATIENCE_MS = 30_000;

/**
 * Sends a run's events to its sink in batches, in order and one at a time: after 50 ms, or sooner when many wait. A sink
 * that cannot keep up makes the outbox full, upon which the run starts no further nodes until it is not. One that takes
 * more than 30 s for a batch is given up: it has failed, and is sent nothing more.
 */
export class Outbox {
  failures = 0;
  firstFailure: string | null = null;
  readonly #sink: TraceSink;
  readonly #executionId: string;
  readonly #timers: Timers;
  readonly #onRoom: () => void;
  #waiting: TraceEvent[] = [];
  /** How many events were taken out of `#waiting` so far. */
  #taken = 0;
  /** By the row of a span, the number of the event that tells of it, counting all there ever were from 1; 0 for none. */
  #eventOf = new Int32Array(1024);
  /** Where in `#waiting` the newest record of a span without a row stands, which a newer one then replaces. */
  readonly #spanAt = new Map<string, number>();
  #sending: Promise<void> | null = null;
  #timer: AbortController | null = null;
  #givenUp = false;

  /** @param onRoom is called whenever a batch has gone and there is room for more */
  constructor(sink: TraceSink, executionId: string, timers: Timers, onRoom: () => void) {
    this.#sink = sink;
    this.#executionId = executionId;
    this.#timers = timers;
    this.#onRoom = onRoom;
  }

  get full(): boolean {
    return this.#waiting.length >= FULL;
  }

  push(event: TraceEvent): void {
    if (this.#givenUp) return;
    if (event.type === 'span') {
      const at = this.#spanAt.get(event.span.id);
      if (at !== undefined) {
        this.#waiting[at] = event;
        return;
      }
      this.#spanAt.set(event.span.id, this.#waiting.length);
    }
    this.#add(event);
  }

  /** The same for the span in a row of the recording, which takes less time; see `waitingSpan`. */
  pushSpan(row: number, span: WaitingSpan): void {
    if (this.#givenUp) return;
    if (row >= this.#eventOf.length) {
      const longer = new Int32Array(2 * row);
      longer.set(this.#eventOf);
      this.#eventOf = longer;
    }
    this.#eventOf[row] = this.#taken + this.#waiting.length + 1;
    this.#add({ type: 'span', span });
  }

  /** The record of the span in a row, if it still waits: it can be brought up to date instead of sending another. */
  waitingSpan(row: number): WaitingSpan | null {
    const event = this.#waiting[(this.#eventOf[row] ?? 0) - this.#taken - 1];
    return event?.type === 'span' ? event.span : null;
  }

  #add(event: TraceEvent): void {
    this.#waiting.push(event);
    if (this.#sending) return;
    if (this.#waiting.length >= BATCH) this.#send();
    else if (this.#timer === null) this.#startTimer();
  }

  /** Resolves once everything has been handed to the sink. */
  async flush(): Promise<void> {
    while (this.#sending !== null || this.#waiting.length > 0) {
      this.#send();
      await this.#sending;
    }
  }

  #startTimer(): void {
    const timer = new AbortController();
    this.#timer = timer;
    void afterWait(this.#timers.sleep(FLUSH_MS, timer.signal), () => this.#send());
  }

  #send(): void {
    this.#timer?.abort(LIFTED);
    this.#timer = null;
    if (this.#sending !== null || this.#waiting.length === 0) return;
    const events = this.#waiting;
    this.#waiting = [];
    this.#taken += events.length;
    this.#spanAt.clear();
    this.#sending = this.#write(events).finally(() => {
      this.#sending = null;
      if (this.#waiting.length >= BATCH) this.#send();
      else if (this.#waiting.length > 0) this.#startTimer();
      if (!this.full) this.#onRoom();
    });
  }

  async #write(events: readonly TraceEvent[]): Promise<void> {
    for (let from = 0; from < events.length; from += BATCH) {
      if (this.#givenUp) return;
      try {
        await this.#inTime(
          this.#sink.write(
            this.#executionId,
            from === 0 && events.length <= BATCH ? events : events.slice(from, from + BATCH),
          ),
        );
      } catch (error) {
        this.failures++;
        this.firstFailure ??= messageOf(error);
      }
    }
  }

  /** @throws {Error} what the sink throws, or that it took too long */
  async #inTime(written: Promise<void>): Promise<void> {
    const timer = new AbortController();
    const late = new Promise<void>((_, reject) => {
      void afterWait(this.#timers.sleep(PATIENCE_MS, timer.signal), () => {
        this.#givenUp = true;
        this.#waiting = [];
        reject(new Error(`the sink took longer than ${PATIENCE_MS} ms`));
      });
    });
    try {
      await Promise.race([written, late]);
    } finally {
      timer.abort(LIFTED);
    }
  }
}

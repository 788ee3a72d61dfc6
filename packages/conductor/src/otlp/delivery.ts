import { randomFraction } from '../fraction.ts';
import { afterWait } from '../engine/after.ts';
import { post, type Answer, type RequestOptions } from './request.ts';
import type { RunSpans } from './run-spans.ts';
import type { OtlpSpan, RandomBytes } from '@flowprof/model';

/** How long spans are collected for, unless a batch is full before. */
const COLLECT_MS = 1000;
const BATCH = 1000;
const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
/** No wait that a receiver asks for is taken as longer. */
const MAX_ASKED_MS = 60_000;

/** What an exporter has done so far, in spans. */
export interface ExportStats {
  /** Taken by the receiver. */
  readonly sent: number;
  /** Received, but refused: the protocol's partial success. */
  readonly rejected: number;
  /** Not delivered: there was no room, or the receiver could not be reached or did not want them. */
  readonly dropped: number;
  /** The last thing that went wrong, or that the receiver had to say. */
  readonly problem: string | null;
}

interface Queued {
  readonly run: RunSpans;
  readonly span: OtlpSpan;
}

export interface DeliveryOptions extends RequestOptions {
  readonly maxQueue: number;
  readonly random: RandomBytes;
  /** Writes a request around the spans of a batch. */
  readonly envelope: (spans: readonly OtlpSpan[]) => string;
}

/** Collects spans and sends them in batches, one request at a time. Takes no more than the queue holds. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #queue: Queued[] = [];
  #working: Promise<void> | null = null;
  /** Ends the wait for a batch to fill. */
  #hurry: AbortController | null = null;
  #flushing = 0;
  #sent = 0;
  #rejected = 0;
  #dropped = 0;
  #problem: string | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  get stats(): ExportStats {
    return { sent: this.#sent, rejected: this.#rejected, dropped: this.#dropped, problem: this.#problem };
  }

  /** Takes spans of a run, as many as there is room for. */
  add(run: RunSpans, spans: readonly OtlpSpan[]): void {
    const room = Math.max(0, this.#options.maxQueue - this.#queue.length);
    for (const span of spans.slice(0, room)) this.#queue.push({ run, span });
    if (spans.length > room) this.#lose(run, spans.length - room, 'there was no room to keep them');
    if (this.#queue.length >= BATCH) this.#hurry?.abort();
    if (this.#queue.length > 0) this.#working ??= this.#work();
  }

  /** Resolves once everything that was added has been sent or given up. */
  async flush(): Promise<void> {
    this.#flushing++;
    this.#hurry?.abort();
    await this.#working;
    this.#flushing--;
  }

  async #work(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#queue.length < BATCH && this.#flushing === 0) await this.#collect();
      const batch = this.#queue.slice(0, BATCH);
      this.#queue = this.#queue.slice(BATCH);
      await this.#send(batch);
    }
    this.#working = null;
  }

  async #collect(): Promise<void> {
    this.#hurry = new AbortController();
    await afterWait(this.#options.timers.sleep(COLLECT_MS, this.#hurry.signal), () => {});
    this.#hurry = null;
  }

  async #send(batch: readonly Queued[]): Promise<void> {
    const json = this.#options.envelope(batch.map(({ span }) => span));
    const answer = await this.#untilAnswered(json);
    if (answer.kind !== 'taken') {
      for (const { run } of batch) this.#lose(run, 1, answer.reason);
      return;
    }
    const rejected = Math.min(answer.rejected, batch.length);
    this.#sent += batch.length - rejected;
    this.#rejected += rejected;
    this.#problem = answer.message ?? this.#problem;
    if (rejected === 0) return;
    // The protocol does not say which spans were refused, so that every run of the batch is told.
    const problem = `${rejected} of ${batch.length} spans were refused: ${answer.message ?? 'no reason given'}`;
    for (const run of new Set(batch.map((queued) => queued.run))) run.problem = problem;
  }

  async #untilAnswered(json: string): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const answer = await post(json, this.#options);
      if (answer.kind !== 'later' || attempt === MAX_ATTEMPTS) return answer;
      this.#problem = answer.reason;
      await afterWait(this.#options.timers.sleep(this.#waitMs(answer.afterMs, attempt), NEVER), () => {});
    }
  }

  #waitMs(asked: number | null, attempt: number): number {
    if (asked !== null) return Math.min(asked, MAX_ASKED_MS);
    const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), MAX_BACKOFF_MS);
    return backoff * (0.8 + 0.4 * randomFraction(this.#options.random));
  }

  #lose(run: RunSpans, count: number, reason: string): void {
    this.#dropped += count;
    this.#problem = reason;
    run.lost += count;
    run.problem = reason;
  }
}

const NEVER = new AbortController().signal;

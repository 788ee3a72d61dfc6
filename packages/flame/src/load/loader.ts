import { inSlices, type Micros, type SpanTable, type Trace } from '@flowprof/model';
import { isFlat } from '../layout/flat.ts';
import type { Layout } from '../layout/layout.ts';
import { isLayoutReply, layoutOf } from './messages.ts';
import { isPrepared, prepare } from './prepared.ts';
import { PageTurns } from './turns.ts';

/** Up to so many spans are made ready at once, in a few milliseconds. */
const AT_ONCE = 30_000;
/** From so many on a worker is worth the copy, unless no span is in another: they are laid out in less time than copied. */
const FOR_WORKER = 200_000;

/** A trace that is to be shown. */
interface Wanted {
  readonly trace: Trace;
  readonly now: Micros | null;
  readonly keepViewport: boolean;
}

/**
 * Makes traces ready to be shown without holding up the page: small ones at once, large ones in the worker where there is
 * one, and else in slices between which the page has its turn. While one is made ready only the latest of those that come
 * waits, so a run that grows faster than that is shown as often as can be.
 */
export class TraceLoader {
  readonly #makeWorker: (() => Worker) | null;
  readonly #show: (wanted: Wanted) => void;
  readonly #tell: (loading: boolean) => void;
  #worker: Worker | null = null;
  #broken = false;
  #asked = 0;
  #next: Wanted | null = null;
  #isLoading = false;
  /** What was shown at once in the meantime has overtaken what is made ready. */
  #overtaken = false;
  #closed = false;
  /** Waits no longer for the worker. */
  #giveUp: (() => void) | null = null;
  readonly #later: (() => void)[] = [];
  /** How many spans what is shown has. */
  #shown: number | null = null;

  constructor(makeWorker: (() => Worker) | null, show: (wanted: Wanted) => void, tell: (loading: boolean) => void) {
    this.#makeWorker = makeWorker;
    this.#show = show;
    this.#tell = tell;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  load(wanted: Wanted): void {
    const { spans } = wanted.trace;
    if (spans.length <= AT_ONCE || (!this.#isLoading && isPrepared(spans, wanted.now))) {
      this.#next = null;
      this.#overtaken = true;
      this.#showNow(wanted);
      return;
    }
    this.#next = wanted;
    if (!this.#isLoading) void this.#run();
  }

  /**
   * Puts something off until the trace that is on its way is shown, if it is about a span that only that one has, or, with
   * `NONE`, if nothing is shown yet; returns whether it did.
   */
  postpones(span: number, act: () => void): boolean {
    if (!this.#isLoading || (this.#shown !== null && span < this.#shown)) return false;
    this.#later.push(act);
    return true;
  }

  close(): void {
    this.#closed = true;
    this.#next = null;
    this.#worker?.terminate();
    this.#giveUp?.();
  }

  #showNow(wanted: Wanted): void {
    this.#shown = wanted.trace.spans.length;
    this.#show(wanted);
    for (const act of this.#later.splice(0)) act();
  }

  async #run(): Promise<void> {
    this.#isLoading = true;
    this.#tell(true);
    const turns = new PageTurns();
    try {
      for (let wanted = this.#next; wanted !== null; wanted = this.#next) {
        this.#next = null;
        this.#overtaken = false;
        await this.#prepare(wanted, turns);
        if (this.#closed) break;
        if (!this.#overtaken) this.#showNow(wanted);
      }
    } finally {
      turns.close();
      this.#isLoading = false;
      if (!this.#closed) this.#tell(false);
    }
  }

  async #prepare({ trace: { spans }, now }: Wanted, turns: PageTurns): Promise<void> {
    if (isPrepared(spans, now)) return;
    const layout = await this.#fromWorker(spans, now);
    if (!this.#closed) await inSlices(prepare(spans, now, layout), turns);
  }

  /** The layout of a large trace from the worker, or null where it is to be made here. */
  #fromWorker(spans: SpanTable, now: Micros | null): Promise<Layout | null> {
    const isSmall = spans.length < FOR_WORKER || isFlat(spans);
    if (this.#makeWorker === null || this.#broken || isSmall) return Promise.resolve(null);
    this.#worker ??= this.#makeWorker();
    const worker = this.#worker;
    const id = ++this.#asked;
    const { length, start, duration, parent, kind, track, tracks } = spans;
    return new Promise((resolve) => {
      const done = new AbortController();
      const { signal } = done;
      const answer = ({ data }: MessageEvent<unknown>): void => {
        if (!isLayoutReply(data) || data.id !== id) return;
        done.abort();
        resolve(layoutOf(data, spans));
      };
      // Where the page may not have it, or it fails, the work is done here, from now on.
      const fail = (): void => {
        done.abort();
        this.#broken = true;
        resolve(null);
      };
      this.#giveUp = fail;
      worker.addEventListener('message', answer, { signal });
      worker.addEventListener('error', fail, { signal });
      const request = { id, spans: { length, start, duration, parent, kind, track, tracks }, now };
      worker.postMessage(request, { transfer: [] });
    });
  }
}

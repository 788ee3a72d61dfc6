/** What the time of day and a clock that only runs forward say, in milliseconds with fractions. */
interface TimeSources {
  readonly wall: () => number;
  readonly steady: () => number;
}

const systemTime: TimeSources = { wall: () => Date.now(), steady: () => performance.now() };

/** By how much the two may part before the time of day is believed again, in ms: it is told in whole ones. */
const MOST_APART_MS = 2;

/**
 * The time of day as the worker's own log has it, finer than a millisecond. A process lives for weeks, in which the time
 * of day is set right again and again: what only counts from the start of the process would be off by then.
 */
export class DayClock {
  readonly #sources: TimeSources;
  #offset = Number.NaN;

  constructor(sources: TimeSources = systemTime) {
    this.#sources = sources;
  }

  /** Milliseconds of a clock that only runs forward, for durations. */
  steadyMs(): number {
    return this.#sources.steady();
  }

  /** Milliseconds since 1970, with fractions. */
  nowMs(): number {
    const { wall, steady } = this.#sources;
    const [day, ran] = [wall(), steady()];
    // A whole millisecond stands for all that lies in it.
    if (!(Math.abs(ran + this.#offset - day) <= MOST_APART_MS)) this.#offset = day + 0.5 - ran;
    return ran + this.#offset;
  }
}

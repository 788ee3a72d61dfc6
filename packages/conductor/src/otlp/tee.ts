import type { TraceEvent, TraceSink } from '@flowprof/model';
import { systemTimers } from '../clock.ts';
import { afterWait } from '../engine/after.ts';
import { messageOf } from '../errors.ts';
import type { Timers } from '../types.ts';

/** How long a sink may take for a batch: less than a run waits for all of them together. */
const PATIENCE_MS = 20_000;

type Write = () => Promise<void>;

/** One of the sinks, with the runs for which it has been given up. */
class Branch {
  readonly #sink: TraceSink;
  readonly #timers: Timers;
  readonly #givenUp = new Set<string>();

  constructor(sink: TraceSink, timers: Timers) {
    this.#sink = sink;
    this.#timers = timers;
  }

  /** @throws {Error} what the sink throws, or that it takes too long */
  async write(executionId: string, batch: readonly TraceEvent[]): Promise<void> {
    const late = new Error(`a sink took longer than ${PATIENCE_MS} ms`);
    try {
      if (this.#givenUp.has(executionId)) throw late;
      await this.#inTime(executionId, late, () => this.#sink.write(executionId, batch));
    } finally {
      if (batch.some(({ type }) => type === 'execution_finished')) this.#givenUp.delete(executionId);
    }
  }

  async #inTime(executionId: string, late: Error, write: Write): Promise<void> {
    const timer = new AbortController();
    const passed = new Promise<void>((_, reject) => {
      void afterWait(this.#timers.sleep(PATIENCE_MS, timer.signal), () => {
        this.#givenUp.add(executionId);
        reject(late);
      });
    });
    try {
      await Promise.race([write(), passed]);
    } finally {
      timer.abort();
    }
  }
}

/**
 * Gives a run several sinks. Each gets every batch, in order and one at a time; what one does takes nothing from the
 * others. The slowest sets the pace, but one that takes over 20 s for a batch gets nothing more of that run. The promise
 * settles once all have answered, and rejects when any has failed, with what they said.
 */
export function teeSinks(sinks: readonly TraceSink[], { timers = systemTimers }: { timers?: Timers } = {}): TraceSink {
  const branches = sinks.map((sink) => new Branch(sink, timers));
  return {
    async write(executionId, batch) {
      const results = await Promise.allSettled(branches.map((branch) => branch.write(executionId, batch)));
      const reasons = results.flatMap((result) => (result.status === 'rejected' ? [messageOf(result.reason)] : []));
      if (reasons.length > 0) throw new Error(reasons.join('; '));
    },
  };
}

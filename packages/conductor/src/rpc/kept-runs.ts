import type { Timers } from '../types.ts';
import { ConductorRpcError } from './errors.ts';
import { KeptRun, type Outcome } from './kept-run.ts';
import { isTimeUp, platformTimers } from './timers.ts';

/** How long and how much of the runs is kept for clients that come back. */
export interface KeepOptions {
  /** How many runs may go on at once, with or without a client; 64 when absent. */
  readonly maxRuns?: number;
  /** How long a run may go on while no client follows it, until it is cancelled; 5 minutes when absent. */
  readonly unattendedMs?: number;
  /** How long the result of a run is kept after its end; 10 minutes when absent. */
  readonly finishedMs?: number;
  /** How many results are kept; 100 when absent. The oldest go first. */
  readonly maxFinished?: number;
  /** Bytes that kept results may take together; 256 MiB when absent. */
  readonly maxFinishedBytes?: number;
  /** Bytes of events kept of each run, for a client that was cut off and comes back; 4 MiB when absent. */
  readonly keptEventBytes?: number;
  /** How long a run waits for a client that does not take its events, before it goes on; 10 seconds when absent. */
  readonly patienceMs?: number;
  readonly timers?: Timers;
}

const DEFAULTS = {
  maxRuns: 64,
  unattendedMs: 300_000,
  finishedMs: 600_000,
  maxFinished: 100,
  maxFinishedBytes: 256 * 1024 * 1024,
  keptEventBytes: 4 * 1024 * 1024,
  patienceMs: 10_000,
  timers: platformTimers,
} as const satisfies Required<KeepOptions>;

/** A run whose end is kept, and what ends the wait for its time to be up. */
interface Finished {
  readonly run: KeptRun;
  readonly bytes: number;
  readonly forgotten: AbortController;
}

/**
 * The runs of one or more channels. A client may attach to any run in here whose id it knows, over any of the channels:
 * keep the runs of different owners apart.
 */
export class KeptRuns {
  readonly #options: Required<KeepOptions>;
  readonly #running = new Map<string, KeptRun>();
  /** Oldest first. */
  readonly #finished = new Map<string, Finished>();
  #finishedBytes = 0;

  constructor(options: KeepOptions = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  /** How many runs have not ended. */
  get running(): number {
    return this.#running.size;
  }

  /** @throws {ConductorRpcError} `execution_exists` or `too_many_runs` */
  begin(executionId: string, hasEvents: boolean): KeptRun {
    const id = executionId.toLowerCase();
    if (this.find(id) !== null) throw new ConductorRpcError('execution_exists');
    if (this.#running.size >= this.#options.maxRuns) throw new ConductorRpcError('too_many_runs');
    const { timers, keptEventBytes, patienceMs, unattendedMs } = this.#options;
    const run = new KeptRun(executionId, { timers, hasEvents, keptEventBytes, patienceMs, unattendedMs });
    this.#running.set(id, run);
    return run;
  }

  find(executionId: string): KeptRun | null {
    const id = executionId.toLowerCase();
    return this.#running.get(id) ?? this.#finished.get(id)?.run ?? null;
  }

  /** The run has ended; its result is kept for a while. What never ran may be asked for again at once. */
  end(run: KeptRun, outcome: Outcome): void {
    const id = run.executionId.toLowerCase();
    this.#running.delete(id);
    run.end(outcome);
    if (this.#options.maxFinished === 0 || outcome.type === 'error') return;
    const bytes = sizeOf(outcome.packed);
    const finished = { run, bytes, forgotten: new AbortController() };
    this.#finished.set(id, finished);
    this.#finishedBytes += bytes;
    void this.#forgetInTime(id, finished);
    for (const oldest of this.#finished.keys()) {
      if (this.#finished.size <= this.#options.maxFinished && this.#finishedBytes <= this.#options.maxFinishedBytes)
        break;
      this.#forget(oldest);
    }
  }

  /** Cancels everything that runs and forgets what has ended. */
  close(): void {
    for (const run of this.#running.values()) run.cancel();
    for (const id of this.#finished.keys()) this.#forget(id);
  }

  #forget(id: string): void {
    const finished = this.#finished.get(id);
    if (finished === undefined) return;
    this.#finished.delete(id);
    this.#finishedBytes -= finished.bytes;
    finished.forgotten.abort();
  }

  async #forgetInTime(id: string, { forgotten }: Finished): Promise<void> {
    if (await isTimeUp(this.#options.timers, this.#options.finishedMs, forgotten.signal)) this.#forget(id);
  }
}

function sizeOf({ head, recording, log }: Extract<Outcome, { type: 'result' }>['packed']): number {
  return head.length + recording.length + log.length;
}

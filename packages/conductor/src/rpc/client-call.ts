import type { TraceEvent, TraceSink } from '@flowprof/model';
import { inSlices } from '../slices.ts';
import { unpackResult } from '../trace/pack.ts';
import type { ExecutionResult, Timers } from '../types.ts';
import { ConductorConnectionError, ConductorRpcError } from './errors.ts';
import { fromRemoteError, readEvents, type ClientMessage, type ServerMessage } from './protocol.ts';
import { isTimeUp } from './timers.ts';

/** Batches of events that a client will not get. */
export interface MissedEvents {
  /** The numbers of the first and the last of them; `to` is `Infinity` when the run was begun without events. */
  readonly from: number;
  readonly to: number;
}

/** How a client follows a run. */
export interface FollowOptions {
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Gets the events while the run goes on, in order; the run waits for it as it does in the same process. */
  readonly sink?: TraceSink;
  /** Told when events were dropped since they could not be sent in time. The result's trace is whole nevertheless. */
  readonly onMissed?: (missed: MissedEvents) => void;
}

/** How long a sink may take for a batch before it is sent nothing more, as in the engine. */
const PATIENCE_MS = 30_000;
const MAX_FAILURE = 500;

/** One call of a client: a run or an attachment, until its result has come. */
export class ClientCall {
  readonly result: Promise<ExecutionResult>;
  readonly #executionId: string;
  readonly #options: FollowOptions;
  readonly #timers: Timers;
  readonly #say: (message: ClientMessage) => void;
  readonly #over: () => void;
  #resolve: (result: ExecutionResult) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** The newest batch that came, and the newest that the sink has taken. */
  #newest: number;
  #taken: number;
  #hasGivenUp = false;
  /** What the sink is busy with: batches are handed to it one at a time, and the result comes after them. */
  #work: Promise<void> = Promise.resolve();
  readonly #onAbort = (): void => this.#say({ type: 'cancel' });

  constructor(
    executionId: string,
    after: number,
    options: FollowOptions,
    timers: Timers,
    say: (message: ClientMessage) => void,
    over: () => void,
  ) {
    this.#executionId = executionId;
    this.#newest = this.#taken = after;
    this.#options = options;
    this.#timers = timers;
    this.#say = say;
    this.#over = over;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Says what the call is about, and from then on when it is cancelled. */
  begin(message: ClientMessage): void {
    const { signal } = this.#options;
    this.#say(message);
    if (signal?.aborted === true) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Takes what the serving side says. False when it should not have said it. */
  take(message: ServerMessage): boolean {
    switch (message.type) {
      case 'accepted':
        if (!message.events && this.#options.sink !== undefined)
          this.#missed(this.#newest + 1, Number.POSITIVE_INFINITY);
        return true;
      case 'events':
        return this.#events(message.seq, message.batch);
      case 'reset':
        if (message.from !== this.#newest + 1) return false;
        this.#newest = message.to;
        this.#missed(message.from, message.to);
        return true;
      case 'result':
        this.#say({ type: 'done' });
        void this.#end(async () => this.#resolve(await inSlices(unpackResult(message.packed))));
        return true;
      case 'error':
        void this.#end(() => this.#reject(fromRemoteError(message.error)));
        return true;
      default:
        return message satisfies never;
    }
  }

  /** The channel has ended. What has come of it is handed over first, so that it is known where to go on. */
  lost(reason: string): void {
    void this.#end(() => this.#reject(new ConductorConnectionError(this.#executionId, this.#taken, reason)));
  }

  #missed(from: number, to: number): void {
    this.#options.onMissed?.({ from, to });
  }

  #events(seq: number, bytes: Uint8Array): boolean {
    if (seq !== this.#newest + 1) return false;
    const batch = readEvents(bytes);
    if (batch === null) return false;
    this.#newest = seq;
    this.#work = this.#work.then(() => this.#hand(seq, batch));
    return true;
  }

  async #hand(seq: number, batch: readonly TraceEvent[]): Promise<void> {
    const failure = await this.#write(batch);
    this.#taken = seq;
    this.#say({ type: 'ack', seq, failure });
  }

  /** Gives why the sink failed, or null. */
  async #write(batch: readonly TraceEvent[]): Promise<string | null> {
    const { sink } = this.#options;
    if (sink === undefined || this.#hasGivenUp) return null;
    const timer = new AbortController();
    const late = isTimeUp(this.#timers, PATIENCE_MS, timer.signal);
    try {
      const written = sink.write(this.#executionId, batch).then(() => false);
      if (!(await Promise.race([written, late]))) return null;
      this.#hasGivenUp = true;
      return `the sink took longer than ${PATIENCE_MS} ms`;
    } catch (error) {
      return (error instanceof Error ? error.message : 'the sink failed').slice(0, MAX_FAILURE);
    } finally {
      timer.abort();
    }
  }

  /** Settles the call once the sink has taken what came before. */
  async #end(settle: () => void | Promise<void>): Promise<void> {
    this.#leave();
    await this.#work;
    try {
      await settle();
    } catch {
      this.#reject(new ConductorRpcError('internal', 'the result that came cannot be read'));
    }
  }

  #leave(): void {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    this.#over();
  }
}

import { readLiveEvent, type LiveEvent } from './events.ts';
import type { Timers } from './timers.ts';

/**
 * How a watch stands: `connecting` for the first time; `live` while events come by themselves; `lost` between a connection
 * that ended and the next; `refused` where coming back is of no use.
 */
export type WatchState = 'connecting' | 'live' | 'lost' | 'refused';

/** What of a `WebSocket` is used. */
export interface EventSocket {
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  close(): void;
}

interface FollowerOptions {
  /** Opens a socket that sends what follows a number; what happens from now on where there is none. */
  readonly open: (since: number | null) => EventSocket;
  readonly timers: Timers;
  readonly onEvent: (event: LiveEvent) => void;
  /** Also each time that a connection is there again: what happened before it is to be read. */
  readonly onState: (state: WatchState) => void;
}

/** The wait before each try to come back, in milliseconds; the last one is that of all further tries. */
const WAITS_MS = [250, 1000, 2000, 4000, 8000, 15_000];
/** Closed with these, coming again is no use: too much was said, the credential, the workflow. */
const FINAL_CODES: ReadonlySet<number> = new Set([1008, 4401, 4404]);

/**
 * Follows the events of a workflow, over connections that break:
 *
 *     connecting ──open──► live ──close──► lost ──open──► live …
 *                           └──final code──► refused
 *
 * A new connection asks for what follows the last event that came, so nothing is missed and nothing comes twice.
 */
export class Follower {
  readonly #options: FollowerOptions;
  #since: number | null = null;
  #socket: EventSocket | null = null;
  #failures = 0;
  #callOff: () => void = () => undefined;
  #isStopped = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#tell('connecting');
    this.#connect();
  }

  stop(): void {
    this.#isStopped = true;
    this.#callOff();
    this.#socket?.close();
  }

  /** Tries at once where it waits before the next try. */
  retryNow(): void {
    if (this.#socket !== null || this.#isStopped) return;
    this.#callOff();
    this.#connect();
  }

  #tell(state: WatchState): void {
    if (!this.#isStopped) this.#options.onState(state);
  }

  #connect(): void {
    const socket = this.#options.open(this.#since);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#failures = 0;
      this.#tell('live');
    });
    socket.addEventListener('message', ({ data }) => {
      const event = readLiveEvent(data);
      if (event === null || this.#isStopped) return;
      this.#since = event.seq;
      this.#options.onEvent(event);
    });
    socket.addEventListener('close', ({ code }) => this.#closed(code));
  }

  #closed(code: number): void {
    this.#socket = null;
    if (this.#isStopped) return;
    if (FINAL_CODES.has(code)) return this.#tell('refused');
    this.#tell('lost');
    const wait = WAITS_MS[Math.min(this.#failures, WAITS_MS.length - 1)] ?? 0;
    this.#failures++;
    this.#callOff = this.#options.timers.after(wait, () => this.#connect());
  }
}

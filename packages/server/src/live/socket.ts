import type { Duplex } from 'node:stream';
import type { Timers } from '@flowprof/conductor';
import type { WebSocket } from 'ws';
import type { LiveLimits } from './limits.ts';
import { CLOSE_CODES, type CloseReason, type LiveClient } from './watcher.ts';

const TEXT = { binary: false, compress: false } as const;

/** Counts events that went to clients, or that a slow one did not get. */
export interface SentMetrics {
  liveEvents(outcome: 'sent' | 'dropped', count: number): void;
}

export interface LiveSocketOptions {
  readonly limits: LiveLimits;
  readonly timers: Timers;
  readonly metrics: SentMetrics;
}

/** A WebSocket as a client of events. */
export class LiveSocket implements LiveClient {
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #options: LiveSocketOptions;
  #isAlive = true;
  #messages = 0;

  /** @param raw what the socket writes to */
  constructor(socket: WebSocket, raw: Duplex, options: LiveSocketOptions) {
    this.#socket = socket;
    this.#raw = raw;
    this.#options = options;
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    const count = (): void => this.#count();
    socket.on('message', count);
    socket.on('ping', count);
    // What is wrong with a frame: the library closes with the code for it.
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  send(frames: readonly Buffer[]): void {
    const { metrics, limits } = this.#options;
    if (!this.isOpen) return metrics.liveEvents('dropped', frames.length);
    metrics.liveEvents('sent', frames.length);
    this.#raw.cork();
    for (const frame of frames) this.#socket.send(frame, TEXT);
    this.#raw.uncork();
    if (this.#socket.bufferedAmount > limits.bufferedBytes) this.close('later');
  }

  drained(): Promise<void> {
    if (!this.isOpen || !this.#raw.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#raw.off('drain', done);
        this.#raw.off('close', done);
        resolve();
      };
      this.#raw.on('drain', done);
      this.#raw.on('close', done);
    });
  }

  close(reason: CloseReason): void {
    if (!this.isOpen) return;
    this.#socket.close(CLOSE_CODES[reason]);
    const { timers, limits } = this.#options;
    void timers.sleep(limits.closeMs, new AbortController().signal).then(() => this.#socket.terminate());
  }

  /** Ends it at once. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Asks whether the client is there, and ends it when it did not answer the last time. */
  ping(): void {
    this.#messages = 0;
    if (!this.#isAlive) return this.#socket.terminate();
    this.#isAlive = false;
    if (this.isOpen) this.#socket.ping();
  }

  #count(): void {
    this.#messages++;
    if (this.#messages > this.#options.limits.messages) this.close('abuse');
  }
}

import type { Duplex } from 'node:stream';
import type { Timers } from '@flowprof/conductor';
import type { WebSocket } from 'ws';
import type { LiveLimits } from './limits.ts';
import { CLOSE_CODES, type CloseReason, type LiveClient } from './watcher.ts';

const TEXT = { binary: false, compress: false } as const;

/** A WebSocket as a client of events. */
export class LiveSocket implements LiveClient {
  readonly #socket: WebSocket;
  readonly #raw: Duplex;
  readonly #limits: LiveLimits;
  readonly #timers: Timers;
  #isAlive = true;
  #messages = 0;

  /** @param raw what the socket writes to */
  constructor(socket: WebSocket, raw: Duplex, limits: LiveLimits, timers: Timers) {
    this.#socket = socket;
    this.#raw = raw;
    this.#limits = limits;
    this.#timers = timers;
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
    if (!this.isOpen) return;
    this.#raw.cork();
    for (const frame of frames) this.#socket.send(frame, TEXT);
    this.#raw.uncork();
    if (this.#socket.bufferedAmount > this.#limits.bufferedBytes) this.close('later');
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
    void this.#timers.sleep(this.#limits.closeMs, new AbortController().signal).then(() => this.#socket.terminate());
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
    if (this.#messages > this.#limits.messages) this.close('abuse');
  }
}

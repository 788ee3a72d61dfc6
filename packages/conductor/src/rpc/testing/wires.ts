import type { ChannelClosed } from '../channel.ts';
import type { Wire, WireEvents } from '../framed-channel.ts';

/** One end of a pipe within this thread. Frames arrive in a later microtask; a test can hold them back. */
export class MemoryWire implements Wire {
  other: MemoryWire | null = null;
  /** What the other end has sent and this one has not been given, because it does not read. */
  readonly held: unknown[] = [];
  /** Bytes that have come in all. */
  received = 0;
  #isReading = true;
  #on: WireEvents | null = null;

  start(on: WireEvents): void {
    this.#on = on;
    on.ready();
    this.#deliver();
  }

  post(frame: Uint8Array<ArrayBuffer>): void {
    this.other?.push(frame);
  }

  end(closed: ChannelClosed): void {
    const { other } = this;
    queueMicrotask(() => other?.fail(closed));
  }

  /** Gives this end a frame as if the other had sent it. */
  push(frame: unknown): void {
    if (frame instanceof Uint8Array) this.received += frame.length;
    this.held.push(frame);
    queueMicrotask(() => this.#deliver());
  }

  /** Ends this end as if the other were gone. */
  fail(closed: ChannelClosed): void {
    this.#on?.closed(closed);
  }

  pause(): void {
    this.#isReading = false;
  }

  resume(): void {
    this.#isReading = true;
    this.#deliver();
  }

  #deliver(): void {
    if (!this.#isReading || this.#on === null) return;
    for (const frame of this.held.splice(0)) this.#on.frame(frame);
  }
}

/** Two ends that are connected. */
export function memoryWires(): readonly [MemoryWire, MemoryWire] {
  const pair = [new MemoryWire(), new MemoryWire()] as const;
  pair[0].other = pair[1];
  pair[1].other = pair[0];
  return pair;
}

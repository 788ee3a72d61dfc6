import type { Timers } from '../types.ts';
import type { Channel, ChannelCloseCode, ChannelClosed, ChannelLimits, ChannelListener, Message } from './channel.ts';
import { creditFrame, DATA_HEADER_BYTES, readFrame, signFrame, WINDOW_BYTES } from './frames.ts';
import { Receiver } from './receiver.ts';
import { Sender } from './sender.ts';
import { isTimeUp } from './timers.ts';

/** What a wire tells. */
export interface WireEvents {
  /** Frames can be sent from now on. */
  ready(): void;
  /** Whatever came. */
  frame(frame: unknown): void;
  /** The other side is gone or has closed. */
  closed(closed: ChannelClosed): void;
}

/** A connection that carries frames: what a channel is built on. */
export interface Wire {
  start(on: WireEvents): void;
  /** Hands a frame over; the wire owns it from then on. @throws {Error} when the connection is broken */
  post(frame: Uint8Array<ArrayBuffer>): void;
  /** Ends the connection, and says why where the other side can still hear it. */
  end(closed: ChannelClosed): void;
}

/** How a side finds out that the other one is gone where the connection itself may not say so. */
export interface Heartbeat {
  readonly timers: Timers;
  /** How often the other side is asked for a sign of life; after three times as long without one it is gone. */
  readonly everyMs: number;
}

const MISSED_SIGNS = 3;

/** A channel over any wire. */
export class FramedChannel implements Channel {
  readonly #wire: Wire;
  readonly #heartbeat: Heartbeat | null;
  readonly #sender = new Sender();
  readonly #end = new AbortController();
  #receiver = new Receiver(0);
  #listener: ChannelListener | null = null;
  #maxWaiting = Number.POSITIVE_INFINITY;
  #isReady = false;
  /** Bytes of data frames that came since the other side was last given room. */
  #taken = 0;
  #missedSigns = 0;

  constructor(wire: Wire, heartbeat: Heartbeat | null) {
    this.#wire = wire;
    this.#heartbeat = heartbeat;
  }

  listen(listener: ChannelListener, limits: ChannelLimits): void {
    if (this.#listener !== null) throw new Error('the channel is in use');
    this.#listener = listener;
    this.#maxWaiting = limits.waitingMessages;
    this.#receiver = new Receiver(limits.receiveBytes);
    this.#wire.start({
      ready: () => this.#ready(),
      frame: (frame) => this.#frame(frame),
      closed: (closed) => this.#closed(closed),
    });
  }

  send(lane: number, message: Message): void {
    if (this.#end.signal.aborted) return;
    if (this.#sender.waiting >= this.#maxWaiting) {
      this.close('too_slow', 'too many messages wait for the other side to read');
      return;
    }
    this.#sender.add(lane, message);
    this.#pump();
  }

  close(code: ChannelCloseCode, reason: string): void {
    if (this.#end.signal.aborted) return;
    this.#wire.end({ code, reason });
    this.#closed({ code, reason });
  }

  #ready(): void {
    if (this.#isReady || this.#end.signal.aborted) return;
    this.#isReady = true;
    if (this.#heartbeat !== null) void this.#watch(this.#heartbeat);
    this.#pump();
  }

  #closed(closed: ChannelClosed): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#sender.clear();
    this.#listener?.closed(closed);
  }

  #pump(): void {
    if (!this.#isReady) return;
    for (let frame = this.#sender.next(); frame !== null; frame = this.#sender.next()) this.#post(frame);
  }

  #post(frame: Uint8Array<ArrayBuffer>): void {
    try {
      this.#wire.post(frame);
    } catch {
      this.close('gone', 'the connection is broken');
    }
  }

  #frame(received: unknown): void {
    if (this.#end.signal.aborted) return;
    this.#missedSigns = 0;
    const frame = received instanceof Uint8Array ? readFrame(received) : null;
    switch (frame?.kind) {
      case 'data':
        this.#take(frame.lane, frame.bytes, frame.isLast);
        break;
      case 'credit':
        if (this.#sender.give(frame.bytes)) this.#pump();
        else this.#refuse();
        break;
      case 'ping':
        // only where heartbeats are kept does a wire bound what its answers to them may pile up to
        if (this.#heartbeat === null) this.#refuse();
        else this.#post(signFrame('pong'));
        break;
      case 'pong':
        break;
      case undefined:
        this.#refuse();
    }
  }

  #take(lane: number, bytes: Uint8Array, isLast: boolean): void {
    this.#taken += DATA_HEADER_BYTES + bytes.length;
    const received = this.#receiver.take(lane, bytes, isLast);
    if (received === 'too_large') this.close('too_large', 'a message is larger than the limit');
    else if (received === 'malformed') this.#refuse();
    else {
      if (received !== 'incomplete') this.#listener?.message(lane, received);
      this.#giveRoom();
    }
  }

  #giveRoom(): void {
    if (this.#taken < WINDOW_BYTES / 2 || this.#end.signal.aborted) return;
    this.#post(creditFrame(this.#taken));
    this.#taken = 0;
  }

  #refuse(): void {
    this.close('protocol_error', 'something came that is no message');
  }

  async #watch({ timers, everyMs }: Heartbeat): Promise<void> {
    while (await isTimeUp(timers, everyMs, this.#end.signal)) {
      if (++this.#missedSigns > MISSED_SIGNS) {
        this.close('gone', 'the other side gives no sign of life');
        return;
      }
      this.#post(signFrame('ping'));
    }
  }
}

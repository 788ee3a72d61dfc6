import type { Timers } from '../types.ts';
import type { Channel, ChannelClosed, ChannelCloseCode } from './channel.ts';
import { FramedChannel, type Wire, type WireEvents } from './framed-channel.ts';
import { WINDOW_BYTES } from './frames.ts';
import { platformTimers } from './timers.ts';

/** What is used of a WebSocket: the one of browsers and of Node 22 has it, and so have the sockets of the package `ws`. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** Bytes that were handed over and are not sent yet. */
  readonly bufferedAmount: number;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

export interface WebSocketChannelOptions {
  /** How often the other side is asked for a sign of life; 10,000 when absent. */
  readonly heartbeatMs?: number;
  readonly timers?: Timers;
}

const HEARTBEAT_MS = 10_000;
const CONNECTING = 0;
const OPEN = 1;
/** Frames fill at most the window; what is beyond are answers that the other side asks for and does not read. */
const MAX_BUFFERED = 2 * WINDOW_BYTES;

/** Status codes of RFC 6455; those from 4000 on are the ones that a browser lets a page use. */
const STATUS = {
  closed: 1000,
  gone: 4000,
  protocol_error: 4002,
  too_large: 4009,
  too_slow: 4013,
} as const satisfies Record<ChannelCloseCode, number>;

const CODES: ReadonlyMap<number, ChannelCloseCode> = new Map([
  [STATUS.closed, 'closed'],
  [1001, 'closed'],
  [1002, 'protocol_error'],
  [1009, 'too_large'],
  [1013, 'too_slow'],
  [STATUS.protocol_error, 'protocol_error'],
  [STATUS.too_large, 'too_large'],
  [STATUS.too_slow, 'too_slow'],
]);

class WebSocketWire implements Wire {
  readonly #socket: WebSocketLike;

  constructor(socket: WebSocketLike) {
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
  }

  start(on: WireEvents): void {
    const socket = this.#socket;
    socket.addEventListener('open', () => on.ready());
    socket.addEventListener('message', ({ data }) =>
      on.frame(data instanceof ArrayBuffer ? new Uint8Array(data) : data),
    );
    // what went wrong is not told to pages; a close event follows each error
    socket.addEventListener('error', () => on.closed({ code: 'gone', reason: 'the connection failed' }));
    socket.addEventListener('close', ({ code, reason }) => {
      const told = CODES.get(code);
      if (told === undefined) on.closed({ code: 'gone', reason: `the connection was lost (${code})` });
      else on.closed({ code: told, reason: reason || 'the other side closed the connection' });
    });
    if (socket.readyState === OPEN) on.ready();
    else if (socket.readyState !== CONNECTING) on.closed({ code: 'gone', reason: 'the connection is closed' });
  }

  post(frame: Uint8Array<ArrayBuffer>): void {
    if (this.#socket.bufferedAmount > MAX_BUFFERED) throw new Error('the other side does not read');
    this.#socket.send(frame);
  }

  end({ code, reason }: ChannelClosed): void {
    this.#socket.close(STATUS[code], reason);
  }
}

/**
 * A channel over a WebSocket: give it `new WebSocket(url)` in a browser, and a socket of the package `ws` where there is
 * no such global or on the side of the server. The socket may still be connecting; it must not have received anything.
 */
export function webSocketChannel(socket: WebSocketLike, options: WebSocketChannelOptions = {}): Channel {
  const { heartbeatMs = HEARTBEAT_MS, timers = platformTimers } = options;
  return new FramedChannel(new WebSocketWire(socket), { timers, everyMs: heartbeatMs });
}

import { isChannelCloseCode, type Channel, type ChannelClosed } from './channel.ts';
import { FramedChannel, type Wire, type WireEvents } from './framed-channel.ts';

/** What is used of a `Worker`, of the `parentPort` inside it, and of the ports of a `MessageChannel`. */
export interface PortLike {
  postMessage(value: unknown, transfer: readonly ArrayBuffer[]): void;
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

/** What is used of a forked `ChildProcess`, and of `process` inside it. */
export interface IpcLike {
  send?(message: object, callback: (error: Error | null) => void): boolean;
  on(event: string, listener: (value: unknown) => void): unknown;
  off(event: string, listener: (value: unknown) => void): unknown;
}

/** What a pipe between threads or processes is used for; what is not one of these belongs to others. */
type Parcel = { readonly flowprofFrame: unknown } | { readonly flowprofClosed: unknown };

function isParcel(value: unknown): value is Parcel {
  return typeof value === 'object' && value !== null && ('flowprofFrame' in value || 'flowprofClosed' in value);
}

function readClosed(value: unknown): ChannelClosed {
  if (typeof value === 'object' && value !== null && 'code' in value && 'reason' in value) {
    const { code, reason } = value;
    if (isChannelCloseCode(code) && typeof reason === 'string') return { code, reason };
  }
  return { code: 'closed', reason: 'the other side closed the channel' };
}

/** The events by which a pipe tells that the other side is gone, and how it is said. */
type Endings = Readonly<Record<string, string>>;

/** What threads and processes have in common: events, and objects that are copied on their way. */
abstract class PipeWire implements Wire {
  readonly #events: Pick<PortLike, 'on' | 'off'>;
  readonly #endings: Endings;
  #stop: (() => void) | null = null;

  constructor(events: Pick<PortLike, 'on' | 'off'>, endings: Endings) {
    this.#events = events;
    this.#endings = endings;
  }

  abstract post(frame: Uint8Array<ArrayBuffer>): void;
  protected abstract sayClosed(closed: ChannelClosed): void;

  start(on: WireEvents): void {
    const close = (closed: ChannelClosed): void => {
      this.#stop?.();
      on.closed(closed);
    };
    const message = (value: unknown): void => {
      if (!isParcel(value)) return;
      if ('flowprofFrame' in value) on.frame(value.flowprofFrame);
      else close(readClosed(value.flowprofClosed));
    };
    const listeners = Object.entries(this.#endings).map(([event, reason]) => {
      return [event, () => close({ code: 'gone', reason })] as const;
    });
    this.#stop = () => {
      this.#events.off('message', message); // a port without a listener does not keep its thread alive
      for (const [event, listener] of listeners) if (event !== 'error') this.#events.off(event, listener);
    };
    this.#events.on('message', message);
    for (const [event, listener] of listeners) this.#events.on(event, listener);
    on.ready();
  }

  end(closed: ChannelClosed): void {
    this.#stop?.();
    try {
      this.sayClosed(closed);
    } catch {
      // it is gone already
    }
  }
}

class PortWire extends PipeWire {
  readonly #port: PortLike;

  constructor(port: PortLike) {
    super(port, { error: 'the thread failed', exit: 'the thread has ended', close: 'the port is closed' });
    this.#port = port;
  }

  post(frame: Uint8Array<ArrayBuffer>): void {
    this.#port.postMessage({ flowprofFrame: frame } satisfies Parcel, [frame.buffer]);
  }

  protected sayClosed({ code, reason }: ChannelClosed): void {
    this.#port.postMessage({ flowprofClosed: { code, reason } } satisfies Parcel, []);
  }
}

class IpcWire extends PipeWire {
  readonly #send: (parcel: Parcel) => void;

  constructor(ipc: IpcLike) {
    super(ipc, {
      error: 'the pipe to the process failed',
      exit: 'the process has ended',
      disconnect: 'the pipe to the process is closed',
    });
    // the end of the pipe is told by an event as well
    this.#send = (parcel) => void ipc.send?.(parcel, () => undefined);
  }

  post(frame: Uint8Array<ArrayBuffer>): void {
    this.#send({ flowprofFrame: frame });
  }

  protected sayClosed({ code, reason }: ChannelClosed): void {
    this.#send({ flowprofClosed: { code, reason } });
  }
}

/**
 * A channel to another thread: give it the `Worker` on one side and `parentPort` on the other, or the two ports of a
 * `MessageChannel`. Closing it does not end the thread. Other messages may go over the same port.
 */
export function messagePortChannel(port: PortLike): Channel {
  return new FramedChannel(new PortWire(port), null);
}

/**
 * A channel to a forked process: give it the `ChildProcess` on one side and `process` on the other. The child has to be
 * forked with `serialization: 'advanced'`. Closing it does not end the process.
 */
export function childProcessChannel(ipc: IpcLike): Channel {
  if (ipc.send === undefined) throw new TypeError('the process was not forked with a pipe for messages');
  return new FramedChannel(new IpcWire(ipc), null);
}

import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import type { Conductor } from '../../conductor.ts';
import type { Channel } from '../channel.ts';
import { MAX_FRAME_BYTES } from '../frames.ts';
import { childProcessChannel, messagePortChannel } from '../ports.ts';
import { serveConductor, type ServeOptions } from '../serve.ts';
import { webSocketChannel } from '../websocket.ts';
import { countingConductor, digestOf, watched } from './conductor.ts';

/** A counting conductor that is somewhere else, and the channel to it. */
export interface Link {
  readonly channel: Channel;
  /** The digest of the next result, as it is over there. */
  digest(): Promise<string>;
  /** Cuts the connection, as hard as it can be cut. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

/** Digests that have come, and who waits for one. */
class Digests {
  readonly #come: string[] = [];
  readonly #waiting: ((digest: string) => void)[] = [];

  add(digest: string): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#come.push(digest);
    else waiting(digest);
  }

  /** Takes a message that may be one. */
  see(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('digest' in message)) return;
    if (typeof message.digest === 'string') this.add(message.digest);
  }

  next(): Promise<string> {
    const come = this.#come.shift();
    return come === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(come);
  }
}

function source(name: string): URL {
  return new URL(name, import.meta.url);
}

/** Starts one of the threads in this folder. */
export function startSource(name: string, data: object = {}): Worker {
  return new Worker(source('from-source.mjs'), {
    workerData: { ...data, entry: source(name).href },
    execArgv: ['--conditions=@flowprof/source'],
  });
}

/** A thread. */
export function openThread(): Promise<Link> {
  const digests = new Digests();
  const worker = startSource('thread.ts');
  worker.on('message', (message) => digests.see(message));
  const end = async (): Promise<void> => void (await worker.terminate());
  return Promise.resolve({ channel: messagePortChannel(worker), digest: () => digests.next(), cut: end, close: end });
}

/** Forks one of the processes in this folder. */
export function forkSource(name: string, args: readonly string[] = []): ChildProcess {
  return fork(fileURLToPath(source(name)), args, {
    execArgv: ['--conditions=@flowprof/source', '--import', 'tsx'],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** Kills a process and waits for its end. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGKILL');
  await ended;
}

/** A process. */
export function openProcess(): Promise<Link> {
  const digests = new Digests();
  const child = forkSource('process.ts');
  child.on('message', (message) => digests.see(message));
  const end = (): Promise<void> => kill(child);
  return Promise.resolve({ channel: childProcessChannel(child), digest: () => digests.next(), cut: end, close: end });
}

/** A server that serves a conductor on every WebSocket. */
export interface SocketServer {
  readonly url: string;
  connect(): WebSocket;
  /** Breaks every connection without a word. */
  cut(): void;
  close(): Promise<void>;
}

export async function serveSockets(
  conductor: Pick<Conductor, 'node'>,
  options: ServeOptions = {},
): Promise<SocketServer> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  server.on('connection', (socket) => serveConductor(conductor, webSocketChannel(socket), options));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `ws://127.0.0.1:${address.port}`;
  const cut = (): void => {
    for (const socket of server.clients) socket.terminate();
  };
  const close = async (): Promise<void> => {
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url, connect: () => new WebSocket(url, { perMessageDeflate: false }), cut, close };
}

/** A socket. */
export async function openSocket(): Promise<Link> {
  const digests = new Digests();
  const server = await serveSockets(watched(countingConductor(), (result) => digests.add(digestOf(result))));
  return {
    channel: webSocketChannel(server.connect()),
    digest: () => digests.next(),
    cut: () => Promise.resolve(server.cut()),
    close: () => server.close(),
  };
}

import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What a run of steps looks like: one after another, or `width` at a time, each lot after all of the lot before. */
export interface Shape {
  readonly kind: 'chain' | 'fanOut';
  readonly rounds: number;
  readonly width: number;
}

const FOLDER = new URL('../peers-durable/', import.meta.url);

/** Whether the other engines are installed (`npm install` in `bench/peers-durable`). */
export function arePeersInstalled(): boolean {
  return existsSync(new URL('node_modules', FOLDER));
}

/** Another engine in a process of its own. */
export class Peer {
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  /** Starts a script of `bench/peers-durable` in a folder for its files, and waits until it is ready. */
  static async start(folder: string, script: string, ...args: readonly string[]): Promise<Peer> {
    const env = { ...process.env, RESTATE_LOGGING: 'ERROR', NODE_NO_WARNINGS: '1' };
    const options = { execArgv: [], env, cwd: folder };
    const peer = new Peer(fork(fileURLToPath(new URL(script, FOLDER)), args, options));
    await peer.#message();
    return peer;
  }

  /** Runs a workflow of that shape to its end. */
  async run(shape: Shape): Promise<unknown> {
    const answer = this.#message();
    this.#process.send(shape);
    return answer;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#process.once('exit', () => resolve());
      this.#process.disconnect();
    });
  }

  #message(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const onExit = (code: number | null): void => reject(new Error(`the peer ended with ${code}`));
      this.#process.once('exit', onExit);
      this.#process.once('message', (message: unknown) => {
        this.#process.removeListener('exit', onExit);
        resolve(message);
      });
    });
  }
}

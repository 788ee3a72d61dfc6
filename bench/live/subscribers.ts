import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('subscribers.mjs', import.meta.url));

/** Sockets in processes of their own. */
export class Subscribers {
  readonly #processes: readonly ChildProcess[];

  private constructor(processes: readonly ChildProcess[]) {
    this.#processes = processes;
  }

  /** Opens so many to a URL, an equal share in each process; resolves when all are open. */
  static async open(url: string, count: number, processes: number): Promise<Subscribers> {
    const children: ChildProcess[] = [];
    for (let i = 0; i < processes; i++) {
      const child = fork(SCRIPT, [url, String(count / processes)], { execArgv: [] });
      child.once('exit', (code) => {
        if (code !== 0 && code !== null) throw new Error(`the subscribers ended with ${code}`);
      });
      children.push(child);
    }
    const opened = new Subscribers(children);
    await opened.all();
    return opened;
  }

  /** Resolves when all have one message more. */
  async all(): Promise<void> {
    await Promise.all(this.#processes.map((child) => once(child, 'message')));
  }

  async close(): Promise<void> {
    const exits = this.#processes.map((child) => once(child, 'exit'));
    for (const child of this.#processes) child.disconnect();
    await Promise.all(exits);
  }
}

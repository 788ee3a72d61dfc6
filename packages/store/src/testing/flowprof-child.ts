import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('child.ts', import.meta.url));
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `child.ts` in a process of its own and keeps what it says. */
export class FlowprofChild {
  /** All that it has said, later messages over earlier ones. */
  said: Readonly<Record<string, unknown>> = {};
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #waiting: { done: () => boolean; resolve: () => void }[] = [];

  constructor(dataDir: string) {
    const args = ['--conditions=@flowprof/source', '--import', 'tsx', SCRIPT, dataDir];
    this.process = spawn(process.execPath, args, { cwd: PACKAGE, stdio: ['ignore', 'pipe', 'inherit'] });
    this.#ended = once(this.process, 'close');
    if (this.process.stdout) createInterface(this.process.stdout).on('line', (line) => this.#hear(line));
  }

  /** Resolves once it has said `key`, or acknowledged that many rounds; rejects when it ends before. */
  async until(key: 'workspaceId' | 'postmaster' | 'code' | number): Promise<void> {
    const done = (): boolean => (typeof key === 'number' ? this.number('acknowledged') >= key : key in this.said);
    if (done()) return;
    const heard = new Promise<void>((resolve) => {
      this.#waiting.push({ done, resolve });
    });
    await Promise.race([heard, this.#ended]);
    if (!done()) throw new Error(`it ended and had said ${JSON.stringify(this.said)}`);
  }

  text(key: string): string {
    const value = this.said[key];
    return typeof value === 'string' ? value : '';
  }

  number(key: string): number {
    const value = this.said[key];
    return typeof value === 'number' ? value : 0;
  }

  /** Kills it without giving it a chance, and waits until it is gone. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#ended;
  }

  async end(): Promise<void> {
    await this.#ended;
  }

  #hear(line: string): void {
    const message: unknown = JSON.parse(line);
    if (typeof message === 'object' && message !== null) this.said = { ...this.said, ...message };
    for (const waiting of this.#waiting) if (waiting.done()) waiting.resolve();
  }
}

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { send, type Answer, type Call } from './harness.ts';

const lineSchema = z.looseObject({ msg: z.string().optional(), execution: z.string().optional() });

/** A line of a server's log. */
export type LogLine = z.output<typeof lineSchema>;

const SERVE = fileURLToPath(new URL('serve.ts', import.meta.url));

/** A server in a process of its own, which can be killed. */
export class ServerProcess {
  readonly url: string;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: LogLine[];
  readonly #exited: Promise<unknown>;
  readonly #watchers: Set<() => void>;

  private constructor(parts: {
    readonly url: string;
    readonly child: ChildProcessByStdio<null, Readable, Readable>;
    readonly lines: LogLine[];
    readonly exited: Promise<unknown>;
    readonly watchers: Set<() => void>;
  }) {
    this.url = parts.url;
    this.#child = parts.child;
    this.#lines = parts.lines;
    this.#exited = parts.exited;
    this.#watchers = parts.watchers;
  }

  /** @param demo where the demo service is */
  static async start(dataDir: string, demo: string): Promise<ServerProcess> {
    const args = ['--conditions=@flowprof/source', '--import', 'tsx', SERVE, dataDir, demo];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit');
    const lines: LogLine[] = [];
    const watchers = new Set<() => void>();
    createInterface(child.stderr).on('line', (text) => {
      try {
        lines.push(lineSchema.parse(JSON.parse(text)));
      } catch {
        lines.push({ msg: text });
      }
      for (const watch of watchers) watch();
    });
    const said = await Promise.race([once(child.stdout, 'data'), exited]);
    const [first] = z.tuple([z.unknown()]).rest(z.unknown()).parse(said);
    if (!Buffer.isBuffer(first)) throw new Error(`the server did not start: ${JSON.stringify(lines.slice(-5))}`);
    return new ServerProcess({ url: first.toString('utf8').trim(), child, lines, exited, watchers });
  }

  call(path: string, call?: Call): Promise<Answer> {
    return send(this.url, path, call);
  }

  /** Resolves with the first line of the log that the function picks. */
  async line(picked: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const found = this.#lines.find(picked);
      if (found) return found;
      const next = new Promise<void>((done) => {
        const watch = (): void => {
          this.#watchers.delete(watch);
          done();
        };
        this.#watchers.add(watch);
      });
      const ended = this.#exited.then(() => {
        throw new Error(`the server ended: ${JSON.stringify(this.#lines.slice(-5))}`);
      });
      await Promise.race([next, ended]);
    }
  }

  /** Kills it at once with SIGKILL. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Stops it, and its database. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}

import { createServer, type Server } from 'node:http';
import type { AttemptMessage } from '../../src/temporal-worker/index.ts';

const parse: (text: string) => { readonly attempts: readonly AttemptMessage[] } = JSON.parse;

/** Takes reports of attempts as flowprof does, or fails in the ways a server can. */
export class Receiver {
  readonly attempts: AttemptMessage[] = [];
  requests = 0;
  /** What is answered. `silence` answers nothing until `answer`. */
  answers: number | 'silence' = 200;
  readonly #held: (() => void)[] = [];
  readonly #waiting = new Set<() => void>();
  #server: Server | null = null;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Those of one run, in the order that they came in. */
  of(runId: string): readonly AttemptMessage[] {
    return this.attempts.filter((attempt) => attempt.run_id === runId);
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.requests++;
        const answer = (): void => {
          const status = this.answers === 'silence' ? 200 : this.answers;
          if (status === 200) {
            this.attempts.push(...parse(Buffer.concat(chunks).toString('utf8')).attempts);
          }
          response.writeHead(status).end();
          this.#wake();
        };
        if (this.answers === 'silence') this.#held.push(answer);
        else answer();
        this.#wake();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address === 'object' && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Closes it at once, as a crash does; it can be started again. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** Answers what it held. */
  answer(): void {
    this.answers = 200;
    for (const answer of this.#held.splice(0)) answer();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Resolves once what it was told is as it is meant to be. */
  async until(isMeant: () => boolean): Promise<void> {
    while (!isMeant()) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }
}

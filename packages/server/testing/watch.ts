import { WebSocket } from 'ws';
import { z } from 'zod';

const messageShape = z.object({ event: z.string(), seq: z.int(), data: z.looseObject({}) });

/** A message of a WebSocket of events. */
export type Message = z.output<typeof messageShape>;

/** How a connection ended, or was refused. */
export interface Ending {
  readonly code: number;
  /** The body of a refusal. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A client that keeps what it is sent. */
export class Watch {
  readonly messages: Message[] = [];
  readonly socket: WebSocket;
  /** Resolves when it is open; rejects when it is refused. */
  readonly opened: Promise<void>;
  readonly ended: Promise<Ending>;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(
    url: string,
    path: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly protocols?: readonly string[] } = {},
  ) {
    const { headers = {}, protocols = [] } = options;
    this.socket = new WebSocket(url.replace(/^http/, 'ws') + path, [...protocols], { headers });
    this.socket.on('message', (data) => {
      this.messages.push(messageShape.parse(JSON.parse(z.instanceof(Buffer).parse(data).toString('utf8'))));
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        this.#isOver = true;
        resolve(ending);
        this.#wake();
      };
      this.socket.on('close', (code) => end({ code, body: '', headers: {} }));
      this.socket.on('unexpected-response', (_, response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => end({ code: response.statusCode ?? 0, body, headers: response.headers }));
      });
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', resolve);
      void this.ended.then(({ code }) => reject(new Error(`it ended with ${code}`)));
    });
    this.opened.catch(() => undefined);
    this.socket.on('error', () => undefined);
  }

  get names(): string[] {
    return this.messages.map(({ event }) => event);
  }

  get seqs(): number[] {
    return this.messages.map(({ seq }) => seq);
  }

  /** The number of the last message; 0 before there is one. */
  get lastSeq(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  /** Resolves once a message is there that is picked; rejects when the connection ends without one. */
  async until(picked: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.messages.find(picked);
      if (found) return found;
      if (this.#isOver) throw new Error(`it ended after ${this.names.join(', ')}`);
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** Breaks the connection off, as a network does. */
  async breakOff(): Promise<void> {
    this.socket.terminate();
    await this.ended;
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

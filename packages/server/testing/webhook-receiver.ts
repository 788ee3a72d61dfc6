import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { z } from 'zod';

/** A delivery as it came. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** How a delivery is answered; an answer that never comes where it does nothing. */
export type Answering = (response: ServerResponse) => void;

const addressShape = z.object({ port: z.number() });

/** A receiver of webhooks that tells of each delivery, and answers as it is told to. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  readonly url: string;
  /** What a network policy allows it by. */
  readonly host: string;
  answer: Answering = (response) => response.writeHead(204).end();
  readonly #server: Server;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/hook`;
    this.host = `127.0.0.1:${port}`;
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => receiver.#take({ headers: request.headers, body: Buffer.concat(chunks) }, response));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new WebhookReceiver(server, addressShape.parse(server.address()).port);
    return receiver;
  }

  /** Resolves once so many deliveries have come, whether they were taken or not. */
  async until(count: number): Promise<readonly Received[]> {
    if (this.received.length < count) {
      await new Promise<void>((resolve) => {
        this.#waiting.push({ count, resolve });
      });
    }
    return this.received;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #take(received: Received, response: ServerResponse): void {
    this.received.push(received);
    for (const { count, resolve } of this.#waiting) if (this.received.length >= count) resolve();
    this.answer(response);
  }
}

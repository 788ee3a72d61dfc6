import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What the network does to what it carries. */
type Weather =
  | { readonly kind: 'fine' }
  /** Carries everything this much later. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Carries nothing any more, and tells nobody. */
  | { readonly kind: 'silent' };

/** A bad network between a client and a server. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Connections that were there when the network fell silent stay dead. */
  readonly #dead = new WeakSet<Socket>();
  #weather: Weather = { kind: 'fine' };

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async to(port: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const proxy = new TcpProxy(server, typeof address === 'object' && address !== null ? address.port : 0);
    server.on('connection', (near) => proxy.#join(near, connect(port, '127.0.0.1')));
    return proxy;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    if (weather.kind === 'silent') for (const socket of this.#sockets) this.#dead.add(socket);
  }

  /** Cuts off every connection, as a router that was restarted. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(near: Socket, far: Socket): void {
    if (this.#weather.kind === 'silent') for (const socket of [near, far]) this.#dead.add(socket);
    this.#carry(near, far);
    this.#carry(far, near);
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    const isDead = (): boolean => this.#dead.has(from);
    from.on('data', (data: Buffer) => {
      if (isDead()) return;
      const { kind } = this.#weather;
      if (kind !== 'slow') to.write(data);
      else setTimeout(() => isDead() || to.destroyed || to.write(data), this.#weather.ms);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!isDead()) to.destroy();
    });
  }
}

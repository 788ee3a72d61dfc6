import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Timers } from '@flowprof/conductor';
import type { Store } from '@flowprof/store';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import { ApiError, unavailable } from '../http/errors.ts';
import { LiveHub, type Watching } from './hub.ts';
import type { LiveLimits } from './limits.ts';
import { LiveSocket, type SentMetrics } from './socket.ts';

/** The subprotocol that is answered to browsers, which hand a credential over as another. */
const SUBPROTOCOL = 'flowprof';

/** What a client may send at most, in bytes. */
const MAX_MESSAGE = 4096;

/** How many sockets are pinged in one turn of the event loop. */
const PINGED_AT_ONCE = 500;

const RETRY_AFTER_SECONDS = 10;

/** A request for another protocol than HTTP, with the connection that it came on. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What is counted of it. */
interface LiveMetrics extends SentMetrics {
  sockets(open: number): void;
}

export interface LiveServiceOptions {
  readonly store: Store;
  readonly limits: LiveLimits;
  readonly timers: Timers;
  readonly logger: Pick<Logger, 'warn'>;
  readonly metrics: LiveMetrics;
  /** Whether a credential still opens a workspace. @throws where that cannot be found out now */
  readonly mayStill: (authorization: string | undefined, workspaceId: string) => Promise<boolean>;
}

/** Who is connected. */
interface Connection {
  readonly socket: LiveSocket;
  readonly authorization: string | undefined;
  readonly workspaceId: string;
}

/** The WebSockets of those who watch. */
export class LiveService {
  readonly #options: LiveServiceOptions;
  readonly #hub: LiveHub;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  readonly #connections = new Set<Connection>();
  readonly #ofWorkspace = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #stopListening: () => void;
  readonly #loops: Promise<unknown>;

  constructor(options: LiveServiceOptions) {
    this.#options = options;
    const { store, logger, limits } = options;
    this.#hub = new LiveHub(store.live, (error) => logger.warn({ err: error }, 'events cannot be read now'));
    this.#stopListening = store.live.listen((signal) => this.#hub.hear(signal));
    this.#loops = Promise.all([
      this.#every(limits.pollMs, () => this.#hub.poll()),
      this.#every(limits.pingMs, () => this.#pingAll()),
      this.#every(limits.recheckMs, () => this.#recheck()),
    ]);
  }

  /** @throws {ApiError} `overloaded`, `too_many_connections`, `shutting_down` when there is no room for another socket */
  requireRoom(workspaceId: string): void {
    const { sockets, socketsPerWorkspace } = this.#options.limits;
    if (this.#stop.signal.aborted) throw unavailable('shutting_down', 'The server is stopping.', RETRY_AFTER_SECONDS);
    if (this.#connections.size >= sockets) {
      throw unavailable('overloaded', 'Too many WebSockets are open.', RETRY_AFTER_SECONDS);
    }
    if ((this.#ofWorkspace.get(workspaceId) ?? 0) < socketsPerWorkspace) return;
    throw new ApiError('too_many_connections', 'The workspace has too many WebSockets open.', {
      members: { limit: socketsPerWorkspace },
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }

  /** Makes a checked request a WebSocket that gets the events it asks for. */
  accept({ request, socket: raw, head }: Upgrade, watching: Watching): void {
    const { authorization } = request.headers;
    this.#server.handleUpgrade(request, raw, head, (ws) => {
      const socket = new LiveSocket(ws, raw, this.#options);
      const connection = { socket, authorization, workspaceId: watching.tenant.workspaceId };
      this.#count(connection, 1);
      const leave = this.#hub.watch(watching, socket);
      ws.once('close', () => {
        leave();
        this.#count(connection, -1);
      });
    });
  }

  /** Ends all connections, and waits as long as that may take. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    for (const { socket } of this.#connections) socket.close('stopping');
    const [steps, { timers, limits }] = [20, this.#options];
    for (let i = 0; i < steps && this.#connections.size > 0; i++) {
      await timers.sleep(limits.closeMs / steps, new AbortController().signal);
    }
    for (const { socket } of this.#connections) socket.terminate();
    await this.#loops;
  }

  #count(connection: Connection, by: 1 | -1): void {
    if (by === 1) this.#connections.add(connection);
    else this.#connections.delete(connection);
    this.#options.metrics.sockets(this.#connections.size);
    const { workspaceId } = connection;
    const count = (this.#ofWorkspace.get(workspaceId) ?? 0) + by;
    if (count === 0) this.#ofWorkspace.delete(workspaceId);
    else this.#ofWorkspace.set(workspaceId, count);
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#options.timers.sleep(ms, signal).catch(() => undefined);
      if (!signal.aborted) await work();
    }
  }

  async #pingAll(): Promise<void> {
    let count = 0;
    for (const { socket } of this.#connections) {
      socket.ping();
      count++;
      if (count % PINGED_AT_ONCE === 0) await new Promise(setImmediate);
    }
  }

  /** Ends the connections whose credentials hold no longer, and those that watch what was deleted. */
  async #recheck(): Promise<void> {
    const groups = new Map<string, Connection[]>();
    for (const connection of this.#connections) {
      const key = `${connection.workspaceId} ${connection.authorization ?? ''}`;
      const group = groups.get(key);
      if (group) group.push(connection);
      else groups.set(key, [connection]);
    }
    const { mayStill, store, logger } = this.#options;
    try {
      for (const group of groups.values()) {
        const [{ authorization, workspaceId } = { authorization: undefined, workspaceId: '' }] = group;
        if (await mayStill(authorization, workspaceId)) continue;
        for (const { socket } of group) socket.close('expired');
      }
      const none = { since: null, limit: 1 };
      await this.#hub.endGone(async (workspaceId, workflowId) => {
        return (await store.tenant(workspaceId).listLiveEvents(workflowId, none)) !== null;
      });
    } catch (error) {
      logger.warn({ err: error }, 'it could not be looked who may still watch');
    }
  }
}

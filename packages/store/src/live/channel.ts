import { Client } from 'pg';
import type { Connection } from '../database.ts';
import { messageOf } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import type { StoreTimers } from '../timers.ts';
import { readMessages, writeMessages, type LiveMessage } from './messages.ts';

const CHANNEL = 'flowprof_live';

const RETRY_MS = 500;

/** After how much silence the system asks whether the other end is there: who only listens learns of nothing else. */
const KEEP_ALIVE_MS = 5000;

/** How long a notification may take before the connection counts as lost. */
const SEND_TIMEOUT_MS = 10_000;

export interface LiveChannelOptions {
  readonly connection: Connection;
  /** This server, which does not hear itself. */
  readonly instanceId: string;
  readonly timers: StoreTimers;
  readonly log: StoreLog;
  /** Called with what other servers say. */
  readonly hear: (messages: readonly LiveMessage[]) => void;
  /** Called when messages may have been missed. */
  readonly missed: () => void;
}

/**
 * What servers on one database say to each other, by NOTIFY on a connection of its own. Messages hold ids only and may
 * get lost with the connection: who needs to know asks the tables, too. What is said while a notification is under way
 * goes with the next, each thing once.
 */
export class LiveChannel {
  readonly #options: LiveChannelOptions;
  readonly #pending = new Map<string, LiveMessage>();
  #client: Client | null = null;
  #sending: Promise<void> | null = null;
  #closed = false;

  constructor(options: LiveChannelOptions) {
    this.#options = options;
  }

  /** Connects; goes on trying where that fails. */
  async open(): Promise<void> {
    await this.#connect().catch(() => void this.#connectAgain());
  }

  /** Tells the other servers. */
  send(message: LiveMessage): void {
    if (this.#client === null) return;
    const key = `${message.type} ${message.workspaceId} ${message.id}`;
    const known = this.#pending.get(key);
    if (known === undefined || known.seq < message.seq) this.#pending.set(key, message);
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = null;
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sending;
    await this.#client?.end().catch(() => undefined);
  }

  async #sendAll(): Promise<void> {
    while (this.#pending.size > 0 && this.#client !== null) {
      // What this turn of the event loop says goes together.
      await new Promise(setImmediate);
      const payloads = writeMessages(this.#options.instanceId, [...this.#pending.values()]);
      this.#pending.clear();
      const client = this.#client;
      try {
        await client?.query('SELECT pg_notify($1, p) FROM unnest($2::text[]) AS p', [CHANNEL, payloads]);
      } catch {
        await client?.end().catch(() => undefined);
      }
    }
    this.#pending.clear();
  }

  async #connect(): Promise<void> {
    const { connection, log, instanceId, hear } = this.#options;
    const client = new Client({
      ...connection,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      connectionTimeoutMillis: 5000,
      query_timeout: SEND_TIMEOUT_MS,
    });
    client.on('error', (error) => log({ type: 'connection_lost', reason: messageOf(error) }));
    client.on('notification', ({ payload = '' }) => {
      const messages = readMessages(instanceId, payload);
      if (messages.length > 0) hear(messages);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    client.once('end', () => void this.#connectAgain());
    // It may have been closed, or the connection lost, while it was connecting.
    if (this.#closed) await client.end().catch(() => undefined);
  }

  async #connectAgain(): Promise<void> {
    this.#client = null;
    while (!this.#closed && this.#client === null) {
      await this.#options.timers.sleep(RETRY_MS);
      if (!this.#closed) await this.#connect().catch(() => undefined);
    }
    if (!this.#closed) this.#options.missed();
  }
}

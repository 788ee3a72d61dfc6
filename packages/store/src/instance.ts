import { Client } from 'pg';
import type { Connection } from './database.ts';
import { messageOf } from './errors.ts';
import type { StoreLog } from './log.ts';
import { upsertInstance } from './queries/upsert-instance.ts';
import type { StoreTimers } from './timers.ts';

/** The first number of the advisory locks of servers; the second is that of the server's row. */
export const INSTANCE_LOCKS = 7_420_002;

const RETRY_MS = 500;

/** The server notices within 15 s that the machine at the other end is gone, and gives the lock up. */
const KEEPALIVE = '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3';

/**
 * Shows the other servers on a database that this one lives: holds an advisory lock on a connection of its own. The
 * lock goes with the process, however that ends, and is taken again when the connection broke.
 */
export class InstanceLease {
  readonly #connection: Connection;
  readonly #id: string;
  readonly #timers: StoreTimers;
  readonly #log: StoreLog;
  #client: Client | null = null;
  #closed = false;

  constructor(connection: Connection, id: string, timers: StoreTimers, log: StoreLog) {
    this.#connection = connection;
    this.#id = id;
    this.#timers = timers;
    this.#log = log;
  }

  /** Takes the lock. */
  async take(): Promise<void> {
    const client = new Client({
      ...this.#connection,
      options: `${this.#connection.options ?? ''} ${KEEPALIVE}`.trim(),
      keepAlive: true,
      connectionTimeoutMillis: 5000,
    });
    client.on('error', (error) => this.#log({ type: 'connection_lost', reason: messageOf(error) }));
    try {
      await client.connect();
      await upsertInstance(client, this.#id, INSTANCE_LOCKS);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
    this.#client = client;
    client.once('end', () => void this.#takeAgain());
  }

  /** Gives up the lock. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#client?.end().catch(() => undefined);
  }

  async #takeAgain(): Promise<void> {
    this.#client = null;
    while (!this.#closed && this.#client === null) {
      await this.#timers.sleep(RETRY_MS);
      if (!this.#closed) await this.take().catch(() => undefined);
    }
    // It may have been closed while it was connecting.
    if (this.#closed) await this.close();
  }
}

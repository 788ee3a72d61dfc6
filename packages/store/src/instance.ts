import { Client } from 'pg';
import type { Connection } from './database.ts';
import { messageOf } from './errors.ts';
import type { StoreLog } from './log.ts';
import { upsertInstance } from './queries/upsert-instance.ts';
import type { StoreTimers } from './timers.ts';

/** The first number of the advisory locks of servers; the second is that of the server's row. */
export const INSTANCE_LOCKS = 7_420_002;

const RETRY_MS = 500;

/** How often it is looked whether the connection still works, and how long that may take. */
const PROBE_MS = 5000;

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
  readonly #closing = new AbortController();
  #client: Client | null = null;

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
      query_timeout: PROBE_MS,
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
    void this.#watch(client);
  }

  /** Gives up the lock. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#client?.end().catch(() => undefined);
  }

  /**
   * Asks something from time to time. A connection that only waits does not learn that the network lost it, while the
   * other servers see no lock any more and take over what this one runs, and all that it goes on to start.
   */
  async #watch(client: Client): Promise<void> {
    const { signal } = this.#closing;
    for (;;) {
      await this.#timers.sleep(PROBE_MS, signal);
      if (signal.aborted || this.#client !== client) return;
      await client.query('SELECT 1').catch(() => client.end().catch(() => undefined));
    }
  }

  async #takeAgain(): Promise<void> {
    const { signal } = this.#closing;
    this.#client = null;
    while (!signal.aborted && this.#client === null) {
      await this.#timers.sleep(RETRY_MS, signal);
      if (!signal.aborted) await this.take().catch(() => undefined);
    }
    // It may have been closed while it was connecting.
    if (signal.aborted) await this.close();
  }
}

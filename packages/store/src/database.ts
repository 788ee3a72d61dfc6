import { AnswerWatch } from './answer-watch.ts';
import { isUuid } from '@flowprof/model';
import { DatabaseError, Pool, TypeOverrides, types, type ClientConfig, type PoolClient } from 'pg';
import type { ConnectionUse } from './api.ts';
import { messageOf, StoreError, type StoreErrorCode } from './errors.ts';
import { FairSlots } from './fair-slots.ts';
import type { StoreLog } from './log.ts';
import { OneTrip, type NamedStatement } from './one-trip.ts';
import { Row } from './row.ts';

/** What a query is run on: a connection inside a transaction. */
export interface Sql {
  /** Runs one statement and returns its rows. */
  rows(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Runs one statement and returns how many rows it touched. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** Runs a statement that could go with others in one message by itself. */
export async function runStatement(sql: Sql, { text, values }: NamedStatement): Promise<void> {
  await sql.run(text, values);
}

/** Where a pool connects to. */
export type Connection = Pick<ClientConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl' | 'options'>;

/** `bigint` columns hold numbers that JavaScript has exactly; timestamps and JSON are read by `Row`. */
function typeParsers(): TypeOverrides {
  const parsers = new TypeOverrides();
  parsers.setTypeParser(types.builtins.INT8, 'text', Number);
  parsers.setTypeParser(types.builtins.TIMESTAMPTZ, 'text', (value) => value);
  parsers.setTypeParser(types.builtins.JSONB, 'text', (value) => value);
  return parsers;
}

/** SQLSTATEs and classes of them (two digits), most special first, with what they mean to a caller. */
const SQLSTATES: readonly (readonly [string, StoreErrorCode])[] = [
  ['23505', 'conflict'],
  ['23503', 'not_found'],
  ['40', 'database_unavailable'],
  ['57014', 'database_timeout'],
  ['53100', 'disk_full'],
  ['53', 'database_unavailable'],
  ['57P', 'database_unavailable'],
  ['08', 'database_unavailable'],
  ['22', 'bad_value'],
  ['23', 'bad_value'],
  ['54', 'bad_value'],
];

/** An error of the driver as one of ours. What carries no SQLSTATE came from the connection, not from a statement. */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (error instanceof RangeError) return new StoreError('bad_value', undefined, error);
  if (error instanceof TypeError || error instanceof SyntaxError) {
    return new StoreError('database_error', undefined, error);
  }
  if (!(error instanceof DatabaseError)) return new StoreError('database_unavailable', undefined, error);
  const state = error.code ?? '';
  const known = SQLSTATES.find(([prefix]) => state.startsWith(prefix));
  return new StoreError(known?.[1] ?? 'database_error', undefined, error);
}

/** The SQLSTATE of what the server refused; null for any other error. */
export function sqlStateOf(error: unknown): string | null {
  const cause = error instanceof StoreError ? error.cause : error;
  return cause instanceof DatabaseError ? (cause.code ?? null) : null;
}

/** How an answer is waited for. */
type Await = <T>(client: PoolClient, question: Promise<T>) => Promise<T>;

function sqlOn(client: PoolClient, answer: Await): Sql {
  return {
    async rows(text, values = []) {
      const result = await answer(client, client.query<Record<string, unknown>>(text, [...values]));
      return result.rows.map((row) => new Row(row));
    },
    async run(text, values = []) {
      const result = await answer(client, client.query(text, [...values]));
      return result.rowCount ?? 0;
    },
  };
}

/** How long a connection is waited for. */
const CONNECT_MS = 5000;

const SETTINGS = '-c timezone=UTC -c datestyle=ISO -c statement_timeout=60s';

/** How many statements a connection has parsed at most before settings of further workspaces are not kept. */
const MAX_PARSED = 100;

/** Rolls back, and drops the statements that a connection has parsed. */
const FORGET = 'ROLLBACK; DEALLOCATE ALL';

export interface DatabaseOptions {
  /** How many connections at most. */
  readonly max: number;
  readonly log: StoreLog;
  /** `-c name=value` settings besides those that all connections have. */
  readonly settings?: string;
}

/** Connections to the database under one role. Every call is one transaction. */
export class Database {
  readonly #pool: Pool;
  /** The names of the statements that each connection has parsed. */
  readonly #parsed = new WeakMap<PoolClient, Set<string>>();
  readonly #answer: Await;
  /** When each connection was made; those from before `#trustedFrom` may be dead. */
  readonly #madeAt = new WeakMap<PoolClient, number>();
  #trustedFrom = 0;
  readonly #slots: FairSlots;

  constructor(connection: Connection, options: DatabaseOptions) {
    this.#slots = new FairSlots(options.max, CONNECT_MS);
    this.#pool = new Pool({
      ...connection,
      options: `${SETTINGS} ${options.settings ?? ''} ${connection.options ?? ''}`.trim(),
      max: options.max,
      connectionTimeoutMillis: CONNECT_MS,
      query_timeout: 65_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      types: typeParsers(),
    });
    this.#pool.on('connect', (client) => this.#madeAt.set(client, performance.now()));
    const watch = new AnswerWatch(connection, () => {
      this.#trustedFrom = performance.now();
    });
    // A socket of this machine does not lose anything.
    const isLocal = connection.host?.startsWith('/') ?? false;
    this.#answer = isLocal ? (_, question) => question : (client, question) => watch.answer(client, question);
    this.#pool.on('error', (error) => options.log({ type: 'connection_lost', reason: messageOf(error) }));
  }

  get connections(): ConnectionUse {
    const { totalCount, idleCount } = this.#pool;
    return { inUse: totalCount - idleCount, idle: idleCount, waiting: this.#slots.waiting };
  }

  /**
   * Runs `work` in a transaction and commits it. Work that throws is rolled back.
   * @param setUp a statement run first, e.g. a `SET LOCAL`
   * @throws {StoreError} with `database_unavailable` when there is no connection or it broke; whether the work was
   *   committed is then unknown, so work is written to be repeatable
   */
  transaction<T>(work: (sql: Sql) => Promise<T>, setUp = ''): Promise<T> {
    return this.#transaction('', work, setUp);
  }

  /** @param group who takes turns with others for a connection */
  #transaction<T>(group: string, work: (sql: Sql) => Promise<T>, setUp: string): Promise<T> {
    return this.#withClient(group, async (client) => {
      await this.#answer(client, client.query(`BEGIN; ${setUp}`));
      const result = await work(sqlOn(client, this.#answer));
      await this.#answer(client, client.query('COMMIT'));
      return result;
    });
  }

  /**
   * Runs statements in a transaction of a workspace, as `inWorkspace` does, for one round trip to the server.
   * @returns the first column of their rows
   */
  inOneTrip(workspaceId: string, ...statements: readonly NamedStatement[]): Promise<readonly string[]> {
    if (!isUuid(workspaceId)) return Promise.reject(new StoreError('bad_workspace_id'));
    return this.#withClient(
      workspaceId,
      async (client) => {
        const parsed = this.#parsed.get(client) ?? new Set();
        this.#parsed.set(client, parsed);
        const text = `SET LOCAL app.workspace_id = '${workspaceId}'`;
        // Parsing it takes longer than running it, but what is parsed takes room. Of names the server looks at 63 bytes.
        const known = `set ${workspaceId}`;
        const name = parsed.has(known) || parsed.size < MAX_PARSED ? known : '';
        const trip = new OneTrip({ name, text, values: [] }, statements, parsed);
        const { values, end } = await this.#answer(client, client.query(trip).done).catch((error: unknown) => {
          // How far the server got is not known, so all is forgotten; see `FORGET`.
          this.#parsed.delete(client);
          throw error;
        });
        if (end !== 'COMMIT') throw new StoreError('database_error', 'The transaction was not committed');
        return values;
      },
      FORGET,
    );
  }

  /**
   * Runs `work` as one workspace: row level security shows and takes no other's rows. The setting is a literal because
   * `SET` takes no parameters and Citus hands on nothing else, and local to the transaction so that it cannot leak to
   * the connection's next user.
   */
  inWorkspace<T>(workspaceId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (!isUuid(workspaceId)) return Promise.reject(new StoreError('bad_workspace_id'));
    return this.#transaction(workspaceId, work, `SET LOCAL app.workspace_id = '${workspaceId}'`);
  }

  /** As `inWorkspace`, for several reads that must see one state of the data. */
  snapshotOf<T>(workspaceId: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    if (!isUuid(workspaceId)) return Promise.reject(new StoreError('bad_workspace_id'));
    return this.#transaction(
      workspaceId,
      work,
      `SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL app.workspace_id = '${workspaceId}'`,
    );
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  /** A connection; none of those that may have died with one that was found dead. */
  async #connect(): Promise<PoolClient> {
    for (;;) {
      const client = await this.#pool.connect();
      if ((this.#madeAt.get(client) ?? 0) >= this.#trustedFrom) return client;
      client.release(true);
    }
  }

  /**
   * Runs `work`, which makes a transaction, on a connection.
   * @param rollBack what is run where the server refuses something; the connection is kept then
   */
  async #withClient<T>(group: string, work: (client: PoolClient) => Promise<T>, rollBack = 'ROLLBACK'): Promise<T> {
    try {
      await this.#slots.take(group);
    } catch (error) {
      throw toStoreError(error);
    }
    try {
      return await this.#onClient(await this.#connect(), work, rollBack);
    } catch (error) {
      throw toStoreError(error);
    } finally {
      this.#slots.give(group);
    }
  }

  async #onClient<T>(client: PoolClient, work: (client: PoolClient) => Promise<T>, rollBack: string): Promise<T> {
    let broken = false;
    // A connection that breaks between two statements says so by an event, which must have a listener.
    const onError = (): void => {
      broken = true;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      broken ||= !(error instanceof StoreError || error instanceof DatabaseError);
      if (!broken) {
        await this.#answer(client, client.query(rollBack)).catch(() => {
          broken = true;
        });
      }
      throw error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }
}

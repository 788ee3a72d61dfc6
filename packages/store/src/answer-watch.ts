import { Client, type ClientConfig, type PoolClient } from 'pg';

/** How often it looks, how long an answer may take before it asks after it, and how long it gives that question. */
const LOOK_MS = 500;
const SUSPICIOUS_MS = 1500;
const PROBE_MS = 3000;

/** A question whose answer is still to come. */
interface Waiting {
  readonly pid: number;
  readonly since: number;
  readonly dead: AbortController;
  suspected: boolean;
}

const DEAD = 'The connection to the database is dead: no answer, and the server is not at work on one';

/** Those of the sessions that work at something; one of which that cannot be seen counts. */
const AT_WORK = `SELECT pg_backend_pid() AS own, array(
  SELECT pid FROM pg_stat_activity WHERE pid = ANY ($1::integer[]) AND (state = 'active' OR state IS NULL)) AS working`;

function pidOf(client: object): number | null {
  const pid: unknown = Reflect.get(client, 'processID');
  return typeof pid === 'number' ? pid : null;
}

/** Whether nothing was heard of the server at all, unlike when it refuses something. */
function isSilence(error: unknown): boolean {
  return !(error instanceof Error && 'severity' in error);
}

/**
 * Notices that an answer will never come, since the network lost the question, the answer or the whole connection: TCP
 * alone tells that after a quarter of an hour. Of a question that is open for long, another connection asks whether the
 * server is at work on it; where it twice is not, or cannot be reached at all, the question fails.
 */
export class AnswerWatch {
  readonly #connection: ClientConfig;
  readonly #onLost: () => void;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;

  /** @param onLost told when a connection was found dead, since others may be too */
  constructor(connection: ClientConfig, onLost: () => void) {
    this.#connection = connection;
    this.#onLost = onLost;
  }

  /** The answer to a question that was just put. @throws {Error} also when it will not come */
  async answer<T>(client: PoolClient, question: Promise<T>): Promise<T> {
    const pid = pidOf(client);
    if (pid === null) return question;
    const dead = new AbortController();
    const lost = new Promise<never>((_, reject) => {
      dead.signal.addEventListener('abort', () => reject(new Error(DEAD)));
    });
    const waiting: Waiting = { pid, since: performance.now(), dead, suspected: false };
    this.#waiting.add(waiting);
    this.#look();
    try {
      return await Promise.race([question, lost]);
    } finally {
      this.#waiting.delete(waiting);
      question.catch(() => undefined);
    }
  }

  #look(): void {
    if (this.#timer !== null) return;
    this.#timer = setTimeout(() => void this.#lookNow(), LOOK_MS);
    this.#timer.unref();
  }

  async #lookNow(): Promise<void> {
    const overdue = [...this.#waiting].filter(({ since }) => performance.now() - since > SUSPICIOUS_MS);
    const working = overdue.length === 0 ? [] : await this.#working(overdue.map(({ pid }) => pid));
    for (const one of overdue) {
      if (working.includes(one.pid) || !this.#waiting.has(one)) one.suspected = false;
      else if (one.suspected) {
        this.#onLost();
        one.dead.abort();
      } else one.suspected = true;
    }
    this.#timer = null;
    if (this.#waiting.size > 0) this.#look();
  }

  /** Those of the sessions that are not known to be idle or gone. */
  async #working(pids: readonly number[]): Promise<readonly number[]> {
    const client = new Client({ ...this.#connection, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ own: number; working: number[] }>(AT_WORK, [pids]);
      const [seen] = rows;
      // Behind a pooler the numbers of sessions are the pooler's and tell nothing.
      return seen === undefined || seen.own !== pidOf(client) ? pids : seen.working;
    } catch (error) {
      return isSilence(error) ? [] : pids;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** Executions that are started over HTTP while the database is killed again and again, and what became of them. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { DOUBLE, send, startTestServer, type TestServer } from './harness.ts';

const CLIENTS = 8;
/** Between an answer that there is no database and the next try. */
const RETRY_MS = 50;
/** How long everything may take to end once all was started. */
const END_MS = 60_000;

export interface KillPlan {
  /** How many executions have to be acknowledged. */
  readonly wanted: number;
  /** Resolves when the database is to be killed next. @param acknowledged resolves once there are so many */
  readonly nextKill: (kills: number, acknowledged: (count: number) => Promise<void>) => Promise<void>;
}

/** What was found when it was over. */
export interface KillReport {
  readonly acknowledged: number;
  readonly kills: number;
  /** Answers by their status. */
  readonly answers: Readonly<Record<string, number>>;
  /** Calls that got no answer at all. */
  readonly unanswered: number;
  /** Acknowledged executions that are not there. */
  readonly lost: readonly string[];
  /** Executions that are there, those that were not acknowledged too. */
  readonly stored: number;
  /** Whether their numbers run from 1 without gap or double. */
  readonly isNumberedInOrder: boolean;
  /** Executions by how they ended. */
  readonly ends: Readonly<Record<string, number>>;
  /** From each kill to the next acknowledgement. */
  readonly backAfterMs: readonly number[];
}

/** The ids that were acknowledged, each on the disk before it counts. */
class Acknowledgements {
  readonly #file: number;
  readonly #path: string;
  readonly #waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  count = 0;

  constructor(path: string) {
    this.#path = path;
    this.#file = openSync(path, 'a');
  }

  add(id: string): void {
    writeSync(this.#file, `${id}\n`);
    fsyncSync(this.#file);
    this.count++;
    for (const { count, resolve } of this.#waiting) if (this.count >= count) resolve();
  }

  reach(count: number): Promise<void> {
    if (this.count >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
    });
  }

  close(): readonly string[] {
    closeSync(this.#file);
    return readFileSync(this.#path, 'utf8').trim().split('\n');
  }
}

/** Tells the process id of the database whenever it was started. */
function postmasterLog(onStart: (pid: number) => void): pino.Logger {
  const write = (line: string): void => {
    const entry: unknown = JSON.parse(line);
    const isStart = typeof entry === 'object' && entry !== null && 'type' in entry && entry.type === 'database_started';
    if (isStart && 'pid' in entry && typeof entry.pid === 'number') onStart(entry.pid);
  };
  return pino({ level: 'info' }, { write });
}

function fieldOf(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}

function textOf(body: unknown, name: string): string {
  const value = fieldOf(body, name);
  return typeof value === 'string' ? value : '';
}

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly number: number;
}

async function listAll(test: TestServer, workflow: string): Promise<readonly Listed[]> {
  const all: Listed[] = [];
  for (;;) {
    const { body } = await test.call(`/api/workflows/${workflow}/executions?limit=100&skip=${all.length}`);
    const items = fieldOf(body, 'items');
    if (!Array.isArray(items) || items.length === 0) return all;
    for (const item of items) {
      const number = Number(fieldOf(item, 'execution_number'));
      all.push({ id: textOf(item, 'id'), status: textOf(item, 'status'), number });
    }
  }
}

async function untilEnded(test: TestServer, workflow: string): Promise<readonly Listed[]> {
  for (const deadline = Date.now() + END_MS; ; await sleep(100)) {
    const listed = await listAll(test, workflow);
    const hasEnded = listed.every(
      ({ status }) => status === 'completed' || status === 'failed' || status === 'timeout',
    );
    if (hasEnded || Date.now() > deadline) return listed;
  }
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/**
 * Starts executions over HTTP from several clients until so many are acknowledged, kills the database with SIGKILL
 * meanwhile, and looks at what there is once everything has ended. Nothing but the server itself brings the database back.
 */
export async function runThroughDatabaseKills({ wanted, nextKill }: KillPlan): Promise<KillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'flowprof-kills-'));
  let postmaster = 0;
  const test = await startTestServer({
    dataDir: join(folder, 'data'),
    log: postmasterLog((pid) => {
      postmaster = pid;
    }),
  });
  const known = new Acknowledgements(join(folder, 'acknowledged'));
  const answers: string[] = [];
  const backAfterMs: number[] = [];
  let unanswered = 0;
  try {
    await test.server.store.createWorkspace({ slug: 'kills', name: 'Kills' });
    const made = await test.call('/api/workflows', { json: { definition: DOUBLE } });
    const workflow = textOf(made.body, 'id');
    const client = async (): Promise<void> => {
      while (known.count < wanted) {
        const answer = await send(test.server.url, `/api/workflows/${workflow}/execute`, {
          method: 'POST',
          json: {},
        }).catch(() => null);
        if (answer === null) unanswered++;
        else answers.push(String(answer.status));
        if (answer !== null && answer.status < 300)
          known.add(textOf(answer.body, 'id') || textOf(answer.body, 'execution_id'));
        else await sleep(RETRY_MS);
      }
    };
    const killer = async (): Promise<void> => {
      for (;;) {
        await nextKill(backAfterMs.length, (count) => known.reach(Math.min(count, wanted)));
        if (known.count >= wanted) return;
        const killedAt = performance.now();
        process.kill(postmaster, 'SIGKILL');
        const before = known.count;
        // What was under way may still be acknowledged; the database is back when it has started and more comes.
        await known.reach(before + 2 * CLIENTS);
        backAfterMs.push(performance.now() - killedAt);
      }
    };
    const killing = killer();
    await Promise.all(Array.from({ length: CLIENTS }, client));
    // A kill that is still to come does not; one whose end nobody is left to see is not waited for.
    await Promise.race([killing, sleep(0)]);
    const listed = await untilEnded(test, workflow);
    const ids = new Set(listed.map(({ id }) => id));
    const acknowledged = known.close();
    const numbers = listed.map(({ number }) => number).sort((a, b) => a - b);
    return {
      acknowledged: acknowledged.length,
      kills: backAfterMs.length,
      answers: tally(answers),
      unanswered,
      lost: acknowledged.filter((id) => !ids.has(id)),
      stored: listed.length,
      isNumberedInOrder: ids.size === listed.length && numbers.every((number, at) => number === at + 1),
      ends: tally(listed.map(({ status }) => status)),
      backAfterMs,
    };
  } finally {
    await test.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Real runs on a real server, read while they happen and afterwards. */
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { NativeConnection, Worker } from '@temporalio/worker';
import { toEpochMicros, type JsonObject } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { connectWorker, makeZooWorker, startZoo, ZOO_KINDS, type AttemptLog } from '../testing/zoo/index.ts';
import type {
  AttemptSample,
  HistoryPiece,
  HistoryRequest,
  RunHead,
  RunKey,
  TemporalClient,
  TemporalTools,
} from './api.ts';
import { openTemporal } from './client.ts';
import { TemporalError } from './errors.ts';
import { rawEventsOf } from './wire.ts';

const NOTHING = { apiKey: null, clientCertificate: null, clientKey: null, serverCa: null };

function open({ address, namespace }: TemporalServer, tools: TemporalTools = {}): TemporalClient {
  return openTemporal({ address, namespace, tls: false, serverName: null }, NOTHING, { patienceMs: 60_000, ...tools });
}

async function listAll(client: TemporalClient, query: string | null = null): Promise<RunHead[]> {
  const heads = new Map<string, RunHead>();
  for await (const page of client.list({ since: null, query })) for (const head of page) heads.set(head.runId, head);
  return [...heads.values()];
}

const parse: (text: string) => unknown = JSON.parse;

/** The events themselves: the server writes maps in any order, so the bytes of the same events can differ. */
const eventsOf = (bytes: Uint8Array): readonly unknown[] =>
  proto.temporal.api.history.v1.History.decode(bytes).events.map((event) => parse(JSON.stringify(event)));

/** Tells whether it has ended. */
function endOf(work: Promise<unknown>): () => boolean {
  let isEnded = false;
  const end = (): void => void (isEnded = true);
  work.then(end, end);
  return () => isEnded;
}

/** What was read of a run, piece by piece, checked to follow on. */
class Reading {
  readonly pieces: HistoryPiece[] = [];
  readonly #client: TemporalClient;
  readonly #run: RunKey;

  constructor(client: TemporalClient, run: RunKey) {
    this.#client = client;
    this.#run = run;
  }

  get last(): number {
    return this.pieces.at(-1)?.lastEvent ?? 0;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces.map(({ data }) => data));
  }

  async on(request: HistoryRequest = {}, onPiece: (piece: HistoryPiece) => unknown = () => undefined): Promise<this> {
    for await (const piece of this.#client.history(this.#run, { after: this.last, ...request })) {
      expect(piece.firstEvent).toBe(this.last + 1);
      expect(rawEventsOf(piece.data)).toHaveLength(piece.lastEvent - piece.firstEvent + 1);
      this.pieces.push(piece);
      await onPiece(piece);
    }
    return this;
  }
}

describe.skipIf(findTemporal() === null)('runs', () => {
  let server: TemporalServer;
  let connection: Connection;
  let native: NativeConnection;
  let client: Client;

  beforeAll(async () => {
    server = await startTemporalServer();
    connection = await Connection.connect({ address: server.address });
    native = await connectWorker(server.address);
    client = new Client({ connection });
  });

  afterAll(async () => {
    await connection.close();
    await native.close();
    await server.close();
  });

  const worker = (taskQueue: string, log: AttemptLog = []): Promise<Worker> =>
    makeZooWorker({ connection: native, namespace: server.namespace, taskQueue, log });

  const start = (workflowId: string, taskQueue: string) =>
    client.workflow.start('staysOpen', { workflowId, taskQueue });

  const signals = async (workflowId: string, count: number): Promise<void> => {
    const handle = client.workflow.getHandle(workflowId);
    for (let sent = 0; sent < count; sent += 25)
      await Promise.all(Array.from({ length: Math.min(25, count - sent) }, () => handle.signal('go', 'now')));
  };

  test('of the whole zoo are the same read live and afterwards, and all are listed', async () => {
    const temporal = open(server);
    const live = new Map<string, Promise<Reading>>();
    const zoo = await worker('live');
    const kinds = ZOO_KINDS.filter((kind) => kind !== 'staysOpen');
    await zoo.runUntil(async () => {
      const { finished } = await startZoo(client, 'live', kinds);
      const isFinished = endOf(finished);
      // Once more after the end: what began last is listed only then.
      for (let rounds = 0; rounds < 2; rounds += isFinished() ? 1 : 0) {
        for (const head of await listAll(temporal)) {
          if (live.has(head.runId)) continue;
          live.set(head.runId, new Reading(temporal, head).on({ isFollowing: true }));
        }
      }
      await finished;
    });
    const readings = await Promise.all([...live].map(async ([runId, reading]) => ({ runId, live: await reading })));
    expect(readings.length).toBeGreaterThan(kinds.length + 6);
    for (const { runId, live: read } of readings) {
      expect(read.pieces.at(-1)?.isEnd).toBe(true);
      const head = (await listAll(temporal, `RunId = '${runId}'`))[0];
      expect(head).toMatchObject({ runId, status: expect.not.stringContaining('running') });
      const after = await new Reading(temporal, { workflowId: head?.workflowId ?? '', runId }).on();
      expect(eventsOf(read.bytes)).toEqual(eventsOf(after.bytes));
      expect(after.last).toBe(head?.historyLength);
    }
    expect(readings.some(({ live: { pieces } }) => pieces.length > 2)).toBe(true);
    temporal.close();
  }, 120_000);

  test('tell of the attempts of activities that are pending', async () => {
    const temporal = open(server);
    const log: AttemptLog = [];
    const zoo = await worker('pending', log);
    const samples = new Map<string, AttemptSample>();
    await zoo.runUntil(async () => {
      const { runs, finished } = await startZoo(client, 'pending', ['isSlowToRetry', 'beats']);
      const before = new Map<string, JsonObject>();
      const isFinished = endOf(finished);
      while (!isFinished()) {
        for (const { workflowId, runId } of runs) {
          const { head, attempts, described } = await temporal.describe(workflowId, runId, {
            before: before.get(runId) ?? null,
          });
          before.set(runId, described);
          expect(head).toMatchObject({ workflowId, runId });
          for (const sample of attempts) samples.set(`${workflowId} ${sample.attempt} ${sample.status}`, sample);
        }
      }
      await finished;
    });
    const failed = [1, 2].map((attempt) => samples.get(`isSlowToRetry-pending ${attempt} failed`));
    for (const [index, sample] of failed.entries()) {
      const known = log.find(({ activityType, attempt }) => activityType === 'failUntil' && attempt === index + 1);
      expect(sample?.error).toEqual({ code: 'Flaky', message: 'not yet' });
      // Between the server and the worker lies the way of a task; on a busy machine that takes a while.
      expect(Math.abs((sample?.startedAt ?? 0) / 1000 - (known?.startedMs ?? 0))).toBeLessThan(1000);
      expect(Math.abs((sample?.endedAt ?? 0) / 1000 - (known?.endedMs ?? 0))).toBeLessThan(1000);
    }
    const beating = samples.get('beats-pending 1 running');
    expect(beating).toMatchObject({ activityType: 'beat', endedAt: null, error: null, isLocal: false });
    expect(beating?.heartbeats).toHaveLength(1);
    temporal.close();
  }, 120_000);

  test('are listed page by page, narrowed by time, workflow and query, without those of the system', async () => {
    const temporal = open(server);
    const before = toEpochMicros(Date.now() * 1000);
    for (let from = 0; from < 350; from += 50)
      await Promise.all(Array.from({ length: 50 }, (_, index) => start(`many-${from + index}`, 'listed')));
    await start('of the system', 'system-workflows-queue');
    await start(`o'clock`, 'listed');
    const count = async (query: string): Promise<number> => (await listAll(temporal, query)).length;
    await expect.poll(() => count("TaskQueue = 'listed'"), { timeout: 60_000 }).toBe(351);
    const pages: number[] = [];
    for await (const page of temporal.list({ since: null, query: "TaskQueue = 'listed'", pageSize: 100 }))
      pages.push(page.length);
    expect(pages).toEqual([100, 100, 100, 51]);
    expect((await listAll(temporal)).some(({ workflowId }) => workflowId === 'of the system')).toBe(false);
    const named: RunHead[] = [];
    const ofOne = temporal.list({ since: before, query: null, workflowId: `o'clock` });
    for await (const page of ofOne) named.push(...page);
    expect(named).toMatchObject([{ workflowId: `o'clock`, status: 'running', workflowType: 'staysOpen' }]);
    const late = toEpochMicros(Date.now() * 1000 + 3_600_000_000);
    for (const [includesOpen, expected] of [
      [false, 0],
      [true, 351],
    ] as const) {
      let seen = 0;
      const later = temporal.list({ since: late, query: "TaskQueue = 'listed'", includesOpen });
      for await (const page of later) seen += page.length;
      expect(seen).toBe(expected);
    }
    temporal.close();
  }, 180_000);

  test('go on where they were when the server was killed and came back: long polls and pages', async () => {
    const temporal = open(server);
    const handle = await client.workflow.start('staysOpen', { workflowId: 'killed', taskQueue: 'nobody' });
    const run = { workflowId: 'killed', runId: handle.firstExecutionRunId };
    const followed = new Reading(temporal, run).on({ isFollowing: true });
    await signals('killed', 250);
    // The poll waits at the server when that dies.
    await server.kill();
    await server.restart();
    await signals('killed', 100);
    const paged = new Reading(temporal, run);
    let isKilled = false;
    await paged.on({ pieceEvents: 50 }, async () => {
      if (isKilled) return;
      isKilled = true;
      await server.kill();
      await server.restart();
    });
    // The task that nobody takes is the second event.
    expect(paged.last).toBe(352);
    await client.workflow.getHandle('killed').terminate();
    const [live, after] = [await followed, await paged.on()];
    expect(after.last).toBe(353);
    expect(live.pieces.at(-1)?.isEnd).toBe(true);
    expect(eventsOf(live.bytes)).toEqual(eventsOf(after.bytes));
    temporal.close();
  }, 120_000);

  test('fail as unreachable while the server stays away, and lose nothing of what was read', async () => {
    const impatient = open(server, { patienceMs: 300 });
    const handle = await client.workflow.start('staysOpen', { workflowId: 'away', taskQueue: 'nobody' });
    await signals('away', 350);
    const reading = new Reading(impatient, { workflowId: 'away', runId: handle.firstExecutionRunId });
    const cut = reading.on({ pieceEvents: 20 }, () => server.kill()).catch((error: unknown) => error);
    const error = await cut;
    expect(error).toBeInstanceOf(TemporalError);
    expect(error).toMatchObject({ code: 'unreachable' });
    const read = reading.last;
    expect(read).toBeGreaterThan(0);
    await server.restart();
    await reading.on();
    expect([reading.last, read < reading.last]).toEqual([352, true]);
    impatient.close();
  }, 120_000);
});

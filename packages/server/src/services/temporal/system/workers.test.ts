import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startTemporalServer, type TemporalServer } from '../../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../../../testing/harness.ts';
import { Rounds } from '../../../../testing/rounds.ts';
import { SYNC_TYPE, coordinatorId } from './seam.ts';

const SLOW = 200_000;
const PATIENCE = { timeout: 120_000, interval: 100 };
const CONNECTIONS = '/api/v1/workspaces/system/temporal/connections';
const LAUNCHER = fileURLToPath(new URL('../../../../bin/flowprof.js', import.meta.url));
const withId = z.looseObject({ id: z.string() });
const withStatus = z.looseObject({ status: z.string(), external_id: z.string() });

describe.skipIf(findTemporal() === null)('workers of the system workflows', () => {
  let temporal: TemporalServer;
  let client: Client;
  let folder: string;

  beforeAll(async () => {
    [temporal, folder] = await Promise.all([startTemporalServer(), mkdtemp(join(tmpdir(), 'flowprof-system-'))]);
    client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  }, SLOW);
  afterAll(async () => {
    await client.connection.close();
    await temporal.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function connect(test: TestServer, name: string): Promise<string> {
    const json = { name, address: temporal.address, coordinator: 'temporal' };
    const made = await test.call(CONNECTIONS, { json });
    expect([made.status, made.text]).toEqual([201, expect.any(String)]);
    return withId.parse(made.body).id;
  }

  /** How the coordinator of a connection is, by Temporal. */
  async function coordinatorOf(connectionId: string): Promise<string> {
    const handle = client.workflow.getHandle(coordinatorId({ workspaceId: '', connectionId }));
    const seen = await handle.describe().catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    });
    return seen?.status.name ?? 'NONE';
  }

  it('run in a process of their own, until SIGTERM', { timeout: SLOW }, async () => {
    const dataDir = join(folder, 'data');
    const before = await startTestServer({ dataDir, background: false });
    await before.call('/api/workspaces', { json: { slug: 'system', name: 'System' } });
    const connection = await connect(before, 'elsewhere');
    await before.close();
    const run = await client.workflow.start('nobodys', { workflowId: 'nobodys', taskQueue: 'nobody' });
    await run.terminate('it was for the list only');

    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [LAUNCHER, 'worker', 'system', '--data-dir', dataDir], {
      env: { PATH, HOME, LANG: 'C.UTF-8', FLOWPROF_TEMPORAL_HOSTS: temporal.address },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
    const isSynced = async (): Promise<boolean> => {
      if (child.exitCode !== null) throw new Error(`it ended: ${said.err}`);
      const query = `WorkflowType = '${SYNC_TYPE}' AND ExecutionStatus = 'Completed'`;
      return (await client.workflow.count(query)).count > 0;
    };
    await vi.waitUntil(isSynced, PATIENCE);
    expect(await coordinatorOf(connection)).toBe('RUNNING');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    expect(said.out).toContain('flowprof works on system-workflows-queue');
    // Whoever comes next goes on with it.
    expect(await coordinatorOf(connection)).toBe('RUNNING');

    const after = await startTestServer({ dataDir, background: false });
    const { body } = await after.call(`/api/workflows/executions/${run.firstExecutionRunId}`, {
      headers: { 'x-workspace-slug': 'system' },
    });
    await after.close();
    expect(withStatus.parse(body)).toMatchObject({ status: 'cancelled', external_id: 'nobodys' });
  });

  it('end the coordinator that is not wanted any more, also when Temporal is away', { timeout: SLOW }, async () => {
    const lines: string[] = [];
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        lines.push(chunk.toString('utf8'));
        done();
      },
    });
    const rounds = new Rounds();
    const test = await startTestServer({ timers: rounds, log: pino({ level: 'warn' }, sink) });
    await test.call('/api/workspaces', { json: { slug: 'system', name: 'System' } });
    const connection = await connect(test, 'here');
    const untilIt = (status: string) =>
      rounds.until(
        () => coordinatorOf(connection),
        (seen) => seen === status,
      );
    const change = (json: object) => test.call(`${CONNECTIONS}/${connection}`, { method: 'PUT', json });
    await untilIt('RUNNING');
    await change({ enabled: false });
    await rounds.until(
      () => coordinatorOf(connection),
      (seen) => seen === 'TERMINATED' || seen === 'COMPLETED',
    );
    await change({ enabled: true });
    await untilIt('RUNNING');
    // Nobody can be told of its end now.
    await temporal.kill();
    await test.call(`${CONNECTIONS}/${connection}`, { method: 'DELETE' });
    await rounds.until(
      () => Promise.resolve(lines.some((line) => line.includes('a sync coordinator stays yet'))),
      (was) => was,
    );
    await temporal.restart();
    await untilIt('TERMINATED');
    await test.close();
  });
});

import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { connectWorker, makeZooWorker, runZoo, ZOO_KINDS, type AttemptLog } from './index.ts';

describe.skipIf(findTemporal() === null)('the zoo', () => {
  let server: TemporalServer;
  let connection: Connection;
  let native: NativeConnection;

  beforeAll(async () => {
    server = await startTemporalServer();
    connection = await Connection.connect({ address: server.address });
    native = await connectWorker(server.address);
  });

  afterAll(async () => {
    await connection.close();
    await native.close();
    await server.close();
  });

  test('ends as each kind should', async () => {
    const { namespace } = server;
    const log: AttemptLog = [];
    const worker = await makeZooWorker({ connection: native, namespace, taskQueue: 'zoo', log });
    const client = new Client({ connection, namespace });
    const runs = await worker.runUntil(runZoo(client, 'zoo'));
    expect(runs.map(({ kind }) => kind)).toEqual(ZOO_KINDS);
    expect(log.some(({ isLocal }) => isLocal)).toBe(true);
    expect(log.some(({ attempt }) => attempt === 3)).toBe(true);
    expect(log.some(({ heartbeatsMs }) => heartbeatsMs.length > 2)).toBe(true);
  }, 120_000);
});

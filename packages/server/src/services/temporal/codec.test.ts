import { Client, Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connectWorker, makeZooWorker, runZoo, type ZooRun } from '@flowprof/ingest/testing';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../../testing/harness.ts';
import { sealing, startCodecServer, type CodecServer } from '../../../testing/temporal/codec-server.ts';
import { executionDetailsShape } from '../../http/shapes/execution.ts';
import { temporalCheckShape, temporalConnectionShape } from '../../http/shapes/temporal.ts';

const SLOW = 120_000;
const PATH = '/api/v1/workspaces/sealed/temporal/connections';
const withId = z.looseObject({ id: z.string() });

describe.skipIf(findTemporal() === null)('executions whose payloads are sealed by a codec', () => {
  let temporal: TemporalServer;
  let client: Client;
  let native: NativeConnection;
  let test: TestServer;
  let codec: CodecServer;
  let ran: readonly ZooRun[];
  let connection: string;

  beforeAll(async () => {
    [temporal, codec, test] = await Promise.all([
      startTemporalServer(),
      startCodecServer(),
      startTestServer({ background: false }),
    ]);
    const dataConverter = { payloadCodecs: [sealing] };
    client = new Client({ connection: await Connection.connect({ address: temporal.address }), dataConverter });
    native = await connectWorker(temporal.address);
    const more = { dataConverter };
    const worker = await makeZooWorker({ connection: native, namespace: 'default', taskQueue: 'sealed', more });
    ran = await worker.runUntil(runZoo(client, 'sealed', ['succeeds', 'retries']));
    await test.call('/api/workspaces', { json: { slug: 'sealed', name: 'Sealed' } });
    const made = await test.call(PATH, { json: { name: 'dev', address: temporal.address, enabled: true } });
    connection = withId.parse(made.body).id;
  }, SLOW);

  afterAll(async () => {
    await codec.close();
    await test.close();
    await client.connection.close();
    await native.close();
    await temporal.close();
  });

  const sync = (at: number) =>
    test.call(`/api/v1/workspaces/sealed/executions/${ran[at]?.runId ?? ''}/sync`, { json: {} });

  async function synced(at: number) {
    const { status, body, text } = await sync(at);
    expect([status, text.slice(0, 300)]).toEqual([200, expect.any(String)]);
    const { input_variables: input, results, step_executions: steps } = executionDetailsShape.parse(body);
    const activities = steps.filter(({ step_type: type }) => type === 'activity');
    return { input, results, steps: activities.map(({ input_data, output_data }) => [input_data, output_data]) };
  }

  async function change(json: object): Promise<void> {
    const { status } = await test.call(`${PATH}/${connection}`, { method: 'PUT', json });
    expect(status).toBe(200);
  }

  async function check() {
    const { body } = await test.call(`${PATH}/${connection}/check`, { json: {} });
    return temporalCheckShape.parse(body);
  }

  const mark = { encoding: 'binary/encrypted', bytes: expect.any(Number), encrypted: true };

  it('stay sealed without a codec server, and say so', { timeout: SLOW }, async () => {
    const seen = await synced(0);
    expect(seen).toEqual({ input: mark, results: mark, steps: [1, 2, 3].map(() => [mark, mark]) });
    expect(JSON.stringify(seen)).not.toContain('Hello');
  });

  it('are read through the codec server, once there is one', { timeout: SLOW }, async () => {
    const secrets = { codec_authorization: 'Bearer of-the-codec' };
    await change({ codec_url: codec.url, secrets });
    expect(await check()).toMatchObject({ ok: true, codec: 'ok' });
    expect(await synced(0)).toEqual({
      input: { args: ['world'] },
      results: 'Hello Hello world, Hello you',
      steps: [
        [{ args: ['world'] }, { result: 'Hello world' }],
        [{ args: ['Hello world'] }, { result: 'Hello Hello world' }],
        [{ args: ['you'] }, { result: 'Hello you' }],
      ],
    });
    expect(new Set(codec.asked.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify({ path: '/decode', namespace: 'default', authorization: 'Bearer of-the-codec' })]),
    );
  });

  it('wait for a codec server that is away, and keep their events meanwhile', { timeout: SLOW }, async () => {
    const { port } = new URL(codec.url);
    await codec.close();
    expect(await check()).toMatchObject({ ok: false, codec: 'failing', error: { code: 'codec_failed' } });
    const failed = await sync(1);
    expect([failed.status, failed.body]).toEqual([424, expect.objectContaining({ reason: 'codec_failed' })]);
    const { body } = await test.call(`${PATH}/${connection}`);
    expect(temporalConnectionShape.parse(body).sync).toMatchObject({ failing: 1, error: null });
    codec = await startCodecServer(Number(port));
    expect(await synced(1)).toMatchObject({ input: {}, results: 3, steps: [[{ args: [3] }, { result: 3 }]] });
  });
});

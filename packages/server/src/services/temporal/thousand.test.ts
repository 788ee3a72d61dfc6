import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTestServer, type TestServer } from '../../../testing/harness.ts';
import { Rounds } from '../../../testing/rounds.ts';
import { compareAll } from '../../../testing/temporal/compare.ts';

/** More than a page of a listing. */
const EXECUTIONS = 1010;
const AT_ONCE = 64;
const CONNECTIONS = '/api/v1/workspaces/many/temporal/connections';

const withId = z.looseObject({ id: z.string() });
const withSync = z.looseObject({
  sync: z.looseObject({
    runs: z.int(),
    waiting: z.int(),
    failing: z.int(),
    error: z.looseObject({ code: z.string() }).nullable(),
  }),
});

/** Does something for each, so many at a time. */
async function forAll(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

describe.skipIf(findTemporal() === null)('more executions than a page of a listing holds', () => {
  const rounds = new Rounds();
  let temporal: TemporalServer;
  let server: TestServer;

  beforeAll(async () => {
    // What one gets of a namespace in Temporal's cloud: who asks more often is refused.
    const limit = ['--dynamic-config-value', 'frontend.namespaceRPS.visibility=10'];
    [temporal, server] = await Promise.all([startTemporalServer(limit), startTestServer({ timers: rounds })]);
    const connection = await Connection.connect({ address: temporal.address });
    const { workflow } = new Client({ connection });
    await forAll(EXECUTIONS, async (at) => {
      // Nobody works for them: the server ends them itself.
      const options = { workflowId: `many-${at}`, taskQueue: 'nobody', workflowRunTimeout: '1 second' } as const;
      await workflow.start('many', { ...options, args: [at] });
    });
    await connection.close();
  }, 240_000);
  afterAll(async () => {
    await server.close();
    await temporal.close();
  });

  it('are synced in one go, within the limit of the visibility store', async () => {
    await server.call('/api/workspaces', { json: { slug: 'many', name: 'Many' } });
    const made = await server.call(CONNECTIONS, { json: { name: 'many', address: temporal.address } });
    const { id } = withId.parse(made.body);
    const refusals: unknown[] = [];
    const look = async (): Promise<z.output<typeof withSync>['sync']> => {
      const { sync } = withSync.parse((await server.call(`${CONNECTIONS}/${id}`)).body);
      if (sync.error?.code === 'rate_limited') refusals.push(sync.error);
      return sync;
    };
    const done = await rounds.until(look, ({ runs, waiting }) => runs >= EXECUTIONS && waiting === 0);
    expect(done).toMatchObject({ runs: EXECUTIONS, failing: 0 });
    expect(refusals).toEqual([]);
    const { store } = server.server;
    const workspaces = await store.listWorkspaces();
    const workspaceId = workspaces.find(({ slug }) => slug === 'many')?.id ?? '';
    const compared = await compareAll(temporal.address, 'default', { store, workspaceId, connectionId: id });
    expect(compared).toEqual({ executions: EXECUTIONS, events: EXECUTIONS * 3, faults: [] });
    const { total } = await store.tenant(workspaceId).listExecutions({ skip: 0, limit: 1 });
    expect(total).toBe(EXECUTIONS);
  }, 300_000);
});

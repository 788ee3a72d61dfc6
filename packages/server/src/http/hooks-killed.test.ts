import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, type TestServer } from '../../testing/harness.ts';
import { ServerProcess } from '../../testing/server-process.ts';

const withId = z.looseObject({ id: z.string() });
const hookShape = z.looseObject({ id: z.string(), hook_path: z.string(), secret: z.string() });
const deliveredShape = z.looseObject({ execution_id: z.string() });
const profileShape = z.looseObject({
  makespan_ms: z.number(),
  accounting: z.looseObject({ total_ms: z.number(), causes: z.record(z.string(), z.number()) }),
  critical_path: z.looseObject({ items: z.array(z.looseObject({ name: z.string(), start_ms: z.number() })) }),
});

const WORK = {
  name: 'work',
  inputs: { n: { type: 'number' } },
  nodes: [
    { id: 'first', type: 'transform', with: { value: '${input.n}' } },
    { id: 'wait', type: 'delay', dependsOn: ['first'], with: { ms: 300 } },
    { id: 'last', type: 'transform', dependsOn: ['wait'], with: { value: '${nodes.first.output}' } },
  ],
};

async function send(on: Pick<TestServer, 'call'>, hook: z.output<typeof hookShape>, n: number): Promise<string> {
  const [id, at, raw] = [`delivery-${n}`, String(Math.floor(Date.now() / 1000)), JSON.stringify({ n })];
  const key = Buffer.from(hook.secret.slice('whsec_'.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${raw}`).digest('base64');
  const headers = { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': `v1,${signature}` };
  const answer = await on.call(hook.hook_path, { method: 'POST', raw, headers });
  expect(answer.status, answer.text).toBe(202);
  return deliveredShape.parse(answer.body).execution_id;
}

it(
  'deliveries that were answered survive the kill of the server, each once, with their own beginning',
  { timeout: 120_000 },
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-hooks-'));
    const first = await ServerProcess.start(dataDir, 'http://127.0.0.1:9');
    await first.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
    const workflow = withId.parse((await first.call('/api/workflows', { json: { definition: WORK } })).body).id;
    const config = { input: { n: '${payload.n}' } };
    const made = await first.call(`/api/workflows/${workflow}/triggers`, { json: { kind: 'webhook', config } });
    const hook = hookShape.parse(made.body);
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) ids.push(await send(first, hook, n));
    await first.kill();

    const second = await startTestServer({ dataDir });
    try {
      await Promise.all(ids.map((id) => second.server.executions.settled(id)));
      expect(await send(second, hook, 3)).toBe(ids[3]);
      for (const [n, id] of ids.entries()) {
        const { body } = await second.call(`/api/workflows/executions/${id}`);
        expect(body, `delivery ${n}`).toMatchObject({
          status: 'completed',
          trigger: 'webhook',
          trigger_details: { delivery_id: `delivery-${n}` },
          results: { last: n },
          step_executions: [{ step_id: 'webhook_1', status: 'completed' }, { step_id: 'first' }, {}, {}],
        });
        const path = `/api/v1/workspaces/only/executions/${id}`;
        const chart = await second.call(`${path}/flame-chart`);
        expect(chart.text.split('"name":"webhook_trigger"')).toHaveLength(2);
        const {
          accounting,
          critical_path: critical,
          makespan_ms: makespan,
        } = profileShape.parse((await second.call(`${path}/profile`)).body);
        expect(critical.items[0]).toMatchObject({ name: 'webhook_trigger', start_ms: 0 });
        const sum = Object.values(accounting.causes).reduce((total, ms) => total + ms, 0);
        expect(sum).toBeCloseTo(makespan, 6);
      }
      expect((await second.call(`/api/workflows/${workflow}/executions?trigger_id=${hook.id}`)).body).toMatchObject({
        total: 12,
      });
    } finally {
      await second.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
);

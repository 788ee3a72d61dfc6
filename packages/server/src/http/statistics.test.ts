import type { JsonObject } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DOUBLE, startTestServer, type Call, type TestServer } from '../../testing/harness.ts';

const pageOfDurations = z.object({ items: z.array(z.object({ duration: z.number() })) });

const activityShape = z.object({
  activity: z.object({
    from: z.string(),
    to: z.string(),
    slots: z.array(z.object({ from: z.string(), executions: z.record(z.string(), z.number()) })),
  }),
});

const NOWHERE = '01890000-0000-7000-8000-00000000dead';

/** Its second node fails unless it is told not to, and one node runs in a pool. */
const PICKY: JsonObject = {
  name: 'picky',
  inputs: { fails: { type: 'boolean', default: false } },
  pools: { desk: { concurrency: 1 } },
  nodes: [
    { id: 'look', name: 'Look', type: 'transform', pool: 'desk', with: { value: 1 } },
    { id: 'look_again', name: 'Look', type: 'transform', dependsOn: ['look'], with: { value: 1 } },
    {
      id: 'judge',
      name: 'Judge',
      type: 'transform',
      dependsOn: ['look_again'],
      with: { value: '${input.fails ? 1 / 0 : 1}' },
    },
  ],
};

const withoutId = ({ text }: { text: string }): string => text.replace(/"instance":"[^"]*"/, '');

let test: TestServer;
let workflow: string;
let other: string;
let project: string;
const headers = { 'x-workspace-slug': 'counted' };

async function made(path: string, call: Call): Promise<string> {
  const { status, body } = await test.call(path, { headers, ...call });
  expect(status).toBeLessThan(300);
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : '';
}

async function run(id: string, input: JsonObject = {}): Promise<string> {
  const execution = await made(`/api/workflows/${id}/execute`, { json: { input_variables: input } });
  await test.server.executions.settled(execution);
  return execution;
}

beforeAll(async () => {
  test = await startTestServer();
  await made('/api/workspaces', { json: { slug: 'counted', name: 'Counted' } });
  await made('/api/workspaces', { json: { slug: 'stranger', name: 'Stranger' } });
  project = await made('/api/projects', { json: { slug: 'shop', name: 'Shop' } });
  workflow = await made('/api/workflows', { json: { definition: PICKY, project_id: project } });
  other = await made('/api/workflows', { json: { definition: DOUBLE, project_id: project } });
  for (const fails of [false, true, false]) await run(workflow, { fails });
  await run(other);
});

afterAll(() => test.close());

describe('statistics', () => {
  it('of a workflow are there as soon as an execution has ended', async () => {
    const { status, body } = await test.call(`/api/workflows/${workflow}/statistics`, { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      workflow_id: workflow,
      workflow_name: 'picky',
      total_runs: 3,
      average_duration_seconds: expect.any(Number),
      success_rate: (2 / 3) * 100,
      error_count: 1,
      most_used_component: { name: 'Look', runs: 6, errors: 0, retries: 0 },
      most_used_task_queue: { name: 'desk', runs: 3 },
      components: [{ name: 'Look' }, { name: 'Judge', runs: 3, errors: 1 }],
      recent_executions: [{ execution_number: 3 }, { execution_number: 2, status: 'failed' }, { execution_number: 1 }],
    });
    const metrics = await test.call(`/api/workflows/${workflow}/metrics`, { headers });
    expect(body).toMatchObject({ metrics: metrics.body });
  });

  it('of a project are over all of its workflows', async () => {
    const { status, body } = await test.call(`/api/projects/${project}/statistics`, { headers });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      project_id: project,
      project_name: 'Shop',
      total_workflows: 2,
      total_executions: 4,
      total_errors: 1,
      most_used_component: { name: 'Look', runs: 6 },
      most_used_task_queue: { name: 'desk', runs: 3 },
      most_used_workflow: { id: workflow, name: 'picky', executions: 3 },
      recent_executions: [{ workflow_id: other }, {}, {}, {}],
      metrics: { total_executions: 4, successful_executions: 3, failed_executions: 1 },
    });
    const list = await test.call(`/api/workflows/${workflow}/executions`, { headers });
    const durations = [list.body, (await test.call(`/api/workflows/${other}/executions`, { headers })).body]
      .flatMap((page) => pageOfDurations.parse(page).items)
      .map(({ duration }) => duration);
    expect(body).toMatchObject({
      longest_run: { duration: Math.max(...durations) },
      metrics: { max_duration_seconds: Math.max(...durations), min_duration_seconds: Math.min(...durations) },
    });
  });

  it('of a project without workflows are zeros and nulls', async () => {
    const empty = await made('/api/projects', { json: { slug: 'empty', name: 'Empty' } });
    const { body } = await test.call(`/api/projects/${empty}/statistics`, { headers });
    expect(body).toMatchObject({
      total_workflows: 0,
      total_executions: 0,
      success_rate: 0,
      most_used_component: null,
      most_used_task_queue: null,
      most_used_workflow: null,
      longest_run: null,
      components: [],
      recent_executions: [],
      metrics: { min_duration_seconds: null, p50_duration_seconds: null },
    });
  });

  it('of a workspace are over all of its workflows, with when executions started', async () => {
    const path = '/api/v1/workspaces/counted/statistics';
    const { status, body } = await test.call(`${path}?days=1`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      total_workflows: expect.any(Number),
      total_executions: 4,
      total_errors: 1,
      most_used_workflow: { id: workflow, executions: 3 },
      busiest_workflows: [
        { id: workflow, executions: 3, errors: 1 },
        { id: other, executions: 1, errors: 0, success_rate: 100 },
      ],
      failing_workflows: [{ id: workflow, errors: 1 }],
      metrics: { total_executions: 4 },
      activity: { step_seconds: 3600, is_capped: false, to: expect.stringMatching(/T00:00:00.000Z$/) },
    });
    const { activity } = activityShape.parse(body);
    expect(activity.slots.flatMap(({ executions }) => Object.values(executions)).reduce((a, b) => a + b, 0)).toBe(4);
    for (const { from } of activity.slots) expect(from >= activity.from && from < activity.to).toBe(true);
    const past = await test.call(`${path}?days=400&until=2024-05-08T12:00:00Z`);
    expect(past.body).toMatchObject({ activity: { to: '2024-05-09T00:00:00.000Z', step_seconds: 604_800, slots: [] } });
    for (const query of ['days=0', 'days=731', 'until=yesterday', 'until=9999-12-31T00:00:00Z', 'since=1']) {
      expect((await test.call(`${path}?${query}`)).status, query).toBe(400);
    }
    const empty = await test.call('/api/v1/workspaces/stranger/statistics');
    expect(empty.body).toMatchObject({ total_executions: 0, busiest_workflows: [], longest_run: null });
  });

  it('of another workspace are answered as if they did not exist', async () => {
    const strange = { 'x-workspace-slug': 'stranger' };
    for (const [path, missing] of [
      [`/api/workflows/${workflow}/statistics`, `/api/workflows/${NOWHERE}/statistics`],
      [`/api/workflows/${workflow}/metrics`, `/api/workflows/${NOWHERE}/metrics`],
      [`/api/projects/${project}/statistics`, `/api/projects/${NOWHERE}/statistics`],
    ] as const) {
      const [found, absent] = [await test.call(path, { headers: strange }), await test.call(missing, { headers })];
      expect(found.status).toBe(404);
      expect(withoutId(found)).toBe(withoutId(absent));
    }
  });

  it('lose what a deleted workflow had', async () => {
    const passing = await made('/api/workflows', { json: { definition: PICKY, project_id: project } });
    await run(passing);
    const deleted = await test.call(`/api/workflows/${passing}`, { method: 'DELETE', headers });
    expect(deleted.status).toBe(204);
    const { body } = await test.call(`/api/projects/${project}/statistics`, { headers });
    expect(body).toMatchObject({ total_workflows: 2, total_executions: 4, most_used_component: { runs: 6 } });
  });
});

import { randomUUID } from 'node:crypto';
import {
  asMicros,
  toEpochMicros,
  toMicros,
  TraceAssembler,
  type JsonObject,
  type SpanRecord,
  type Status,
  type TraceEvent,
} from '@flowprof/model';
import type { TenantStore } from '@flowprof/store';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, WAIT, type TestServer } from '../../testing/harness.ts';

const MINUTE = 60_000_000;
const baseShape = z.looseObject({ id: z.string() });
const codeShape = z.looseObject({ code: z.string() });
const profileShape = z.looseObject({ insights: z.array(z.looseObject({ rule: z.string() })) });
const historyShape = z.looseObject({
  runs: z.array(
    z.looseObject({ execution_id: z.string(), makespan_ms: z.number(), is_anomaly: z.boolean().nullable() }),
  ),
  incomplete: z.number(),
});

let test: TestServer;
let tenant: TenantStore;
let workflow: string;
let slug: string;
let runsMade = 0;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test.close());
beforeEach(async () => {
  slug = `w-${randomUUID()}`;
  tenant = test.server.store.tenant((await test.server.store.createWorkspace({ slug, name: 'W' })).id);
  ({ id: workflow } = await tenant.createWorkflow({ name: 'w', description: null, definition: {} }));
});

const at = (path: string): string => `/api/v1/workspaces/${slug}${path}`;
const get = (path: string, headers: Record<string, string> = {}) =>
  test.call(path, { headers: { 'x-workspace-slug': slug, ...headers } });
const ofWorkflow = (path: string) => get(`/api/workflows/${workflow}/${path}`);
const send = (method: string, path: string, json?: unknown) =>
  test.call(path, { method, headers: { 'x-workspace-slug': slug }, ...(json !== undefined && { json }) });

function span(id: string, nodeKey: string, start: number, ms: number, more: Partial<SpanRecord> = {}): TraceEvent {
  const place = {
    parentId: null,
    kind: 'node',
    name: id,
    nodeKey,
    iteration: null,
    track: null,
    metadata: null,
  } as const;
  const time = { start: asMicros(start * 1000), duration: asMicros(ms * 1000), status: 'completed' } as const;
  return { type: 'span', span: { id, ...place, ...time, ...more } };
}

function node(key: string, dependsOn: string[]): TraceEvent {
  return {
    type: 'node_declared',
    node: { key, name: `The ${key}`, type: 'http', iteration: null, parentKey: null, dependsOn },
  };
}

/** Stores an execution of `fetch` and then `save`, that take so many ms, a minute after the one before. */
async function ran(fetch: number, save: number, more: { input?: JsonObject; status?: Status } = {}): Promise<string> {
  const { input = {}, status = 'completed' } = more;
  const id = randomUUID();
  await tenant.createExecution({ id, workflowId: workflow, input, trigger: 'manual' });
  const info = { name: 'w', workflow: 'w', sourceFormat: 'conductor', concurrency: 4 };
  const startedAt = toEpochMicros(1_700_000_000_000_000 + ++runsMade * MINUTE);
  const events: TraceEvent[] = [
    { type: 'execution_started', executionId: id, startedAt, info },
    node('fetch', []),
    node('save', ['fetch']),
    span('s1', 'fetch', 0, fetch),
    span('s2', 'save', fetch, save),
    { type: 'execution_finished', status, at: asMicros((fetch + save) * 1000), error: null },
  ];
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  await tenant.recordEvents(id, events.slice(0, 1));
  const duration = toMicros((fetch + save) * 1000);
  await tenant.finishExecution(id, { status, results: null, error: null, duration, trace: assembler.finish() });
  return id;
}

/** Some executions at one level, with a little noise. */
async function level(count: number, fetch: number, save: number, more?: (i: number) => JsonObject): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const input = more?.(i) ?? {};
    ids.push(await ran(fetch + ((i * 7) % 5), save + ((i * 3) % 4), { input }));
  }
  return ids;
}

describe('the history of a workflow', () => {
  it('tells each execution among those before it, a node over them, and where it changed', async () => {
    const before = await level(10, 400, 300);
    const after = await level(8, 800, 300);
    const answer = await ofWorkflow('history?limit=18&node=fetch');
    expect(answer.status).toBe(200);
    const { runs, incomplete } = historyShape.parse(answer.body);
    expect(incomplete).toBe(0);
    expect(runs.map((run) => run.execution_id)).toEqual([...before, ...after]);
    expect(runs[0]).toMatchObject({ number: 1, version: 1, status: 'completed', makespan_ms: 700, is_anomaly: null });
    expect(runs[0]).toMatchObject({ causes: { work: 700 }, work_ms: 700, usual_ms: null });
    expect(runs.map((run) => run.is_anomaly).indexOf(true)).toBe(10);
    const change = { kind: 'step', direction: 'slower', first_run: after[0], last_good_run: before[9] };
    expect(answer.body).toMatchObject({
      bands: { runs: 18, min_ms: 700 },
      change_points: { changes: [{ ...change, attribution: { nodes: [{ id: 'fetch' }, {}] } }] },
      nodes: [
        { id: 'fetch', name: 'The fetch', runs: 18 },
        { id: 'save', name: 'The save', runs: 18 },
      ],
      node: { id: 'fetch', name: 'The fetch', bands: { runs: 18, min_ms: 400 }, change_points: { changes: [change] } },
    });
    const page = historyShape.parse((await ofWorkflow(`history?limit=3&before=${after[0]}`)).body);
    expect(page.runs.map((run) => run.execution_id)).toEqual(before.slice(-3));
    expect((await ofWorkflow('history?node=nothing')).body).toMatchObject({
      node: { name: null, runs: [], bands: null },
    });
    expect((await ofWorkflow('history?version=2')).body).toMatchObject({ runs: [], bands: null, nodes: [] });
  });

  it('tells of the first nodes what they took in each execution', async () => {
    await level(3, 400, 300);
    await ran(500, 0, { status: 'failed' });
    const { body } = await ofWorkflow('history?trends=1');
    expect(body).toMatchObject({
      nodes: [
        { id: 'fetch', times_ms: [400, 402, 404, 500] },
        { id: 'save', times_ms: null },
      ],
    });
    expect((await ofWorkflow('history')).body).toMatchObject({ nodes: [{ times_ms: null }, { times_ms: null }] });
  });

  it('is merged into one flame graph, of those that completed', async () => {
    await level(3, 400, 300);
    await ran(500, 0, { status: 'failed' });
    const { status, body } = await ofWorkflow('flame-graph');
    expect(status).toBe(200);
    expect(body).toEqual({
      runs: 3,
      blocks: [
        { parent: null, name: 's1', node_key: 'fetch', total_ms: 1206, self_ms: 1206, count: 3, runs: 3 },
        { parent: null, name: 's2', node_key: 'save', total_ms: 905, self_ms: 905, count: 3, runs: 3 },
      ],
      block_count: 2,
      other: { count: 0, self_ms: 0 },
      left_out: 0,
    });
    expect((await ofWorkflow('flame-graph?runs=1&max_blocks=1')).body).toMatchObject({
      runs: 1,
      blocks: [{ name: 's1', count: 1 }],
      other: { count: 1 },
    });
    expect((await ofWorkflow('flame-graph?version=2')).body).toMatchObject({ runs: 0, blocks: [] });
    expect((await get(`/api/workflows/${randomUUID()}/flame-graph`)).status).toBe(404);
  });

  it('names what made it slower, against whatever it is compared with', async () => {
    const before = await level(12, 400, 300);
    const after = await level(8, 560, 300);
    const slower = {
      verdict: 'slower',
      attribution: {
        nodes: expect.arrayContaining([
          expect.objectContaining({ id: 'fetch', causes: [expect.objectContaining({ cause: 'work', group: 'work' })] }),
        ]),
      },
    };
    const first = { execution_id: after[0], number: 13 };
    for (const against of ['', '?against=last', '?against=last&runs=12']) {
      const answer = await ofWorkflow(`regressions${against}`);
      expect(answer.body).toMatchObject({ ...slower, first_bad_run: first, incomplete: 0, against: { kind: 'last' } });
    }
    const single = await ofWorkflow(`regressions?against=previous&execution_id=${after[0]}`);
    expect(single.body).toMatchObject({ verdict: 'slower', rule: 'previous_run', against: { kind: 'previous' } });
    expect(single.body).toMatchObject({ candidate_runs: [after[0]], reference_runs: [before[11]] });
    const made = { kind: 'list', execution_ids: before.slice(0, 10) };
    const wanted = { workflow_id: workflow, name: 'good', is_default: true, made_of: made };
    const { id } = baseShape.parse((await send('POST', at('/baselines'), wanted)).body);
    for (const against of ['', '?against=baseline', `?against=baseline&baseline=${id}`, `?baseline=${id}&limit=8`]) {
      const told = { kind: 'baseline', baseline_id: id, baseline_name: 'good' };
      const answer = await ofWorkflow(`regressions${against}`);
      expect(answer.body).toMatchObject({ ...slower, against: told, reference_runs: before.slice(0, 10) });
    }
    await tenant.updateWorkflow(workflow, { definition: { nodes: [] } });
    await level(6, 400, 500);
    const version = await ofWorkflow('regressions?against=version&version=1&limit=6');
    expect(version.body).toMatchObject({ verdict: 'slower', attribution: { nodes: [{ id: 'save' }, {}] } });
  });

  it('says nothing of what is quiet, or too little', async () => {
    expect((await ofWorkflow('regressions')).body).toMatchObject({ verdict: 'unknown', first_bad_run: null });
    await level(12, 400, 300);
    expect((await ofWorkflow('regressions')).body).toMatchObject({ verdict: 'unchanged', severity: null });
    expect((await ofWorkflow('regressions?against=version')).status).toBe(400);
    expect((await ofWorkflow('regressions?against=baseline')).status).toBe(404);
  });

  it('tells what slow executions have in common, and failed ones', async () => {
    for (let i = 0; i < 48; i++) {
      const isSlow = i % 3 === 0;
      const input = { region: isSlow ? 'us' : 'eu', size: i };
      await ran(isSlow ? 900 : 400, 100 + i, { input, status: i % 8 === 7 ? 'failed' : 'completed' });
    }
    expect((await ofWorkflow('cohorts?by=slow')).body).toMatchObject({
      split: { kind: 'quantile', share: 0.25 },
      worse: { runs: 10 },
      labels: [{ label: 'input.region' }, { label: 'input.region' }],
      attribution: { nodes: [{ id: 'fetch' }, {}] },
    });
    expect((await ofWorkflow('cohorts?by=failure')).body).toMatchObject({ worse: { runs: 6 }, attribution: null });
    expect((await ofWorkflow('cohorts?by=change_point')).body).toMatchObject({
      split: { kind: 'change_point', first_run: null },
      worse: { runs: 0 },
      others: { runs: 0 },
    });
  });

  it('counts how often each node is on the critical path', async () => {
    await level(5, 400, 300);
    await ran(1, 1, { status: 'failed' });
    expect((await ofWorkflow('critical-path?runs=4')).body).toMatchObject({
      executions: 4,
      nodes: [
        { id: 'fetch', on_path_count: 4, on_path_percent: 100 },
        { id: 'save', on_path_count: 4 },
      ],
      paths: [{ nodes: ['fetch', 'save'], count: 4 }],
      incomplete: 0,
    });
  });

  it('answers of what is not there, or is of another workflow, with 404', async () => {
    const mine = await ran(1, 1);
    const other = await tenant.createWorkflow({ name: 'other', description: null, definition: {} });
    for (const path of ['history', 'regressions', 'cohorts', 'critical-path']) {
      expect((await get(`/api/workflows/${randomUUID()}/${path}`)).status).toBe(404);
      expect((await get(`/api/workflows/none/${path}`)).status).toBe(404);
    }
    for (const query of [`history?before=${mine}`, `regressions?execution_id=${mine}`]) {
      expect((await get(`/api/workflows/${other.id}/${query}`)).status).toBe(404);
    }
    const change = `cohorts?by=change_point&execution_id=${mine}`;
    expect((await get(`/api/workflows/${other.id}/${change}`)).status).toBe(404);
    expect((await get(at(`/executions/${randomUUID()}/projection`))).status).toBe(404);
  });
});

const profileOf = (id: string, headers?: Record<string, string>) => get(at(`/executions/${id}/profile`), headers);

describe('the profile of an execution that has ended', () => {
  it('tells when it took longer than those before, and is another answer then', async () => {
    const ids = await level(12, 400, 300);
    const slow = await ran(1200, 300);
    const first = await profileOf(slow);
    const regression = profileShape.parse(first.body).insights.find(({ rule }) => rule === 'regression');
    expect(regression).toMatchObject({
      severity: 'medium',
      evidence: { verdict: 'suspect', reference_runs: 12, reference: ids.slice(-5), node_id: 'fetch', cause: 'work' },
    });
    const validator = (answer: typeof first) => ({ 'if-none-match': answer.headers.get('etag') ?? '' });
    expect((await profileOf(slow, validator(first))).status).toBe(304);
    const quiet = await profileOf(ids[11] ?? '');
    expect(profileShape.parse(quiet.body).insights.map(({ rule }) => rule)).not.toContain('regression');
    expect((await profileOf(ids[11] ?? '', validator(quiet))).status).toBe(304);
    // An execution before it that comes later, as an import may, changes what is told of it.
    const only = await tenant.createWorkflow({ name: 'late', description: null, definition: {} });
    workflow = only.id;
    const later = await ran(900, 300);
    runsMade -= 2;
    const before = await profileOf(later);
    expect(profileShape.parse(before.body).insights.map(({ rule }) => rule)).not.toContain('regression');
    await ran(400, 300);
    const changed = await profileOf(later, validator(before));
    expect(changed.status).toBe(200);
    expect(profileShape.parse(changed.body).insights).toContainEqual(
      expect.objectContaining({ rule: 'regression', severity: 'high', gain_ms: 500 }),
    );
  });

  it('says nothing of the history of one that failed, or is the first', async () => {
    const first = await ran(400, 300);
    const failed = await ran(900, 300, { status: 'failed' });
    for (const id of [first, failed]) {
      const { insights } = profileShape.parse((await profileOf(id)).body);
      expect(insights.map(({ rule }) => rule)).not.toContain('regression');
    }
  });
});

describe('the projection of an execution', () => {
  it('says when one that runs will end, and how one that has ended stands', async () => {
    const ids = await level(8, 400, 300);
    const slow = await ran(2000, 300);
    const answer = await get(at(`/executions/${slow}/projection`));
    expect(answer.body).toMatchObject({ execution_id: slow, status: 'completed', reason: 'ended', p50_ms: null });
    expect(answer.body).toMatchObject({ standing: { run_id: slow, is_anomaly: true, nodes: [{ id: 'fetch' }] } });
    expect((await get(at(`/executions/${ids[0]}/projection`))).body).toMatchObject({ standing: null });
    const id = randomUUID();
    await tenant.createExecution({ id, workflowId: workflow, input: {}, trigger: 'manual' });
    expect((await get(at(`/executions/${id}/projection`))).body).toMatchObject({ reason: 'not_started', runs: 0 });
    const info = { name: 'w', workflow: 'w', sourceFormat: 'conductor', concurrency: 4 };
    const startedAt = toEpochMicros((Date.now() - 100) * 1000);
    const open = span('s1', 'fetch', 0, 0, { duration: null, status: 'running' });
    await tenant.recordEvents(id, [
      { type: 'execution_started', executionId: id, startedAt, info },
      node('fetch', []),
      node('save', ['fetch']),
      {
        type: 'node_state',
        state: {
          nodeKey: 'fetch',
          iteration: null,
          status: 'running',
          at: asMicros(0),
          retryCount: 0,
          error: null,
          input: null,
          output: null,
        },
      },
      open,
    ]);
    const live = await get(at(`/executions/${id}/projection`));
    expect(live.body).toMatchObject({
      status: 'running',
      reason: null,
      runs: 9,
      blocker: { id: 'fetch', state: 'running' },
    });
    expect(live.body).toMatchObject({ remaining_path: ['save'], standing: null, incomplete: 0 });
  });

  it('projects one that really runs', async () => {
    const { body } = await send('POST', '/api/workflows', { name: 'wait', definition: WAIT });
    const started = await send('POST', `/api/workflows/${baseShape.parse(body).id}/execute`, {});
    const { id } = baseShape.parse(started.body);
    expect((await get(at(`/executions/${id}/projection`))).body).toMatchObject({ execution_id: id, standing: null });
    await send('POST', `/api/workflows/executions/${id}/cancel`, {});
    await test.server.executions.settled(id);
  });
});

const create = (made: unknown, more: object = {}) =>
  send('POST', at('/baselines'), { workflow_id: workflow, name: randomUUID(), made_of: made, ...more });

/** Stores a baseline of no executions. */
async function emptyBaseline(i: number): Promise<void> {
  const made = { madeOf: { kind: 'last', runs: 1 }, by: null, runs: [] };
  await tenant.baselines.create({ id: randomUUID(), workflowId: workflow, name: `b${i}`, isDefault: false, ...made });
}

describe('baselines', () => {
  it('are made of one execution, some, the last or a version, and stay when these go', async () => {
    const ids = await level(6, 400, 300);
    await ran(1, 1, { status: 'failed' });
    const made = await create({ kind: 'last', runs: 4 }, { name: 'last four' });
    expect(made.status).toBe(201);
    const { id } = baseShape.parse(made.body);
    expect(made.headers.get('location')).toContain(`/baselines/${id}`);
    expect(made.body).toMatchObject({ name: 'last four', run_count: 4, is_default: false, workflow_id: workflow });
    const whole = await get(at(`/baselines/${id}`));
    const told = ids.slice(2).map((execution_id) => ({ execution_id, status: 'completed' }));
    expect(whole.body).toMatchObject({ made_of: { kind: 'last', runs: 4 }, runs: told });
    expect((await create({ kind: 'version', version: 1 })).body).toMatchObject({ run_count: 6 });
    const one = baseShape.parse((await create({ kind: 'execution', execution_id: ids[0]?.toUpperCase() })).body);
    const twice = [ids[3], ids[1], ids[3]];
    const changed = await send('PUT', at(`/baselines/${one.id}`), { made_of: { kind: 'list', execution_ids: twice } });
    expect(changed.body).toMatchObject({ run_count: 2, made_of: { kind: 'list' } });
    expect((await get(at(`/baselines?workflow_id=${workflow}`))).body).toMatchObject({
      total: 3,
      items: [{ id }, {}, {}],
    });
    await tenant.setRetention({ rows: { maxDays: null, maxBytes: null }, profiles: { maxDays: null, maxBytes: 0 } });
    const retain = { signal: new AbortController().signal, pause: async () => {} };
    expect(await test.server.store.retain(tenant.workspaceId, retain)).toMatchObject({ removed: 7 });
    expect((await get(at(`/baselines/${id}`))).body).toEqual(whole.body);
    expect((await send('DELETE', at(`/baselines/${id}`))).status).toBe(204);
    expect((await get(at(`/baselines/${id}`))).status).toBe(404);
  });

  it('refuse what is not there, has not ended, or tells nothing', async () => {
    const other = await tenant.createWorkflow({ name: 'other', description: null, definition: {} });
    const open = randomUUID();
    await tenant.createExecution({ id: open, workflowId: workflow, input: {}, trigger: 'manual' });
    const ended = await ran(1, 1);
    const codes = [
      await create({ kind: 'execution', execution_id: randomUUID() }),
      await create({ kind: 'list', execution_ids: [ended, 'none'] }),
      await create({ kind: 'execution', execution_id: ended }, { workflow_id: other.id }),
      await create({ kind: 'last' }, { workflow_id: randomUUID() }),
      await create({ kind: 'execution', execution_id: open }),
      await create({ kind: 'last' }, { workflow_id: other.id }),
      await create({ kind: 'version', version: 9 }),
      await create({ kind: 'last', runs: 201 }),
      await create({ kind: 'best' }),
    ].map(({ body }) => codeShape.parse(body).code);
    const [missing, refused] = ['not_found', 'nothing_to_compare'];
    expect(codes.slice(0, 5)).toEqual([missing, missing, missing, missing, 'not_ended']);
    expect(codes.slice(5)).toEqual([refused, refused, 'validation_failed', 'validation_failed']);
    const { id } = baseShape.parse((await create({ kind: 'last' }, { name: 'taken' })).body);
    expect((await create({ kind: 'last' }, { name: 'taken' })).status).toBe(409);
    expect((await send('PUT', at(`/baselines/${id}`), { made_of: { kind: 'version', version: 7 } })).status).toBe(409);
    expect((await send('PUT', at(`/baselines/${randomUUID()}`), { name: 'x' })).status).toBe(404);
  });

  it('are so many of a workflow', async () => {
    await ran(1, 1);
    await Promise.all(Array.from({ length: 100 }, (_, i) => emptyBaseline(i)));
    expect(codeShape.parse((await create({ kind: 'last' })).body).code).toBe('too_many_baselines');
  });
});

describe('notes', () => {
  it('are written on a stretch of time, by whoever does, without secrets', async () => {
    const id = await ran(400, 300);
    const notes = at(`/executions/${id}/notes`);
    const text = ' Restarted with api_key=sk_live_1234567890abcdef <b>here</b> ';
    const made = await send('POST', notes, { from_ms: 120.5, to_ms: 480, span_id: 's1', text });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ execution_id: id, from_ms: 120.5, to_ms: 480, span_id: 's1' });
    expect(made.body).toMatchObject({
      text: 'Restarted with api_key=[redacted] <b>here</b>',
      author: null,
    });
    const note = `${notes}/${baseShape.parse(made.body).id}`;
    expect(made.headers.get('location')?.endsWith(note.slice(note.indexOf('/executions')))).toBe(true);
    const changed = await send('PUT', note, { text: 'password: hunter2hunter2', span_id: null });
    expect(changed.body).toMatchObject({ from_ms: 120.5, span_id: null });
    expect(changed.text).not.toContain('hunter2');
    expect((await send('PUT', note, { from_ms: -1, to_ms: -1 })).body).toMatchObject({ from_ms: -1, to_ms: -1 });
    await send('POST', notes, { from_ms: -5, to_ms: 0, text: 'early' });
    expect((await get(`${notes}?limit=1`)).body).toMatchObject({ total: 2, items: [{ text: 'early' }] });
    expect((await send('DELETE', note)).status).toBe(204);
    expect((await send('DELETE', note)).status).toBe(404);
    expect((await send('PUT', note, { text: 'x' })).status).toBe(404);
  });

  it('refuse what is no stretch of time or no text, and more than 500', async () => {
    const id = await ran(1, 1);
    const notes = at(`/executions/${id}/notes`);
    const note = { from_ms: 0, to_ms: 1, text: 'n' };
    for (const wrong of [{ to_ms: -1 }, { text: ' ' }, { text: 'x'.repeat(4001) }, { from_ms: 1e13 }, { other: 1 }]) {
      expect((await send('POST', notes, { ...note, ...wrong })).status).toBe(400);
    }
    const made = baseShape.parse((await send('POST', notes, note)).body);
    expect((await send('PUT', `${notes}/${made.id}`, { to_ms: 5 })).status).toBe(400);
    expect((await send('PUT', `${notes}/${made.id}`, { from_ms: 6, to_ms: 5 })).status).toBe(400);
    expect((await send('POST', at(`/executions/${randomUUID()}/notes`), note)).status).toBe(404);
    const stored = { executionId: id, from: asMicros(0), to: asMicros(1), spanId: null, text: 'n', author: null };
    await Promise.all(Array.from({ length: 499 }, () => tenant.notes.create({ id: randomUUID(), ...stored })));
    expect(codeShape.parse((await send('POST', notes, note)).body).code).toBe('too_many_notes');
  });
});

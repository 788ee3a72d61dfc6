import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@flowprof/model';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestServer, WAIT, type Answer, type Call, type TestServer } from '../../../testing/harness.ts';
import { JumpTime } from '../../../testing/jump-time.ts';
import { LogLines } from '../../../testing/log-lines.ts';
import { ServerProcess } from '../../../testing/server-process.ts';
import { startSharedDatabase } from '../../../testing/shared-database.ts';
import { Watch } from '../../../testing/watch.ts';
import { WebhookReceiver, type Received } from '../../../testing/webhook-receiver.ts';
import { provenId } from '../triggers/signature.ts';
import { MAX_TRIES, waitAfter } from './deliverer.ts';

const withId = z.looseObject({ id: z.string() });
const channelShape = z.looseObject({ id: z.string(), secret: z.string() });
const listShape = z.looseObject({ total: z.number(), items: z.array(z.looseObject({})) });
const messageShape = z.looseObject({
  type: z.string(),
  data: z.looseObject({ sentence: z.string(), link: z.string() }),
});

/** Fails where it is told to. */
const PICKY: JsonObject = {
  name: 'picky',
  inputs: { fails: { type: 'boolean', default: false } },
  nodes: [{ id: 'judge', name: 'Judge', type: 'transform', with: { value: '${input.fails ? 1 / 0 : 1}' } }],
};

/** Fires at the first failure, and is over after a run that did not fail. */
const ANY_FAILURE = {
  name: 'Any failure',
  kind: 'failure_rate',
  config: { percent: 0, runs: 1, min_runs: 1 },
  severity: 'high',
  resolve_after: 1,
};

const HEADERS = { 'x-workspace-slug': 'alerted' };
const BASE = '/api/v1/workspaces/alerted';

/** What a test does with a server. */
class Client {
  readonly #call: (path: string, call?: Call) => Promise<Answer>;

  constructor(call: (path: string, call?: Call) => Promise<Answer>) {
    this.#call = call;
  }

  async do(path: string, json?: unknown, method?: string): Promise<Answer> {
    const call = { headers: HEADERS, ...(json !== undefined && { json }), ...(method !== undefined && { method }) };
    const answer = await this.#call(path, call);
    if (answer.status >= 300) throw new Error(`${path} gave ${answer.status}: ${answer.text}`);
    return answer;
  }

  async made(path: string, json: unknown): Promise<string> {
    return withId.parse((await this.do(path, json)).body).id;
  }

  rule(workflow: string, more: object = {}): Promise<string> {
    return this.made(`${BASE}/alerts`, { ...ANY_FAILURE, workflow_id: workflow, ...more });
  }

  async channel(url: string): Promise<{ readonly id: string; readonly secret: string }> {
    return channelShape.parse((await this.do(`${BASE}/alert-channels`, { name: 'ops', url })).body);
  }

  run(workflow: string, input: JsonObject = {}): Promise<string> {
    return this.made(`/api/workflows/${workflow}/execute`, { input_variables: input });
  }

  async list(path: string): Promise<z.output<typeof listShape>> {
    return listShape.parse((await this.do(`${BASE}/${path}`)).body);
  }

  /** The id of the workflow of a name, which others made. */
  async named(name: string): Promise<string> {
    const { body } = await this.do(`/api/workflows?search=${name}`);
    return z.looseObject({ items: z.tuple([withId]) }).parse(body).items[0].id;
  }

  /** What Prometheus is told: of rules that fire and deliveries that wait, and of what came of tries. */
  async metric(name: string): Promise<number> {
    const { text } = await this.do('/metrics');
    const line = text.split('\n').find((one) => one.startsWith(`flowprof_alert${name} `));
    return Number(line?.split(' ')[1] ?? 0);
  }

  async events(): Promise<readonly unknown[]> {
    return (await this.list('alert-events')).items.map(({ type }) => type);
  }
}

/** A price list by which a run of one node costs so much. */
const priced = (perRun: number) => ({ currency: 'EUR', default: { per_run: perRun } });

const messageOf = ({ body }: Received) => messageShape.parse(JSON.parse(body.toString('utf8')));
const idOf = ({ headers }: Received) => headers['webhook-id'];
const typesOf = (received: readonly Received[]): string[] => received.map((one) => messageOf(one).type);

describe('alerts', () => {
  let test: TestServer;
  let client: Client;
  let receiver: WebhookReceiver;
  let other: WebhookReceiver;
  let log: LogLines;
  let workflow: string;
  const time = new JumpTime();

  beforeAll(async () => {
    [receiver, other] = [await WebhookReceiver.start(), await WebhookReceiver.start()];
    log = new LogLines();
    test = await startTestServer({
      clock: time.clock,
      timers: time.timers,
      log: log.logger,
      alertHosts: [receiver.host],
      publicUrl: 'https://flowprof.example/',
    });
    client = new Client((path, call) => test.call(path, call));
    await client.do('/api/workspaces', { slug: 'alerted', name: 'Alerted' });
  });

  afterAll(async () => {
    await test.close();
    await Promise.all([receiver.close(), other.close()]);
  });

  beforeEach(async () => {
    workflow = await client.made('/api/workflows', { definition: PICKY });
  });

  /** Nothing of a test is left for the next one. */
  afterEach(async () => {
    await client.do(`/api/workflows/${workflow}`, undefined, 'DELETE');
    for (const { id } of (await client.list('alert-channels')).items) {
      await client.do(`${BASE}/alert-channels/${String(id)}`, undefined, 'DELETE');
    }
    receiver.received.length = 0;
    log.lines.length = 0;
    receiver.answer = (response) => response.writeHead(204).end();
  });

  it('are told once when they begin and once when they are over, signed, with a link to what happened', async () => {
    const { secret } = await client.channel(receiver.url);
    const rule = await client.rule(workflow);
    const watch = new Watch(test.server.url, `/ws/workflows/${workflow}`, { headers: HEADERS });
    await watch.opened;
    const execution = await client.run(workflow, { fails: true });
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    await client.run(workflow, { fails: true });
    await client.run(workflow);
    const received = await receiver.until(2);
    expect(typesOf(received)).toEqual(['alert.fired', 'alert.resolved']);
    const link = `https://flowprof.example/executions/${execution}?workspace=alerted`;
    expect(messageOf(first)).toMatchObject({
      type: 'alert.fired',
      data: {
        state: 'firing',
        severity: 'high',
        sentence: 'picky #1: the run failed.',
        link,
        rule: { id: rule, name: 'Any failure', kind: 'failure_rate', config: ANY_FAILURE.config },
        workspace: { slug: 'alerted' },
        workflow: { id: workflow, name: 'picky' },
        execution: { id: execution, number: 1, status: 'failed' },
        evidence: { failed: 1, failed_percent: 100, limit_percent: 0 },
      },
    });
    const secrets = [{ secret, expiresAt: null }];
    expect(provenId(first, 'standard', secrets, time.clock.now())).toBe(idOf(first));
    expect(provenId({ ...first, body: Buffer.from('{}') }, 'standard', secrets, time.clock.now())).toBeNull();
    await watch.until(({ event }) => event === 'alert_resolved');
    expect(watch.names.filter((name) => name.startsWith('alert_'))).toEqual(['alert_fired', 'alert_resolved']);
    await watch.breakOff();
    expect(await client.events()).toEqual(['resolved', 'fired']);
    expect((await client.list('alert-events')).items[1]).toMatchObject({
      alert_id: rule,
      link,
      execution_id: execution,
    });
    expect((await client.do(`${BASE}/alerts/${rule}`)).body).toMatchObject({ state: 'ok' });
    for (const line of log.lines) expect(line).not.toContain(secret);
  });

  it('are delivered once the receiver is there again, under the same id and with the same body', async () => {
    const { id } = await client.channel(receiver.url);
    await client.rule(workflow);
    const answers: WebhookReceiver['answer'][] = [
      (response) => response.destroy(),
      (response) => response.writeHead(503, { 'retry-after': '60' }).end(),
      (response) => response.writeHead(302, { location: other.url }).end(),
      (response) => response.writeHead(200).end('thanks'),
    ];
    receiver.answer = (response) => answers[receiver.received.length - 1]?.(response);
    await client.run(workflow, { fails: true });
    for (const [i, seconds] of [
      [1, 7],
      [2, 61],
      [3, 97],
    ] as const) {
      await receiver.until(i);
      await log.until('an alert was not taken', i);
      time.jump(seconds);
    }
    const received = await receiver.until(4);
    await log.until('an alert was delivered');
    expect(new Set(received.map(idOf)).size).toBe(1);
    expect(new Set(received.map(({ body }) => body.toString('utf8'))).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['webhook-signature'])).size).toBeGreaterThan(1);
    expect(other.received).toEqual([]);
    const { items } = await client.list(`alert-channels/${id}/deliveries`);
    expect(items).toMatchObject([{ state: 'delivered', attempts: 4, last_status: 200, last_error: null }]);
    expect(log.lines.join('')).toContain('redirects are not followed');
  });

  it('are given up after some tries, and a receiver that is gone for good is switched off', async () => {
    const { id } = await client.channel(receiver.url);
    const tried = () =>
      Promise.all(['failed', 'dead'].map((outcome) => client.metric(`_deliveries_total{outcome="${outcome}"}`)));
    const [failed = 0, dead = 0] = await tried();
    receiver.answer = (response) => response.writeHead(500).end();
    await client.do(`${BASE}/alert-channels/${id}/test`, {});
    for (let i = 1; i < MAX_TRIES; i++) {
      await log.until('an alert was not taken', i);
      time.jump(8 * 3600);
    }
    await log.until('an alert is given up');
    expect(receiver.received).toHaveLength(MAX_TRIES);
    const { items } = await client.list(`alert-channels/${id}/deliveries`);
    expect(items).toMatchObject([{ state: 'dead', attempts: MAX_TRIES, last_status: 500, event_id: null }]);
    receiver.answer = (response) => response.writeHead(410).end();
    await client.do(`${BASE}/alert-channels/${id}/test`, {});
    await log.until('an alert is given up', 2);
    const channel = await client.do(`${BASE}/alert-channels/${id}`);
    expect(channel.body).toMatchObject({ enabled: false, off_reason: 'the receiver answered 410', last_status: 410 });
    expect(await tried()).toEqual([failed + MAX_TRIES - 1, dead + 2]);
  });

  it('reach no address of the inside that is not allowed, whatever its spelling', async () => {
    const { port } = new URL(other.url);
    const urls = [
      other.url,
      `http://localhost:${port}/hook`,
      `http://[::1]:${port}/`,
      `http://2130706433:${port}/`,
      'http://169.254.169.254/latest/meta-data',
    ];
    for (const [i, url] of urls.entries()) {
      const { id } = await client.channel(url);
      await client.do(`${BASE}/alert-channels/${id}/test`, {});
      await log.until('an alert is given up', i + 1);
      const channel = await client.do(`${BASE}/alert-channels/${id}`);
      expect(channel.body).toMatchObject({ last_error: expect.stringContaining('address_refused') as unknown });
    }
    expect(other.received).toEqual([]);
    expect(log.count('an alert was not taken')).toBe(0);
  });

  it('are cut off where a receiver does not answer, without holding up the others', async () => {
    const channels = [await client.channel(receiver.url), await client.channel(`${receiver.url}/second`)];
    receiver.answer = (response) => {
      // The first one is never answered.
      if (receiver.received.length > 1) response.writeHead(204).end();
    };
    await client.rule(workflow);
    await client.run(workflow, { fails: true });
    await receiver.until(2);
    await log.until('an alert was delivered');
    time.jump(16);
    await log.until('http_timeout');
    const lists = await Promise.all(channels.map(({ id }) => client.list(`alert-channels/${id}/deliveries`)));
    const states = lists.map(({ items }) => items.map(({ state }) => state));
    expect(states.flat().map(String).toSorted()).toEqual(['delivered', 'waiting']);
    expect(await client.metric('s{of="waiting_deliveries"}')).toBe(1);
    expect(await client.metric('s{of="firing_rules"}')).toBe(1);
    expect(await client.metric('_deliveries_total{outcome="delivered"}')).toBeGreaterThan(0);
  });

  it('tell of a deadline while the run goes on', async () => {
    await client.channel(receiver.url);
    const slow = await client.made('/api/workflows', { definition: WAIT });
    const rule = await client.rule(slow, { kind: 'deadline', config: { limit_ms: 30_000 }, name: 'In time' });
    const execution = await client.run(slow);
    const watch = new Watch(test.server.url, `/ws/workflows/${slow}?since=0`, { headers: HEADERS });
    await watch.until(({ event }) => event === 'workflow_started');
    time.jump(40);
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    expect(messageOf(first).data.sentence).toMatch(
      /^wait #1: the run is not done after 4\d(\.\d+)? s, deadline 30 s\.$/,
    );
    time.jump(60);
    await client.do(`/api/workflows/executions/${execution}/cancel`, {});
    await watch.until(({ event }) => event === 'workflow_failed');
    expect((await client.do(`${BASE}/alerts/${rule}`)).body).toMatchObject({
      state: 'firing',
      execution_id: execution,
    });
    expect(await client.events()).toEqual(['fired']);
    await watch.breakOff();
    await client.do(`/api/workflows/${slow}`, undefined, 'DELETE');
  });

  it('tell of a deadline that will be missed before it is, by the history of the workflow', async () => {
    await client.channel(receiver.url);
    const nodes = [{ id: 'wait', type: 'delay', with: { ms: 60_000 } }];
    const slow = await client.made('/api/workflows', { definition: { name: 'risky', nodes } });
    const watch = new Watch(test.server.url, `/ws/workflows/${slow}?since=0`, { headers: HEADERS });
    const started = async (): Promise<string> => {
      const id = await client.run(slow);
      await watch.until(({ event, data }) => event === 'step_started' && data['execution_id'] === id);
      return id;
    };
    for (let i = 0; i < 4; i++) {
      const id = await started();
      time.jump(61);
      await test.server.executions.settled(id);
    }
    await client.rule(slow, { kind: 'deadline', config: { limit_ms: 50_000, risk_percent: 60 }, name: 'At risk' });
    const execution = await started();
    time.jump(10);
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    expect(messageOf(first).data.sentence).toBe(
      'risky #5: the run will miss its deadline of 50 s with 90% probability.',
    );
    await client.do(`/api/workflows/executions/${execution}/cancel`, {});
    await watch.breakOff();
    await client.do(`/api/workflows/${slow}`, undefined, 'DELETE');
  });

  it('look at executions of others, but not at what ended before the rule was made', async () => {
    await client.channel(receiver.url);
    const report = (id: string, startedAt: number) => {
      const started = new Date(startedAt).toISOString();
      const finished = { status: 'failed', duration_ms: 90 };
      const results = [{ node_key: 'a', status: 'failed', start_ms: 0, duration_ms: 90 }];
      return client.do('/api/v1/callbacks', {
        callbacks: [{ execution_id: id, workflow: 'theirs', started_at: started, results, finished }],
      });
    };
    const now = time.clock.now() / 1000;
    await report('first', now - 1000);
    const theirs = await client.named('theirs');
    const rule = await client.rule(theirs);
    await report('of last week', now - 7 * 86_400_000);
    await report('now', time.clock.now() / 1000);
    const [only] = await receiver.until(1);
    if (!only) throw new Error('nothing came');
    expect(messageOf(only).data.sentence).toContain('theirs #3');
    expect(await client.events()).toEqual(['fired']);
    await client.do(`${BASE}/alerts/${rule}`, undefined, 'DELETE');
    expect(await client.events()).toEqual([]);
  });

  it('tell of what runs that come in files, but not of what ended before the rule was made', async () => {
    await client.channel(receiver.url);
    /** A list of tasks with one run for each start. */
    const imported = async (...starts: readonly number[]) => {
      const tasks = starts.map((start) => {
        const [started, ended] = [start, start + 90_000].map((at) => new Date(at / 1000).toISOString());
        return { workflow: 'filed', run: `at ${start}`, task: 'a', started, ended, status: 'failed' };
      });
      const headers = { ...HEADERS, 'content-type': 'application/octet-stream' };
      const answer = await test.call(`${BASE}/imports`, { headers, raw: JSON.stringify(tasks) });
      expect(answer.status).toBe(201);
    };
    const before = time.clock.now();
    await imported(before - 60_000_000);
    const filed = await client.named('filed');
    const rule = await client.rule(filed);
    // Both are known only now; one ended before the rule was made, and others long ago.
    await imported(before - 30_000_000, before - 7 * 86_400_000_000, before - 8 * 86_400_000_000);
    const start = time.clock.now();
    await imported(start);
    const [only] = await receiver.until(1);
    if (!only) throw new Error('nothing came');
    expect(messageOf(only).data.sentence).toBe('filed #5: the run failed.');
    expect((await client.do(`${BASE}/alerts/${rule}`)).body).toMatchObject({ state: 'firing' });
    expect(await client.events()).toEqual(['fired']);
    await client.do(`/api/workflows/${filed}`, undefined, 'DELETE');
  });

  it('tell of what a run costs by the price list of the workspace as it is then, or by prices of the rule', async () => {
    await client.channel(receiver.url);
    const rule = await client.rule(workflow, { kind: 'cost', config: { limit: 1 }, name: 'Dear' });
    const own = await client.rule(workflow, { kind: 'cost', config: { limit: 1, prices: priced(3) }, name: 'Own' });
    const states = async () => {
      const bodies = await Promise.all([rule, own].map((id) => client.do(`${BASE}/alerts/${id}`)));
      return bodies.map(({ body }) => body);
    };
    // There is no price list, so nobody knows what it costs.
    await client.run(workflow);
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    expect(messageOf(first).data.sentence).toBe('picky #1: the run cost 3 EUR, limit 1 EUR.');
    expect(await states()).toMatchObject([
      { state: 'ok', config: { limit: 1, prices: null } },
      { state: 'firing', name: 'Own' },
    ]);
    await client.do(`${BASE}/prices`, { prices: priced(2) }, 'PUT');
    await client.run(workflow);
    const [, second] = await receiver.until(2);
    // The first one, where it was judged after the list was there.
    expect(second && messageOf(second).data.sentence).toMatch(/^picky #[12]: the run cost 2 EUR, limit 1 EUR\.$/);
    // What has become cheaper is fine again.
    await client.do(`${BASE}/prices`, { prices: priced(0.5) }, 'PUT');
    await client.run(workflow);
    const [, , third] = await receiver.until(3);
    expect(third && messageOf(third).data.sentence).toMatch(
      /^picky #[23] is fine again: the run cost 0\.5 EUR, limit 1 EUR\.$/,
    );
    expect(await states()).toMatchObject([{ state: 'ok' }, { state: 'firing' }]);
    await client.do(`${BASE}/prices`, { prices: null }, 'PUT');
  });

  it('look at executions that come as spans of OpenTelemetry', async () => {
    await client.channel(receiver.url);
    const traced = await client.made('/api/workflows', { definition: { ...PICKY, name: 'checkout' } });
    await client.rule(traced);
    const end = time.clock.now();
    const span = {
      traceId: 'ab'.repeat(16),
      spanId: 'cd'.repeat(8),
      name: 'checkout',
      kind: 2,
      startTimeUnixNano: `${end - 50_000}000`,
      endTimeUnixNano: `${end}000`,
      status: { code: 2, message: 'out of stock' },
    };
    await client.do('/v1/traces', { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    time.jump(60);
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    expect(messageOf(first).data.sentence).toBe('checkout #1: the run failed.');
    await client.do(`/api/workflows/${traced}`, undefined, 'DELETE');
  });

  it('say when they are over because their rule was changed, and tell nobody while it is muted', async () => {
    await client.channel(receiver.url);
    const rule = await client.rule(workflow);
    const path = `${BASE}/alerts/${rule}`;
    await client.run(workflow, { fails: true });
    await receiver.until(1);
    expect((await client.do(`${path}/acknowledge`, {})).body).toMatchObject({
      acknowledged_by: expect.any(String) as unknown,
    });
    // The same configuration, whatever the order of its keys, is no change.
    const { config } = ANY_FAILURE;
    const same = Object.fromEntries(Object.entries(config).toReversed());
    await client.do(path, { name: 'Another name', severity: 'low', config: same }, 'PUT');
    expect((await client.do(path)).body).toMatchObject({ state: 'firing', name: 'Another name', severity: 'low' });
    await client.do(path, { enabled: false }, 'PUT');
    const [, over] = await receiver.until(2);
    expect(over && messageOf(over).data.sentence).toContain('was switched off');
    await client.do(path, { enabled: true }, 'PUT');
    await client.do(`${path}/mute`, { for_seconds: 3600 });
    await client.run(workflow, { fails: true });
    await log.until('an alert was fired', 2);
    await client.do(`${path}/test`, {});
    expect(typesOf(await receiver.until(3))).toEqual(['alert.fired', 'alert.resolved', 'alert.test']);
  });

  it('are refused where they cannot be meant', async () => {
    const rule = await client.rule(workflow);
    const post = (json: object) =>
      test.call(`${BASE}/alerts`, { headers: HEADERS, json: { ...ANY_FAILURE, workflow_id: workflow, ...json } });
    const wrong = [
      await post({ config: { percent: 0, runs: 5, min_runs: 6 } }),
      await post({ channel_ids: [rule] }),
      await post({ kind: 'duration_limit', config: {} }),
      await test.call(`${BASE}/alerts/${rule}`, {
        method: 'PUT',
        headers: HEADERS,
        json: { config: { percent: 101 } },
      }),
      await test.call(`${BASE}/alert-channels`, { headers: HEADERS, json: { name: 'x', url: 'ftp://a.example' } }),
      await test.call(`${BASE}/alert-channels`, {
        headers: HEADERS,
        json: { name: 'x', url: 'https://u:p@a.example' },
      }),
    ];
    expect(wrong.map(({ status }) => status)).toEqual([400, 400, 400, 400, 400, 400]);
    expect((await post({ workflow_id: rule })).status).toBe(404);
    const idle = await test.call(`${BASE}/alerts/${rule}/acknowledge`, { headers: HEADERS, json: {} });
    expect([idle.status, idle.body]).toMatchObject([409, { code: 'alert_not_firing' }]);
  });

  it('show no more of an address than who may see it needs, and sign with old secrets for a while', async () => {
    const { id, secret } = await client.channel(`${receiver.url}/0123456789abcdef0123?token=canary`);
    const shown = await client.do(`${BASE}/alert-channels/${id}`);
    expect(shown.body).toMatchObject({ url: `${receiver.url}/…?…` });
    const rotated = z
      .object({ secret: z.string() })
      .parse((await client.do(`${BASE}/alert-channels/${id}/rotate-secret`, {})).body);
    await client.do(`${BASE}/alert-channels/${id}/test`, {});
    const [first] = await receiver.until(1);
    if (!first) throw new Error('nothing came');
    for (const one of [secret, rotated.secret]) {
      expect(provenId(first, 'standard', [{ secret: one, expiresAt: null }], time.clock.now())).toBe(idOf(first));
    }
    await log.until('an alert was delivered');
    expect(log.lines.join('')).not.toMatch(/canary|0123456789abcdef/);
  });
});

describe('the wait after a try', () => {
  it('grows, with some chance in it, up to a bound, and heeds what the receiver asks for', () => {
    expect([1, 2, 3].map((attempt) => waitAfter(attempt, 0.5, null) / 1e6)).toEqual([5, 20, 80]);
    expect([waitAfter(1, 0, null), waitAfter(1, 1, null)]).toEqual([4e6, 6e6]);
    expect(waitAfter(50, 0.5, null)).toBe(6 * 3600 * 1e6);
    expect(waitAfter(1, 0.5, 90_000)).toBe(90e6);
    expect(waitAfter(1, 0.5, 1e12)).toBe(3600e6);
  });
});

describe('several servers, and one that is killed', () => {
  it('tell of an alert once between them', async () => {
    const receiver = await WebhookReceiver.start();
    const database = await startSharedDatabase();
    const options = { databaseUrl: database.url, journalKey: new Uint8Array(32).fill(7), alertHosts: [receiver.host] };
    const [a, b] = await Promise.all([startTestServer(options), startTestServer(options)]);
    const [first, second] = [a, b].map((one) => new Client((path, call) => one.call(path, call)));
    if (!first || !second) throw new Error('there are two');
    await first.do('/api/workspaces', { slug: 'alerted', name: 'Alerted' });
    const workflow = await first.made('/api/workflows', { definition: PICKY });
    await first.channel(receiver.url);
    await first.rule(workflow);
    const watch = new Watch(b.server.url, `/ws/workflows/${workflow}?since=0`, { headers: HEADERS });
    await Promise.all([0, 1, 2, 3, 4, 5].map((i) => (i % 2 === 0 ? first : second).run(workflow, { fails: true })));
    await watch.until(({ event }) => event === 'alert_fired');
    await second.run(workflow);
    await watch.until(({ event }) => event === 'alert_resolved');
    expect(typesOf(await receiver.until(2))).toEqual(['alert.fired', 'alert.resolved']);
    expect(await second.events()).toEqual(['resolved', 'fired']);
    await Promise.all([a.close(), b.close()]);
    expect(receiver.received).toHaveLength(2);
    await database.stop();
    await receiver.close();
  });

  it('tell of it after a kill between the transition and the delivery, under the same id', async () => {
    const receiver = await WebhookReceiver.start();
    const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-alerts-'));
    const before = process.env['FLOWPROF_ALERT_HOSTS'];
    process.env['FLOWPROF_ALERT_HOSTS'] = receiver.host;
    const killed = await ServerProcess.start(dataDir, receiver.url);
    process.env['FLOWPROF_ALERT_HOSTS'] = before;
    const first = new Client((path, call) => killed.call(path, call));
    await first.do('/api/workspaces', { slug: 'alerted', name: 'Alerted' });
    const workflow = await first.made('/api/workflows', { definition: PICKY });
    await first.channel(receiver.url);
    await first.rule(workflow);
    receiver.answer = () => undefined;
    await first.run(workflow, { fails: true });
    await receiver.until(1);
    await killed.kill();
    receiver.answer = (response) => response.writeHead(204).end();
    // What the dead server had taken is anybody's after a minute.
    const { clock, timers } = new JumpTime(120);
    const next = await startTestServer({ dataDir, clock, timers, alertHosts: [receiver.host] });
    const second = new Client((path, call) => next.call(path, call));
    const [one, two] = await receiver.until(2);
    expect(one && idOf(one)).toBe(two && idOf(two));
    expect(await second.events()).toEqual(['fired']);
    await next.close();
    await receiver.close();
    await rm(dataDir, { recursive: true, force: true });
  }, 60_000);
});

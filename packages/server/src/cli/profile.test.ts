import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';

let folder: string;
let trace: string;
let prices: string;

/** A request with many queries in it, and a call of a model. */
const EVENTS = [
  { name: 'GET /', ph: 'X', ts: 0, dur: 10_000, pid: 1, tid: 1 },
  ...Array.from({ length: 30 }, (_, i) => ({ name: 'query', ph: 'X', ts: i * 100, dur: 90, pid: 1, tid: 1 })),
  {
    name: 'chat',
    ph: 'X',
    ts: 5000,
    dur: 4000,
    pid: 1,
    tid: 1,
    args: { 'gen_ai.response.model': 'small-1', 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 200 },
  },
];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-profile-'));
  trace = join(folder, 'trace.json');
  prices = join(folder, 'prices.json');
  writeFileSync(trace, JSON.stringify({ traceEvents: EVENTS }));
  const models = { 'small-*': { input_per_million: 1000, output_per_million: 5000 } };
  writeFileSync(prices, JSON.stringify({ currency: 'EUR', models }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function profile(...args: string[]): Promise<string> {
  const { code, err, out } = await inProcess(['profile', trace, ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

test('--hotspots shows what took most time over all instances', async () => {
  const out = await profile('--hotspots');
  expect(out).toMatch(/^Spans$/m);
  expect(out).toMatch(/query\s+30 .*2\.70 ms/);
  expect(JSON.parse(await profile('--hotspots', '--json'))).toMatchObject({
    spans: [{ id: 'chat' }, { id: 'GET /' }, { id: 'query', count: 30, self_ms: 2.7 }],
    sandwich: null,
  });
});

test('--name shows who calls it, and whom it calls', async () => {
  const out = await profile('--name', 'query');
  expect(out).toContain('30 times, 2.70 ms in all');
  expect(out).toMatch(/^Called by\n.*\n.* 30 {4}GET \/$/m);
  expect(out).toMatch(/^Calls\n {2}nothing$/m);
});

test('--prices shows what it costs; tokens are shown without', async () => {
  expect(await profile('--prices', prices)).toMatch(
    /^Cost\n {2}2\.00 EUR\n {2}1 call of models · 1,000 tokens in · 200 out$/m,
  );
  expect(await profile()).toMatch(/^Cost\n {2}1 call of models · .*\n {2}no price for small-1$/m);
  expect(JSON.parse(await profile('--prices', prices, '--json'))).toMatchObject({ cost: { cost: { total: 2 } } });
});

test('--csv prints a table with a header, however many executions there are', async () => {
  const [header, ...rows] = (await profile('--csv')).trimEnd().split('\r\n');
  expect(header).toMatch(/^execution,workflow,id,name,type,count,/);
  expect(rows).toHaveLength(3);
});

test.each([
  [['--json', '--csv'], '--json and --csv exclude each other'],
  [['--hotspots', '--csv'], '--csv prints the nodes of the profile'],
  [['--name', 'nothing'], 'there is no span or node "nothing"'],
  [['--prices', 'none.json'], 'none.json: the file cannot be read'],
])('%j is refused in one line', async (args, reason) => {
  const { code, err } = await inProcess(['profile', trace, ...args]);
  expect(code).toBe(2);
  expect(err).toContain(reason);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('a price list that is none is refused with the place', async () => {
  const wrong = join(folder, 'wrong.json');
  writeFileSync(wrong, '{"currency":"EUR","node_types":{"http":{"per_run":-1}}}');
  const { code, err } = await inProcess(['profile', trace, '--prices', wrong]);
  expect([code, err]).toEqual([2, expect.stringContaining('wrong.json: node_types.http.per_run: ')]);
});

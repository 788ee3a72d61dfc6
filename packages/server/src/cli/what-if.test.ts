import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  buildProfile,
  microsFromMs,
  readTraceFile,
  TraceAssembler,
  writeTraceFile,
  writeTraceFiles,
} from '@flowprof/model';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { inProcess } from '../../testing/in-process.ts';

let folder: string;
let file: string;
let both: string;

/** `load` for 100 ms, then `report` for 50. */
function trace(name: string, loadMs: number) {
  const run = new TraceAssembler({ name, workflow: 'nightly', status: 'completed', sourceFormat: 'conductor' });
  const node = { type: 'http', iteration: null, parentKey: null };
  run.addNode({ ...node, key: 'load', name: 'Load', dependsOn: [] });
  run.addNode({ ...node, key: 'report', name: 'Report', dependsOn: ['load'] });
  const span = {
    parentId: null,
    kind: 'node',
    iteration: null,
    track: null,
    metadata: null,
    status: 'completed',
  } as const;
  const [zero, loaded, fifty] = [0, loadMs, 50].map(microsFromMs);
  run.addSpan({
    ...span,
    id: '1',
    name: 'Load',
    nodeKey: 'load',
    start: zero ?? microsFromMs(0),
    duration: loaded ?? null,
  });
  run.addSpan({
    ...span,
    id: '2',
    name: 'Report',
    nodeKey: 'report',
    start: loaded ?? microsFromMs(0),
    duration: fifty ?? null,
  });
  return run.finish();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-what-if-'));
  file = join(folder, 'run.json');
  both = join(folder, 'both.json');
  writeFileSync(file, await writeTraceFile(trace('monday', 100), 'json'));
  writeFileSync(both, await writeTraceFiles([trace('monday', 100), trace('tuesday', 300)], 'json'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const answerSchema = z.looseObject({
  observed_ms: z.number(),
  predicted_ms: z.number(),
  changes: z.array(z.object({ text: z.string() })),
  runs: z.object({ count: z.number(), predicted_ms: z.object({ min: z.number(), max: z.number() }) }).nullable(),
});

async function json(...args: string[]): Promise<z.output<typeof answerSchema>> {
  const { code, out, err } = await inProcess(['what-if', ...args, '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return answerSchema.parse(JSON.parse(out));
}

describe('changes on the command line', () => {
  test.each<[string[], number, string]>([
    [['--faster', 'load=2'], 100, 'load 2x faster'],
    [['--slower', 'report=3'], 250, 'report 3x slower'],
    [['--faster', 'type:http=10'], 15, 'nodes of type http 10x faster'],
    [['--duration', 'load=7'], 57, 'load takes 7 ms'],
    [['--remove', 'report'], 100, 'without report'],
    [['--drop', 'load->report'], 100, 'report does not wait for load'],
    [['--limit', 'type:http=1', '--drop', 'load->report'], 150, 'type http = 1'],
    [['--concurrency', '1', '--drop', 'load->report'], 150, 'concurrency = 1'],
    [['--unlimited'], 150, 'unlimited workers'],
    [['--no-retries', '--no-queue'], 150, 'no retries of all nodes'],
    [['--change', '{"kind":"speed","node":"load","factor":4}'], 75, 'load 4x faster'],
  ])('%j', async (args, predicted, text) => {
    const answer = await json(file, ...args);
    expect([answer.observed_ms, answer.predicted_ms, answer.changes[0]?.text]).toEqual([150, predicted, text]);
  });

  test.each([
    [['--faster', 'laod=2'], 'there is no node "laod"; did you mean "load"?'],
    [['--faster', 'load'], 'It must be a name and a number, as in load=2.'],
    [['--limit', 'db=4'], 'It must be pool:NAME=n, type:NAME=n, loop:NODE=n or rate:NAME=n.'],
    [['--limit', 'pool:db=4'], 'there is no pool "db"; known are concurrency'],
    [['--drop', 'load'], "It must be two nodes, the earlier one first, as in 'load->report'."],
    [['--add', 'report->load'], 'would make it wait for itself'],
    [['--change', '{"kind":"sped"}'], 'It is no change; docs/what-if.md lists them.'],
  ])('%j is wrong usage', async (args, reason) => {
    const { code, err } = await inProcess(['what-if', file, ...args]);
    expect(code).toBe(2);
    expect(err).toContain(reason);
  });
});

test('as text: before and after, what holds it up, the path and what would help', async () => {
  const { out } = await inProcess(['what-if', file, '--faster', 'load=4', '--suggest']);
  expect(out).toMatchInlineSnapshot(`
    "monday
      → load 4x faster

      observed  ████████████████████████████████████████      150.0 ms
      predicted ████████████████████                           75.0 ms
                -75.0 ms (-50.0%)
      without a change the simulation is exactly as observed (no limits known)

    What holds it up
      now       Load, 100.0 ms (66.7%)
      then      Report, 50.0 ms (66.7%)

    Where the time goes
                           observed    predicted
      work                 150.0 ms      75.0 ms     -75.0 ms

    Critical path  by dependencies
      node                       starts  gap before       takes     share       drag
      Load                         0 µs                 25.0 ms     33.3%    25.0 ms
      Report                    25.0 ms                 50.0 ms     66.7%    50.0 ms
      on path 75.0 ms + gaps 0 µs + lead 0 µs = makespan

    What would help most  one change at a time
      █ load 2x faster                                           -50.0 ms    33.3%
      █ report does not wait for load                            -50.0 ms    33.3%
      ▄ report 2x faster                                         -25.0 ms    16.7%
      limits that can be set: concurrency
    "
  `);
});

test('without a change what would help is told', async () => {
  const { out } = await inProcess(['what-if', file]);
  expect(out).toContain('no change: the simulation repeats what was observed');
  expect(out).toMatch(/report does not wait for load +-50\.0 ms +33\.3%/u);
});

test('--trace writes the predicted schedule, which takes as long as predicted', async () => {
  const target = join(folder, 'predicted.json');
  await inProcess(['what-if', file, '--faster', 'load=2', '--trace', target]);
  const [predicted] = await readTraceFile(readFileSync(target));
  expect(predicted && buildProfile(predicted).makespan_ms).toBe(100);
});

test('of several executions in a file one is asked about, or all', async () => {
  const { code, err } = await inProcess(['what-if', both, '--faster', 'load=2']);
  expect([code, err]).toEqual([2, `flowprof: ${both} holds 2 executions; --execution <n> says which one is meant\n`]);
  expect((await json(both, '--execution', '2', '--faster', 'load=2')).predicted_ms).toBe(200);
  const { runs } = await json(both, '--runs', '5', '--faster', 'load=2');
  expect(runs).toMatchObject({ count: 2, predicted_ms: { min: 100, max: 200 } });
});

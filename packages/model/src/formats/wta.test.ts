import { describe, expect, test } from 'vitest';
import { fixtureBytes, fixtureJson, fixtureTraces, objectAt } from '../../testing/fixtures.ts';
import { only } from '../../testing/at.ts';
import { analyseTrace } from '../analysis/analyse.ts';
import { leafId } from '../analysis/leaf-graph.ts';
import { buildProfile } from '../analysis/profile.ts';
import type { JsonValue } from '../json.ts';
import type { Trace } from '../trace/trace.ts';
import { readTraceFile } from './registry.ts';
import { textOf, utf8 } from './web.ts';

async function byId(path: string): Promise<ReadonlyMap<string, Trace>> {
  const traces = await fixtureTraces(path);
  return new Map(traces.map((trace) => [trace.execution.externalId ?? '', trace]));
}

const parse: (text: string) => JsonValue = JSON.parse;

function read(text: string): Promise<readonly Trace[]> {
  return readTraceFile(utf8(text));
}

describe('eight runs of one workflow on a grid', async () => {
  const traces = await byId('wta-askalon/tasks.jsonl');
  const expected = objectAt(fixtureJson('wta-askalon/expected.json'));

  test.each(Object.keys(expected))('%s', (id) => {
    const values = objectAt(expected[id]);
    const trace = traces.get(id);
    if (trace === undefined) throw new Error('the run is missing');
    const profile = buildProfile(trace);
    const { graph, measures } = analyseTrace(trace);
    expect({
      tasks: profile.counts.leaf_nodes,
      edges: profile.counts.edges,
      observed_makespan: profile.makespan_ms,
      work: profile.work_ms,
      span: profile.span_ms,
      span_path: Array.from(measures?.spanPath ?? [], (leaf) => leafId(graph, leaf)),
      parallelism: profile.parallelism,
      peak: profile.peak_concurrency,
      observed_cp: {
        path: profile.critical_path?.items.map((item) => item.id),
        tasks_on_path: profile.critical_path?.item_count,
        runtime_on_path: profile.critical_path?.on_path_ms,
        gaps: profile.critical_path?.gaps_ms,
        lead: profile.critical_path?.lead_ms,
        negative_gaps: profile.critical_path?.negative_gaps,
      },
    }).toEqual(
      Object.fromEntries(
        Object.entries(values).filter(([key]) => !['unit', 'efficiency_seed', 'utilisation'].includes(key)),
      ),
    );
    expect(trace.warnings).toEqual([]);
    expect(trace.execution).toMatchObject({ startedAt: null, eventCount: 23 });
  });
});

describe('1,000 workflows without wait times', async () => {
  const traces = await byId('wta-shell/tasks.jsonl.gz');

  test('have the critical paths that were published with them', () => {
    const workflows = textOf(fixtureBytes('wta-shell/workflows.jsonl.gz'))
      .trim()
      .split('\n')
      .map((line) => objectAt(parse(line)));
    expect(workflows).toHaveLength(1000);
    for (const workflow of workflows) {
      const trace = traces.get(JSON.stringify(workflow['id']));
      if (trace === undefined) throw new Error('a workflow is missing');
      const profile = buildProfile(trace);
      expect(profile.counts.leaf_nodes).toBe(workflow['task_count']);
      expect(profile.span_released_ms).toBe(workflow['critical_path_length']);
    }
  });

  test('say that their starts are assumed', () => {
    expect(traces.get('0')?.warnings).toEqual([
      { code: 'assumed_start', count: 3, example: 'task 0 has no wait_time' },
    ]);
  });

  test('and stand as early as their submission and what they depend on allow', () => {
    const trace = traces.get('0');
    if (trace === undefined) throw new Error('the workflow is missing');
    const profile = buildProfile(trace);
    expect(profile).toMatchObject({
      makespan_ms: 21595,
      span_ms: 21595,
      peak_concurrency: 1,
      accounting: { causes: { work: 21595 } },
    });
    expect(profile.waits).toEqual([expect.objectContaining({ cause: 'queue', reason: 'dependency', count: 2 })]);
  });
});

test('the table of workflows alone is refused and said what it is', async () => {
  await expect(fixtureTraces('wta-shell/workflows.jsonl.gz')).rejects.toThrowError(
    'this is the table of 1000 workflows of a trace, which holds no tasks; read its table of tasks',
  );
});

test('both tables in one object belong together', async () => {
  const tasks = [{ id: 1, workflow_id: 7, ts_submit: 1.6e12, runtime: 5, wait_time: 2, parents: [] }];
  const text = JSON.stringify({ workflows: [{ id: 7, task_count: 1, critical_path_length: 5 }], tasks });
  expect(only(await read(text)).execution).toMatchObject({
    externalId: '7',
    startedAt: 1.6e15,
    attributes: { published: { critical_path_length: 5 } },
  });
});

const row = (id: string, parents: string) =>
  `{"id": ${id}, "workflow_id": 1, "ts_submit": 0, "runtime": 5, "wait_time": 0, "parents": ${parents}}`;

describe('ids', () => {
  const big = '1078341553348591493';

  test.each([
    ['numbers beyond 2^53', `${row(big, '[]')}\n${row('1078341553348591494', `[${big}]`)}`],
    ['in an array', `[${row(big, '[]')},${row('1078341553348591494', `[${big}]`)}]`],
    ['text', `${row(`"${big}"`, '[]')}\n${row('"1078341553348591494"', `["${big}"]`)}`],
    ['lists of Parquet', `${row(big, '{"list":[]}')}\n${row('1078341553348591494', `{"list":[{"item":${big}}]}`)}`],
  ])('%s', async (_, text) => {
    const trace = only(await read(text));
    expect(trace.nodes.key).toEqual([big, '1078341553348591494']);
    expect([...trace.nodes.deps]).toEqual([0]);
  });

  test('of a table as CSV', async () => {
    const trace = only(
      await read('id,workflow_id,ts_submit,wait_time,runtime,children\r\n1,9,0,5,10,[2]\r\n2,9,15,0,10,[]\r\n'),
    );
    expect([...trace.nodes.deps]).toEqual([0]);
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 25, work_ms: 20, queue_wait_ms: 5 });
  });
});

test('a file that ends in the middle is read up to there', async () => {
  const whole = textOf(fixtureBytes('wta-askalon/tasks.jsonl'));
  const traces = await read(whole.slice(0, 5000));
  expect(traces[0].warnings.map(({ code }) => code)).toContain('truncated_file');
  await expect(read(whole.replace('\n', '\n{"id" 7}\n'))).rejects.toThrowError(/at line \d+, byte \d+/);
});

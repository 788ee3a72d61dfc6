import { describe, expect, test } from 'vitest';
import { only } from '../../testing/at.ts';
import { fixtureJson, fixtureTraces, objectAt } from '../../testing/fixtures.ts';
import { buildProfile } from '../analysis/profile.ts';
import { spanNameAt, type Trace } from '../trace/trace.ts';
import { isoFromEpoch } from '../units.ts';
import { readTraceFile } from './registry.ts';
import { utf8 } from './web.ts';

async function read(value: unknown): Promise<Trace> {
  return only(await readTraceFile(utf8(JSON.stringify(value))));
}

function edges({ nodes }: Trace): string[] {
  return nodes.key.flatMap((key, i) =>
    Array.from(nodes.deps.subarray(nodes.depOffsets[i], nodes.depOffsets[i + 1]), (dep) => `${nodes.key[dep]}>${key}`),
  );
}

test('a run of nf-core/eager (1.2)', async () => {
  const trace = only(await fixtureTraces('wfformat-mit/trace.json'));
  const values = objectAt(fixtureJson('wfformat-mit/expected.json'), 'trace.json');
  const profile = buildProfile(trace);
  expect(profile).toMatchObject({
    execution: {
      name: 'eager-nextflow-chameleon',
      started_at: '2021-09-06T03:43:31.000Z',
      ended_at: '2021-09-06T03:48:06.000Z',
      recorded_duration_ms: Number(values['recorded_makespan']) * 1000,
    },
    counts: { leaf_nodes: values['tasks'], edges: values['edges'], events: values['tasks'] },
    work_ms: Number(values['work']) * 1000,
    span_ms: Number(values['span']) * 1000,
    // No start is recorded: all stand as early as what they depend on allows.
    makespan_ms: Number(values['span']) * 1000,
  });
  expect(profile.critical_path?.items.map(({ id }) => id)).toEqual(values['span_path']);
  expect(trace.warnings).toEqual([expect.objectContaining({ code: 'assumed_start', count: 26 })]);
});

const file = (link: string, name: string) => ({ link, name, size: 1 });

const SPECIFIED = {
  tasks: [
    { name: 'split', id: 's1', parents: [], children: ['m1'], inputFiles: ['in'], outputFiles: ['a'] },
    { name: 'merge', id: 'm1', parents: ['s1'], children: [], inputFiles: ['a'], outputFiles: ['b'] },
  ],
};

describe('the versions', () => {
  test('1.3: tasks, runtime in seconds, files with links where nobody is a parent', async () => {
    const trace = await read({
      name: 'blast',
      schemaVersion: '1.3',
      workflow: {
        executedAt: '2020-03-12T10:00:00+0000',
        makespan: 12,
        machines: [{ nodeName: 'w1' }],
        tasks: [
          { name: 'a', type: 'compute', runtime: 2.5, files: [file('output', 'x')], machine: 'w1' },
          { name: 'b', type: 'compute', runtime: 3, files: [file('input', 'x')], machine: 'w2' },
        ],
      },
    });
    expect(edges(trace)).toEqual(['a>b']);
    expect(trace.spans.tracks).toEqual(['w1', 'w2']);
    expect(buildProfile(trace)).toMatchObject({
      work_ms: 5500,
      span_ms: 5500,
      execution: { recorded_duration_ms: 12_000 },
    });
  });

  test('1.4: runtimeInSeconds, parents by id', async () => {
    const trace = await read({
      name: 'x',
      schemaVersion: '1.4',
      workflow: {
        makespanInSeconds: 9,
        executedAt: '05-10-23T16:23:32Z',
        tasks: [
          { name: 'a', id: '1', runtimeInSeconds: 4, parents: [], children: ['2'] },
          { name: 'a', id: '2', runtimeInSeconds: 5, parents: ['1'], children: [] },
        ],
      },
    });
    // Two are called the same, so that their ids tell them apart.
    expect(edges(trace)).toEqual(['1>2']);
    expect(spanNameAt(trace.spans, 1)).toBe('a');
    expect(trace.execution.startedAt && isoFromEpoch(trace.execution.startedAt)).toBe('2023-05-10T16:23:32.000Z');
  });

  test('1.5: specification and execution apart, with recorded starts', async () => {
    const trace = await read({
      name: 'x',
      schemaVersion: '1.5',
      runtimeSystem: { name: 'Pegasus', version: '5.0' },
      workflow: {
        specification: SPECIFIED,
        execution: {
          makespanInSeconds: 20,
          executedAt: '2024-01-01T00:00:00Z',
          tasks: [
            { id: 'm1', runtimeInSeconds: 5, executedAt: '2024-01-01T00:00:11Z', coreCount: 2, machines: ['w2'] },
            { id: 's1', runtimeInSeconds: 10, executedAt: '2024-01-01T00:00:00.5Z', machines: ['w1'] },
          ],
          machines: [{ nodeName: 'w1' }, { nodeName: 'w2' }],
        },
      },
    });
    expect(edges(trace)).toEqual(['split>merge']);
    expect(trace.warnings).toEqual([]);
    const profile = buildProfile(trace);
    expect(profile).toMatchObject({
      makespan_ms: 15_500,
      work_ms: 15_000,
      execution: { recorded_duration_ms: 20_000 },
    });
    expect(profile.critical_path).toMatchObject({ gaps_ms: 500 });
    expect(trace.spans.metadata.get(1)).toMatchObject({ cores: 2, input_files: 1 });
    expect(trace.execution.attributes).toMatchObject({ runtime_system: 'Pegasus', machines: 2 });
  });

  test('a specification without an execution: nodes that never ran', async () => {
    const trace = await read({ name: 'x', schemaVersion: '1.5', workflow: { specification: SPECIFIED } });
    expect(buildProfile(trace)).toMatchObject({ counts: { nodes: 2, leaf_nodes: 0, edges: 1 }, makespan_ms: null });
    expect(trace.warnings).toEqual([expect.objectContaining({ code: 'missing_time', count: 2 })]);
  });
});

test.each([
  ['no tasks', { name: 'x', schemaVersion: '1.4', workflow: { tasks: [] } }, '/workflow has none'],
  ['no workflow', { schemaVersion: '1.4', workflow: { a: 1 } }, '/workflow has none'],
])('%s is refused', async (_, value, message) => {
  await expect(readTraceFile(utf8(JSON.stringify(value)))).rejects.toThrowError(message);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../testing/at.ts';
import { buildProfile } from '../analysis/profile.ts';
import { instanceName } from '../trace/labels.ts';
import { statusOf } from '../trace/status.ts';
import { NONE, spanNameAt, type Trace } from '../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from './registry.ts';
import { utf8 } from './web.ts';

const FILE = fileURLToPath(new URL('../../../../fixtures/kestra/each-sequential.json', import.meta.url));
const read = (value: unknown) => readTraceFile(utf8(JSON.stringify(value)));

const rows = (trace: Trace) => Array.from({ length: trace.nodes.length }, (_, row) => row);
const labels = (trace: Trace) => rows(trace).map((row) => instanceName(trace.nodes, row));
const phases = ({ spans }: Trace) =>
  Array.from({ length: spans.length }, (_, row) => row)
    .filter((row) => spans.parent[row] !== NONE)
    .map((row) => `${spanNameAt(spans, row)} ${at(spans.duration, row) / 1e6}`);

test('a loop with its items, from a real file', async () => {
  const bytes: Uint8Array = readFileSync(FILE);
  expect(detectTraceFormat(bytes)?.name).toBe('kestra');
  const trace = only(await readTraceFile(bytes));
  expect(buildProfile(trace)).toMatchObject({
    execution: {
      external_id: '20CzMipsC3DZvcDOWqkST',
      workflow: 'io.kestra.tests.each-sequential',
      status: 'completed',
      recorded_duration_ms: 6010.442,
    },
    counts: { nodes: 8, leaf_nodes: 7, events: 8, edges: 0 },
    work_ms: 131.656,
    peak_concurrency: 1,
    queue_wait_ms: 1644.916,
    warnings: [],
  });
  expect(labels(trace)).toEqual(['1_each', '1-1[0]', '1-2[0]', '1-1[1]', '1-2[1]', '1-1[2]', '1-2[2]', '2_end']);
});

let seconds = 0;
const stateOf = (...steps: readonly (readonly [string, number])[]) => ({
  current: steps.at(-1)?.[0],
  histories: steps.map(([state, second]) => ({ state, date: `2024-05-01T10:00:${String(second).padStart(2, '0')}Z` })),
});
const run = (id: string, taskId: string, fields: object = {}) => ({
  id,
  taskId,
  state: stateOf(['CREATED', seconds], ['RUNNING', seconds + 1], ['SUCCESS', seconds + 2]),
  ...fields,
});
const execution = (...taskRunList: readonly object[]) => {
  seconds = 0;
  return { id: 'x', flowId: 'f', state: stateOf(['CREATED', 0], ['RUNNING', 1], ['SUCCESS', 30]), taskRunList };
};

describe('other shapes of the same', () => {
  test('loops in loops: every item is told apart', async () => {
    const inner = (id: string, parent: string) =>
      ['p', 'q'].map((value) => run(id + value, 'leaf', { parentTaskRunId: parent, value }));
    const trace = only(
      await read(
        execution(
          run('o', 'outer'),
          run('i0', 'inner', { parentTaskRunId: 'o', value: 'a' }),
          ...inner('0', 'i0'),
          run('i1', 'inner', { parentTaskRunId: 'o', value: 'b' }),
          ...inner('1', 'i1'),
        ),
      ),
    );
    expect(labels(trace)).toEqual([
      'outer',
      'inner[0]',
      'leaf[0][0]',
      'leaf[0][1]',
      'inner[1]',
      'leaf[1][0]',
      'leaf[1][1]',
    ]);
    expect(rows(trace).map((row) => at(trace.nodes.parent, row))).toEqual([NONE, 0, 1, 1, 0, 4, 4]);
    expect(trace.warnings).toEqual([]);
  });

  test('attempts, pauses and waits between attempts', async () => {
    const attempts = [
      stateOf(['CREATED', 2], ['RUNNING', 2], ['FAILED', 4]),
      stateOf(['CREATED', 6], ['RUNNING', 6], ['SUCCESS', 9]),
    ];
    const tried = run('a', 'a', {
      state: stateOf(['CREATED', 0], ['RUNNING', 2], ['RETRYING', 4], ['RUNNING', 6], ['SUCCESS', 10]),
      attempts: attempts.map((state) => ({ state })),
    });
    const paused = run('b', 'b', {
      state: stateOf(['CREATED', 10], ['RUNNING', 11], ['PAUSED', 12], ['RUNNING', 20], ['SUCCESS', 21]),
    });
    const trace = only(await read(execution(tried, paused)));
    expect(phases(trace)).toEqual([
      'attempt 1 4',
      'queue_wait 2',
      'execute 2',
      'retry_backoff 2',
      'attempt 2 4',
      'queue_wait 1',
      'execute 1',
      'sleep 8',
      'execute 1',
    ]);
    expect(buildProfile(trace)).toMatchObject({
      retries: [{ id: 'a', attempts: 2, verdict: 'expected' }],
      warnings: [],
    });
  });

  test('executions that run, were killed or failed; tasks that were skipped', async () => {
    const states = ['KILLED', 'FAILED', 'SKIPPED', 'WARNING', 'PAUSED'];
    const runs = states.map((state) =>
      run(state, state, { state: stateOf(['CREATED', 0], ['RUNNING', 1], [state, 3]) }),
    );
    const running = { ...execution(...runs), state: stateOf(['CREATED', 0], ['RUNNING', 1]) };
    const trace = only(await read(running));
    expect(rows(trace).map((row) => statusOf(at(trace.nodes.status, row)))).toEqual([
      'cancelled',
      'failed',
      'skipped',
      'completed',
      'running',
    ]);
    expect(trace.execution).toMatchObject({ status: 'running', endedAt: null, recordedDuration: null });
  });

  test('pages, lists and wrappings of executions; durations as text; no histories', async () => {
    const one = execution(run('a', 'a'));
    expect(await read({ results: [one, one], total: 2 })).toHaveLength(2);
    expect(await read([one, one, one])).toHaveLength(3);
    const state = {
      current: 'SUCCESS',
      startDate: '2024-05-01T10:00:00Z',
      endDate: '2024-05-01T10:01:03.5Z',
      duration: 'PT1M3.5S',
    };
    const trace = only(await read({ execution: { ...one, state, taskRunList: [{ id: 'a', taskId: 'a', state }] } }));
    expect(buildProfile(trace)).toMatchObject({
      execution: { recorded_duration_ms: 63_500 },
      work_ms: 63_500,
      warnings: [],
    });
    expect(only(await read({ ...one, taskRunList: null })).nodes.length).toBe(0);
  });

  test('a file without an execution is refused', async () => {
    await expect(readTraceFile(utf8('{"results":[]}'), { format: 'kestra' })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../testing/at.ts';
import { buildProfile } from '../analysis/profile.ts';
import { statusOf } from '../trace/status.ts';
import { NONE, spanNameAt, type Trace } from '../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from './registry.ts';
import { utf8 } from './web.ts';

interface Expected {
  readonly executions: number;
  readonly workflows: readonly string[];
  readonly leaf_nodes: readonly number[];
  readonly nodes: readonly number[];
  readonly work: readonly number[];
  readonly queue_wait: readonly (number | null)[];
  readonly statuses: readonly string[];
  readonly edges: readonly number[];
}

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/airflow/', import.meta.url));
const parse: (text: string) => Record<string, Expected> = JSON.parse;
const EXPECTED = Object.entries(parse(readFileSync(`${FIXTURES}expected.json`, 'utf8')));
const read = (value: unknown) => readTraceFile(utf8(JSON.stringify(value)));

const states = ({ nodes }: Trace) =>
  Object.fromEntries(
    nodes.key.map((key, row) => [
      `${key}${nodes.iteration[row] === NONE ? '' : `[${nodes.iteration[row]}]`}`,
      statusOf(at(nodes.status, row)),
    ]),
  );

describe('recorded files', () => {
  test('are all expected to be something', () => {
    const files = readdirSync(FIXTURES).filter((name) => name.endsWith('.json') && name !== 'expected.json');
    expect(EXPECTED.map(([file]) => file).sort()).toEqual(files.sort());
  });

  test.each(EXPECTED)('%s has the values that another script finds', async (file, expected) => {
    const bytes: Uint8Array = readFileSync(FIXTURES + file);
    expect(detectTraceFormat(bytes)?.name).toBe('airflow');
    const traces = await readTraceFile(bytes);
    const profiles = traces.map((trace) => buildProfile(trace));
    expect(profiles.map(({ execution }) => execution.workflow)).toEqual(expected.workflows);
    expect(profiles.map(({ execution }) => execution.status)).toEqual(expected.statuses);
    expect(profiles.map(({ counts }) => counts.leaf_nodes)).toEqual(expected.leaf_nodes);
    expect(profiles.map(({ counts }) => counts.nodes)).toEqual(expected.nodes);
    expect(profiles.map(({ counts }) => counts.edges)).toEqual(expected.edges);
    expect(profiles.map(({ work_ms }) => Math.round(work_ms ?? 0))).toEqual(
      expected.work.map((seconds) => Math.round(seconds * 1000)),
    );
    expect(profiles.map(({ queue_wait_ms }) => (queue_wait_ms === null ? null : Math.round(queue_wait_ms)))).toEqual(
      expected.queue_wait.map((seconds) => (seconds === null ? null : Math.round(seconds * 1000))),
    );
    const codes = new Set(traces.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
    expect([...codes].filter((code) => code !== 'missing_attempts')).toEqual([]);
  });
});

const time = (second: number) => `2024-05-01T10:00:${String(second).padStart(2, '0')}.000000+00:00`;
const instance = (task_id: string, fields: object = {}) => ({
  dag_id: 'd',
  dag_run_id: 'r',
  task_id,
  map_index: -1,
  state: 'success',
  try_number: 1,
  max_tries: 0,
  operator: 'BashOperator',
  queued_when: time(0),
  start_date: time(2),
  end_date: time(6),
  hostname: 'h',
  pool: 'default_pool',
  queue: 'default',
  ...fields,
});

describe('other shapes of the same', () => {
  test('every state, without times of what never ran', async () => {
    const none = { start_date: null, end_date: null, queued_when: null };
    const trace = only(
      await read({
        task_instances: [
          instance('a'),
          instance('b', { state: 'failed', max_tries: 2, try_number: 3 }),
          instance('c', { state: 'upstream_failed', ...none, start_date: time(6), end_date: time(6) }),
          instance('d', { state: 'skipped', ...none }),
          instance('e', { state: 'removed', ...none }),
          instance('f', { state: null, ...none }),
          instance('g', { state: 'up_for_retry', max_tries: 2 }),
          instance('h', { state: 'deferred', end_date: null, queued_when: time(9) }),
          instance('i', { state: 'queued', start_date: null, end_date: null }),
        ],
        total_entries: 9,
      }),
    );
    expect(states(trace)).toEqual({
      a: 'completed',
      b: 'failed',
      c: 'skipped',
      d: 'skipped',
      e: 'skipped',
      f: 'pending',
      g: 'pending',
      h: 'running',
      i: 'pending',
    });
    expect(trace.execution.status).toBe('running');
    expect(trace.warnings).toEqual([{ code: 'missing_attempts', count: 2, example: 'task b' }]);
    expect(trace.annotations.label).toEqual(['queued again']);
    const profile = buildProfile(trace);
    expect(profile.retries).toContainEqual(expect.objectContaining({ id: 'b', attempts: 3, verdict: 'unexpected' }));
  });

  test('the tries of a task, where they are told, are its attempts', async () => {
    const tries = [
      instance('a', { try_number: 1, state: 'failed', max_tries: 1 }),
      instance('a', { try_number: 2, queued_when: time(10), start_date: time(11), end_date: time(15), max_tries: 1 }),
    ];
    const trace = only(await read({ task_instances: tries, total_entries: 2 }));
    const names = Array.from({ length: trace.spans.length }, (_, row) => spanNameAt(trace.spans, row));
    expect(names).toEqual([
      'a',
      'attempt 1',
      'queue_wait',
      'execute',
      'retry_backoff',
      'attempt 2',
      'queue_wait',
      'execute',
    ]);
    expect(buildProfile(trace)).toMatchObject({
      work_ms: 8000,
      retries: [{ attempts: 2, verdict: 'expected' }],
      warnings: [],
    });
  });

  test('runs of DAGs beside their tasks, of several DAGs, and what depends on what', async () => {
    const runs = ['r', 's'].map((dag_run_id) => ({
      dag_id: 'd',
      dag_run_id,
      state: 'success',
      start_date: time(0),
      end_date: time(9),
      logical_date: time(0),
    }));
    const tasks = [
      { task_id: 'a', downstream_task_ids: ['b'], operator_name: 'X' },
      { task_id: 'b', downstream_task_ids: [] },
    ];
    const traces = await read({
      dag_runs: runs,
      tasks,
      task_instances: [instance('a'), instance('b'), instance('a', { dag_run_id: 's' })],
    });
    expect(
      traces.map(({ execution, nodes }) => [
        execution.externalId,
        execution.recordedDuration,
        nodes.length,
        nodes.deps.length,
      ]),
    ).toEqual([
      ['d/r', 9e6, 2, 1],
      ['d/s', 9e6, 1, 0],
    ]);
  });

  test('mapped tasks iterate, and task groups contain their tasks', async () => {
    const trace = only(
      await read([
        instance('load.part', { map_index: 0 }),
        instance('load.part', { map_index: 1, end_date: time(9) }),
        instance('load.done'),
        instance('v1.2'),
      ]),
    );
    expect(states(trace)).toEqual({
      load: 'completed',
      'load.part[0]': 'completed',
      'load.part[1]': 'completed',
      'load.done': 'completed',
      'v1.2': 'completed',
    });
    expect(trace.nodes.name).toEqual(['load', 'part', 'part', 'done', 'v1.2']);
    expect([...trace.nodes.parent]).toEqual([NONE, 0, 0, 0, NONE]);
    expect(buildProfile(trace)).toMatchObject({ counts: { leaf_nodes: 4 }, work_ms: 19_000, warnings: [] });
  });

  test('a file without task instances is refused', async () => {
    await expect(readTraceFile(utf8('{"task_instances":[]}'), { format: 'airflow' })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

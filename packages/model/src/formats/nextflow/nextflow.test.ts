import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { fixtureBytes, fixtureJson, fixtureTraces, objectAt } from '../../../testing/fixtures.ts';
import { buildProfile } from '../../analysis/profile.ts';
import type { JsonObject } from '../../json.ts';
import { statusOf, type Status } from '../../trace/status.ts';
import type { Trace } from '../../trace/trace.ts';
import { isoFromEpoch } from '../../units.ts';
import { readTraceFile } from '../registry.ts';
import { textOf, utf8 } from '../web.ts';

const codes = (trace: Trace) => Object.fromEntries(trace.warnings.map(({ code, count }) => [code, count]));

async function read(text: string, fileName = 'run.txt'): Promise<Trace> {
  return only(await readTraceFile(utf8(text), { fileName }));
}

function table(...rows: readonly JsonObject[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? '-'))]
    .map((line) => line.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\t'))
    .join('\n');
}

const time = (second: number) => `2024-01-01T00:00:${String(second).padStart(2, '0')}Z`;
const task = (taskId: number) => ({
  task: {
    taskId,
    process: 'A:B',
    tag: `s${taskId}`,
    status: 'COMPLETED',
    submit: '2024-01-01T00:00:00Z',
    start: `2024-01-01T00:00:0${taskId}Z`,
    complete: '2024-01-01T00:00:09Z',
  },
});

describe('runs of Seqera Platform', () => {
  const expected = objectAt(fixtureJson('seqera-nextflow/expected.json'));

  test.each(Object.keys(expected))('%s', async (run) => {
    const values = objectAt(expected[run]);
    const tasks = textOf(fixtureBytes(`seqera-nextflow/${run}.tasks.json.gz`));
    const around = textOf(fixtureBytes(`seqera-nextflow/${run}.workflow.json`));
    const combined = `${around.slice(0, around.lastIndexOf('}'))}, "tasks": ${tasks}}`;
    const alone = buildProfile(only(await fixtureTraces(`seqera-nextflow/${run}.tasks.json.gz`)));
    const trace = await read(combined);
    const profile = buildProfile(trace);
    const from = Number(values['unit'] === 's') * 1000;
    for (const one of [profile, alone]) {
      expect(one).toMatchObject({
        counts: { leaf_nodes: values['tasks'], events: values['tasks'], attempts: values['tasks'] },
        work_ms: Number(values['work_wall']) * from,
        queue_wait_ms: Number(values['queue_wait']) * from,
        peak_concurrency: values['peak'],
      });
    }
    expect(profile.makespan_ms).toBe(Number(values['observed_makespan']) * from);
    expect(profile.execution.recorded_duration_ms).toBe(values['recorded_makespan_ms']);
    expect(Number(trace.execution.attributes['cpu_hours']).toFixed(1)).toBe(Number(values['cpu_hours']).toFixed(1));
    expect(JSON.stringify(values['published_computeTime'])).toContain(
      Number(trace.execution.attributes['cpu_hours']).toFixed(1),
    );
    expect(objectAt(trace.execution.attributes, 'load')['peakTasks']).toBe(values['published_peakTasks']);
    expect(codes(trace)['outside_execution'] ?? 0).toBe(values['tasks_outside_workflow_window']);
    expect(codes(trace)['superseded_attempt'] ?? 0).toBe(values['not_finished']);
    expect(trace.nodes.type.filter((type) => type === 'retry')).toHaveLength(Number(values['attempts_gt_1']));
    expect(trace.execution.status).toBe('completed');
    const { startedAt, endedAt } = trace.execution;
    const extent = ((endedAt ?? 0) - (startedAt ?? 0)) / 1e6;
    // Where tasks ran outside of what the run says of itself, it lasted as long as they did.
    if (values['tasks_outside_workflow_window'] === 0) expect(extent).toBe(values['complete_minus_start']);
    else expect(extent).toBe(values['observed_makespan']);
    const withStatus = (status: Status) =>
      trace.nodes.type.filter((type, node) => type !== 'retry' && statusOf(trace.nodes.status[node] ?? 0) === status);
    const told = objectAt(values, 'status');
    expect(withStatus('completed')).toHaveLength(Number(told['COMPLETED']));
    expect(withStatus('failed')).toHaveLength(Number(told['FAILED'] ?? 0) + Number(values['not_finished']));
    const realtime = [...trace.spans.metadata.values()].reduce((sum, one) => sum + Number(one['realtime_ms'] ?? 0), 0);
    expect(realtime).toBe(values['work_realtime_ms']);
  });

  test('the run without its tasks is told as such', async () => {
    const trace = only(await fixtureTraces('seqera-nextflow/runs_Klakr11Nul11a.workflow.json'));
    expect(trace.execution).toMatchObject({ externalId: 'Klakr11Nul11a', recordedDuration: 17_231_375_000 });
    expect(trace.nodes.length).toBe(0);
    expect(codes(trace)).toEqual({ missing_tasks: 1 });
  });

  test('pages of the API, one after the other', async () => {
    const pages = [
      { tasks: [task(1), task(2)], total: 3 },
      { tasks: [task(3)], total: 3 },
    ];
    for (const text of [JSON.stringify(pages), pages.map((page) => JSON.stringify(page)).join('\n')]) {
      const trace = await read(text);
      expect(trace.nodes.name).toEqual(['B (s1)', 'B (s2)', 'B (s3)']);
      expect(buildProfile(trace)).toMatchObject({ work_ms: 21_000, queue_wait_ms: 6000 });
    }
  });
});

describe('a trace file', () => {
  test('with the columns that are written by default', async () => {
    const trace = only(await fixtureTraces('nextflow-trace/execution_trace.txt'));
    const values = objectAt(fixtureJson('nextflow-trace/expected.json'), 'execution_trace.txt');
    expect(buildProfile(trace)).toMatchObject({
      execution: { workflow: 'CHIPSEQ', status: 'failed' },
      counts: { leaf_nodes: values['tasks'], events: values['tasks'] },
      makespan_ms: values['makespan'],
      work_ms: values['work'],
      queue_wait_ms: values['queue_wait'],
    });
    expect(trace.nodes.status.reduce((sum, code) => sum + Number(statusOf(code) === 'failed'), 0)).toBe(
      values['failed'],
    );
    expect(codes(trace)).toEqual({ missing_zone: 275, assumed_start: 275 });
    // Six tasks of one name that did not fail are no tries of one.
    expect(trace.nodes.key.filter((key) => key === 'CHIPSEQ:JO_CHECKSUMS')).toHaveLength(6);
  });

  const whole = { task_id: 1, hash: 'ab/cdef01', native_id: 77, name: 'ALIGN (s1)', status: 'COMPLETED', exit: 0 };

  test('of raw numbers', async () => {
    const t0 = 1_700_000_000_000;
    const trace = await read(
      table({
        ...whole,
        submit: t0,
        start: t0 + 500,
        complete: t0 + 2000,
        duration: 2000,
        realtime: 1400,
        '%cpu': 97.5,
        peak_rss: 1024,
        cpus: 4,
      }),
    );
    expect(trace.execution.startedAt && isoFromEpoch(trace.execution.startedAt)).toBe('2023-11-14T22:13:20.000Z');
    expect(buildProfile(trace)).toMatchObject({ work_ms: 1500, queue_wait_ms: 500 });
    expect(trace.spans.metadata.get(0)).toMatchObject({ pcpu: 97.5, peak_rss: 1024, realtime_ms: 1400 });
    expect(trace.warnings).toEqual([]);
  });

  test('of durations in words and sizes with units', async () => {
    const row = {
      ...whole,
      submit: '2024-01-01 10:00:00.000',
      duration: '1h 2m 3s',
      realtime: '1h',
      '%cpu': '97.6%',
      peak_rss: '1.5 GB',
      exit: '-',
    };
    const trace = await read(table(row));
    expect(buildProfile(trace)).toMatchObject({ work_ms: 3_600_000, queue_wait_ms: 123_000 });
    expect(trace.spans.metadata.get(0)).toMatchObject({ pcpu: 97.6, peak_rss: 1_610_612_736, duration_ms: 3_723_000 });
    expect(trace.spans.metadata.get(0)).not.toHaveProperty('exit');
  });

  test('whose tasks were tried again', async () => {
    const rows = [
      {
        task_id: 1,
        hash: 'a',
        process: 'P',
        tag: 'x',
        status: 'FAILED',
        exit: 137,
        submit: time(0),
        start: time(1),
        complete: time(4),
        attempt: 1,
      },
      {
        task_id: 2,
        hash: 'b',
        process: 'P',
        tag: 'x',
        status: 'COMPLETED',
        exit: 0,
        submit: time(6),
        start: time(7),
        complete: time(9),
        attempt: 2,
      },
      {
        task_id: 3,
        hash: 'c',
        process: 'P',
        tag: 'y',
        status: 'COMPLETED',
        exit: 0,
        submit: time(0),
        start: time(0),
        complete: time(2),
        attempt: 1,
      },
    ];
    const trace = await read(table(...rows));
    expect(trace.nodes.type.toSorted()).toEqual(['process', 'process', 'process', 'retry']);
    const profile = buildProfile(trace);
    expect(profile).toMatchObject({
      counts: { nodes: 4, leaf_nodes: 3 },
      execution: { status: 'completed' },
      work_ms: 7000,
      retries: [{ name: 'P (x)', attempts: 2, verdict: 'expected', cost_ms: 6000 }],
      accounting: { causes: { failed_attempts: 3000, retry_backoff: 2000, queue: 1000 } },
    });
    // The same without numbers of tries: the second began after the first had failed.
    const unnumbered = await read(table(...rows.map((row) => ({ ...row, attempt: '-' }))));
    expect(unnumbered.nodes.length).toBe(4);
  });

  test('whose results were there already', async () => {
    const trace = await read(
      table(
        {
          ...whole,
          name: 'A',
          status: 'CACHED',
          submit: '2024-01-01T00:00:00Z',
          start: '2024-01-01T00:00:00Z',
          complete: '2024-01-01T09:00:00Z',
        },
        {
          ...whole,
          task_id: 2,
          name: 'B',
          submit: '2024-02-01T00:00:00Z',
          start: '2024-02-01T00:00:00Z',
          complete: '2024-02-01T00:00:05Z',
        },
      ),
    );
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 5000, work_ms: 5000, counts: { leaf_nodes: 2 } });
    expect(trace.annotations.type).toEqual(['cache']);
    expect(trace.spans.metadata.get(0)).toMatchObject({
      cached: true,
      original_times: { ended_ms: 1_704_099_600_000_000 / 1000 },
    });
  });
});

test('messages of a web log', async () => {
  const run = { runName: 'happy_wing', runId: 'u1' };
  const trace = {
    task_id: 1,
    status: 'COMPLETED',
    hash: 'ab',
    process: 'P',
    name: 'P (1)',
    submit: 1_700_000_000_000,
    start: 1_700_000_001_000,
    complete: 1_700_000_003_000,
  };
  const text = [
    {
      ...run,
      event: 'started',
      utcTime: '2023-11-14T22:13:20Z',
      metadata: { workflow: { projectName: 'hello', start: '2023-11-14T22:13:20Z' } },
    },
    {
      ...run,
      event: 'process_submitted',
      utcTime: '2023-11-14T22:13:20Z',
      trace: { ...trace, status: 'SUBMITTED', start: null, complete: null },
    },
    { ...run, event: 'process_completed', utcTime: '2023-11-14T22:13:23Z', trace },
    {
      ...run,
      event: 'completed',
      utcTime: '2023-11-14T22:13:24Z',
      metadata: { workflow: { success: true, complete: '2023-11-14T22:13:24Z', duration: 4000 } },
    },
  ];
  const one = await read(text.map((message) => JSON.stringify(message)).join('\n'));
  expect(one.execution).toMatchObject({
    name: 'happy_wing',
    workflow: 'hello',
    status: 'completed',
    recordedDuration: 4_000_000,
  });
  expect(buildProfile(one)).toMatchObject({ counts: { leaf_nodes: 1 }, work_ms: 2000, queue_wait_ms: 1000 });
});

test('a trace file with nothing but names is refused', async () => {
  await expect(readTraceFile(utf8('task_id\thash\tnative_id\tname\n'))).rejects.toThrowError('the file holds no tasks');
});

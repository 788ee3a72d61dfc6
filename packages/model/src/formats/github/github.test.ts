import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { statusOf } from '../../trace/status.ts';
import { spanKindAt, spanNameAt, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/github-actions/', import.meta.url));
const bytesOf = (file: string): Uint8Array => readFileSync(FIXTURES + file);
const readText = (text: string) => readTraceFile(utf8(text));
const read = (value: unknown) => readText(JSON.stringify(value));

const RUN = 'run-21487811823-success.json';
const WEBHOOK = 'completed.success.with-organization.payload.json';
const JOBS = 'workflow_job.json';

/** Every span as its name, its start since the epoch and its duration, in microseconds. */
function timesOf({ execution, spans }: Trace) {
  return Array.from({ length: spans.length }, (_, row) => ({
    row,
    parent: at(spans.parent, row),
    name: spanNameAt(spans, row),
    kind: spanKindAt(spans, row),
    timestamp: (execution.startedAt ?? 0) + at(spans.start, row),
    duration: at(spans.duration, row),
  }));
}

/** The spans that another program made of the recorded run, as it printed them. */
function spansOfPeer(file: string) {
  const text = readFileSync(FIXTURES + file, 'utf8');
  const found = text.matchAll(
    /\n {2}name: '(.*)',\n {2}id: '.*',\n {2}kind: \d,\n {2}timestamp: (\d+),\n {2}duration: (\d+),/g,
  );
  return [...found].map(([, name = '', timestamp, duration]) => ({
    name,
    timestamp: Number(timestamp),
    duration: Number(duration),
  }));
}

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

const statuses = (trace: Trace) =>
  Object.fromEntries(trace.nodes.key.map((key, row) => [key, statusOf(at(trace.nodes.status, row))]));

describe('real files', () => {
  test.each([RUN, WEBHOOK, JOBS])('%s is told by its content', (file) => {
    expect(detectTraceFormat(bytesOf(file))?.name).toBe('github-actions');
  });

  test('a run with its job and steps', async () => {
    const trace = only(await readTraceFile(bytesOf(RUN)));
    expect(buildProfile(trace)).toMatchObject({
      execution: {
        external_id: '21487811823',
        workflow: 'Lint Pull Request Titles',
        name: 'Lint Pull Request Titles #16194',
        status: 'completed',
        recorded_duration_ms: 36_000,
      },
      counts: { nodes: 4, leaf_nodes: 3, events: 4, edges: 0 },
      queue_wait_ms: 1000,
      makespan_ms: 6000,
      warnings: [],
    });
  });

  test.each([
    [RUN, 'output_success.txt', 6, ''],
    ['run-21458831126-failure.json', 'output_failed.txt', 6, ''],
    // Of several jobs the other program takes the one that is listed first, and not the one that starts first.
    ['run-16620109074-jobs.json', 'output_cancelled.txt', 6, 'Queued'],
  ])('%s has the names and times of %s', async (file, output, count, leftOut) => {
    const trace = only(await readTraceFile(bytesOf(file)));
    const { execution } = trace;
    const own = timesOf(trace).filter(({ name }) => name !== 'execute');
    // The run is the execution; a job begins with its wait, which the other program leaves out.
    const drawn = own
      .filter(({ name }) => name !== 'queue_wait' && name !== leftOut)
      .map(({ name, row, timestamp, duration }) => {
        const wait = own.find((one) => one.name === 'queue_wait' && one.parent === row)?.duration ?? 0;
        return { name, timestamp: timestamp + wait, duration: duration - wait };
      });
    drawn.push({
      name: execution.workflow ?? '',
      timestamp: execution.startedAt ?? 0,
      duration: execution.recordedDuration ?? 0,
    });
    const expected = spansOfPeer(output).filter(({ name }) => name !== leftOut);
    expect(expected).toHaveLength(count);
    expect(drawn.sort(byName)).toEqual(expected.sort(byName));
  });

  test('jobs in UTC with steps in +09:00', async () => {
    const trace = only(await readTraceFile(bytesOf(JOBS)));
    expect(buildProfile(trace)).toMatchObject({
      execution: { name: 'POC 5977929222', started_at: '2023-08-25T15:57:52.000Z' },
      counts: { nodes: 9, leaf_nodes: 8 },
      queue_wait_ms: 7000,
      makespan_ms: 17_000,
      warnings: [],
    });
  });

  test('a delivery whose steps ran before their job keeps both times, and says so', async () => {
    const trace = only(await readTraceFile(bytesOf(WEBHOOK)));
    expect(buildProfile(trace)).toMatchObject({
      execution: { workflow: 'CodeQL', external_id: '2202229078' },
      counts: { nodes: 9, leaf_nodes: 8 },
      queue_wait_ms: 60_000,
      makespan_ms: 18_000,
      warnings: [{ code: 'outside_parent', count: 8 }],
    });
    expect(trace.execution.attributes).toMatchObject({ repository: 'Codertocat/Hello-World' });
  });
});

const job = (fields: object) => ({ id: 1, run_id: 7, run_attempt: 1, name: 'build', status: 'completed', ...fields });
const step = (name: string, from: string | null, to: string | null, conclusion: string | null = 'success') => ({
  name,
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
  started_at: from && `2024-05-01T10:00:${from}Z`,
  completed_at: to && `2024-05-01T10:00:${to}Z`,
});

test('deliveries of jobs that failed or still run', async () => {
  const failed = only(await readTraceFile(bytesOf('completed.failure.with-organization.payload.json')));
  expect(buildProfile(failed)).toMatchObject({
    execution: { status: 'failed' },
    counts: { nodes: 13, leaf_nodes: 12, attempts: 10 },
    accounting: { causes: { work: 19_000, failed_attempts: 1000 } },
  });
  const running = only(await readTraceFile(bytesOf('in_progress.with-queued-steps.payload.json')));
  expect(buildProfile(running)).toMatchObject({
    execution: { status: 'running' },
    counts: { nodes: 10, leaf_nodes: 3 },
    warnings: [],
  });
});

describe('other shapes of the same', () => {
  test('steps that were skipped, run or wait', async () => {
    const steps = [step('a', '01', '02'), step('a', null, null, 'skipped'), step('b', '02', null, null)];
    const running = job({
      status: 'in_progress',
      started_at: '2024-05-01T10:00:00Z',
      created_at: '2024-05-01T09:59:50Z',
      steps,
    });
    const waiting = job({
      id: 2,
      name: 'test',
      status: 'queued',
      created_at: '2024-05-01T10:00:00Z',
      started_at: '2024-05-01T10:00:00Z',
    });
    const trace = only(await read({ total_count: 2, jobs: [running, waiting] }));
    expect(statuses(trace)).toEqual({
      build: 'running',
      'build/a': 'completed',
      'build/a (2)': 'skipped',
      'build/b': 'running',
      test: 'pending',
    });
    expect(trace.execution).toMatchObject({ status: 'running', endedAt: null, name: 'GitHub Actions 7' });
    expect(trace.warnings).toEqual([]);
  });

  test('what `gh run view --json` prints', async () => {
    const [from, to] = ['2024-05-01T10:00:00Z', '2024-05-01T10:01:00Z'];
    const jobs = [
      {
        databaseId: 5,
        name: 'a',
        status: 'completed',
        conclusion: 'failure',
        startedAt: from,
        completedAt: to,
        steps: [
          { name: 's', number: 1, status: 'completed', conclusion: 'failure', startedAt: from, completedAt: to },
          {
            name: 't',
            number: 2,
            status: 'completed',
            conclusion: 'skipped',
            startedAt: '0001-01-01T00:00:00Z',
            completedAt: null,
          },
        ],
      },
    ];
    const text = JSON.stringify({
      databaseId: 9,
      number: 3,
      attempt: 2,
      workflowName: 'CI',
      conclusion: 'failure',
      status: 'completed',
      createdAt: from,
      startedAt: from,
      updatedAt: to,
      jobs,
    });
    expect(detectTraceFormat(utf8(text))?.name).toBe('github-actions');
    const trace = only(await readText(text));
    expect(trace.execution).toMatchObject({
      name: 'CI #3 (attempt 2)',
      externalId: '9/2',
      status: 'failed',
      recordedDuration: 60e6,
    });
    expect(buildProfile(trace)).toMatchObject({ counts: { nodes: 3, leaf_nodes: 1 }, work_ms: 60_000, warnings: [] });
  });

  test('every attempt at a run is an execution, where a job of it ran again', async () => {
    const jobs = [1, 2].map((attempt) =>
      job({ id: attempt, run_attempt: attempt, conclusion: attempt === 1 ? 'failure' : 'success' }),
    );
    const traces = await read({ total_count: 2, jobs });
    expect(traces.map(({ execution }) => [execution.externalId, execution.status])).toEqual([
      ['7', 'failed'],
      ['7/2', 'completed'],
    ]);
    const others = jobs.map((one, i) => ({ ...one, name: `job ${i}` }));
    expect(only(await read(others)).execution.externalId).toBe('7/2');
  });

  test('deliveries of one job, one a line: the last says how it is', async () => {
    const lines = ['queued', 'in_progress', 'completed'].map((status) =>
      JSON.stringify({
        action: status,
        workflow_job: job({
          status,
          started_at: '2024-05-01T10:00:00Z',
          ...(status === 'completed' && { conclusion: 'success', completed_at: '2024-05-01T10:00:09Z' }),
        }),
      }),
    );
    const trace = only(await readText(lines.join('\n')));
    expect(trace.nodes.length).toBe(1);
    expect(buildProfile(trace)).toMatchObject({ work_ms: 9000, execution: { status: 'completed' } });
  });

  test('a list of runs without their jobs, and pages of jobs', async () => {
    const runs = [1, 2].map((id) => ({
      id,
      run_number: id,
      name: 'CI',
      status: 'completed',
      conclusion: 'success',
      run_started_at: '2024-05-01T10:00:00Z',
      updated_at: '2024-05-01T10:00:05Z',
    }));
    const traces = await read({ total_count: 2, workflow_runs: runs });
    expect(traces.map(({ execution }) => execution.recordedDuration)).toEqual([5e6, 5e6]);
    const pages = [
      { total_count: 2, jobs: [job({ id: 1 })] },
      { total_count: 2, jobs: [job({ id: 2, name: 'b' })] },
    ];
    expect(only(await read(pages)).nodes.length).toBe(2);
    expect(only(await read({ status: 200, data: job({ run_id: 3 }) })).nodes.length).toBe(1);
  });

  test('a file with neither is refused', async () => {
    await expect(readTraceFile(utf8('{"jobs":[]}'), { format: 'github-actions' })).rejects.toMatchObject({
      code: 'malformed',
      message: 'there is neither a run nor a job of GitHub Actions in the file',
    });
  });
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../testing/at.ts';
import { buildProfile } from '../analysis/profile.ts';
import { statusOf } from '../trace/status.ts';
import { NONE, spanKindAt, spanNameAt, type Trace } from '../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from './registry.ts';
import { utf8 } from './web.ts';

interface Expected {
  readonly status: string;
  readonly recorded_makespan: number;
  readonly call_nodes: number;
  readonly leaf_calls: number;
  readonly depth: number;
  readonly events: number;
  readonly work: number;
  readonly observed_makespan: number;
  readonly peak: number;
  readonly leaf_status?: Readonly<Record<string, number>>;
  readonly phase_seconds?: Readonly<Record<string, number>>;
  readonly cache_hits?: number;
}

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/cromwell/', import.meta.url));
const parse: (text: string) => Record<string, Expected> = JSON.parse;
const EXPECTED = Object.entries(parse(readFileSync(`${FIXTURES}expected.json`, 'utf8')));
const read = (value: unknown) => readTraceFile(utf8(JSON.stringify(value)));

const STATUS_OF_CALL: Readonly<Record<string, string>> = {
  Done: 'completed',
  Failed: 'failed',
  Succeeded: 'completed',
};

/** The seconds of all phases of leaves, by name. */
function phaseSeconds({ spans }: Trace): Record<string, number> {
  const sums: Record<string, number> = {};
  for (let row = 0; row < spans.length; row++) {
    if (spanKindAt(spans, row) !== 'phase') continue;
    sums[spanNameAt(spans, row)] = (sums[spanNameAt(spans, row)] ?? 0) + at(spans.duration, row) / 1e6;
  }
  return sums;
}

/** How many leaves ended how. */
function leafStatus({ nodes }: Trace): Record<string, number> {
  const containers = new Set(nodes.parent);
  const counts: Record<string, number> = {};
  for (let row = 0; row < nodes.length; row++) {
    const status = statusOf(at(nodes.status, row));
    if (!containers.has(row)) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function depthOf({ nodes }: Trace): number {
  let deepest = 0;
  for (let row = 0; row < nodes.length; row++) {
    let depth = 0;
    for (let up = at(nodes.parent, row); up !== NONE; up = at(nodes.parent, up)) depth++;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

describe('real files', () => {
  test.each(EXPECTED)('%s has the values that others find', async (file, expected) => {
    const bytes: Uint8Array = readFileSync(FIXTURES + file);
    const trace = only(await readTraceFile(bytes));
    expect(buildProfile(trace)).toMatchObject({
      execution: {
        source_format: 'cromwell',
        status: STATUS_OF_CALL[expected.status],
        recorded_duration_ms: Math.round(expected.recorded_makespan * 1000),
      },
      counts: { nodes: expected.call_nodes, leaf_nodes: expected.leaf_calls, events: expected.events, edges: 0 },
      work_ms: Math.round(expected.work * 1000),
      makespan_ms: Math.round(expected.observed_makespan * 1000),
      peak_concurrency: expected.peak,
    });
    expect(depthOf(trace)).toBe(expected.depth);
    for (const [name, seconds] of Object.entries(expected.phase_seconds ?? {})) {
      expect(phaseSeconds(trace)[name], name).toBeCloseTo(seconds, 3);
    }
    for (const [status, count] of Object.entries(expected.leaf_status ?? {})) {
      expect(leafStatus(trace)[STATUS_OF_CALL[status] ?? '']).toBe(count);
    }
    expect(trace.annotations.type.filter((type) => type === 'cache')).toHaveLength(expected.cache_hits ?? 0);
  });

  test.each(EXPECTED)('%s is told by its content, and no parent or node is missing', async (file) => {
    const bytes: Uint8Array = readFileSync(FIXTURES + file);
    if (!file.endsWith('.gz')) expect(detectTraceFormat(bytes)?.name).toBe('cromwell');
    const trace = only(await readTraceFile(bytes));
    // The last event of a call may be told after its end.
    expect(new Set(trace.warnings.map(({ code }) => code))).toEqual(
      new Set(trace.warnings.length === 0 ? [] : ['outside_parent']),
    );
  });

  test('waits for tokens and quota are queue, and the polling at the end is no work', async () => {
    const trace = only(await readTraceFile(readFileSync(`${FIXTURES}forkjoin_metadata_papi_v1alpha2.json`)));
    const profile = buildProfile(trace);
    expect(profile.accounting?.causes).toMatchObject({ queue: 19_130, callback: 144_401, engine: 7735 });
    expect(profile.waits).toContainEqual(
      expect.objectContaining({ cause: 'queue', reason: 'quota', total_ms: 23_000 }),
    );
  });

  test('the failure of a workflow says what caused it', async () => {
    const trace = only(await readTraceFile(readFileSync(`${FIXTURES}failingInSeveralWaysMetadata.json.gz`)));
    expect(trace.execution.error?.message).toMatch(/^Workflow failed: Job FailingInSeveralWays\.\w+:49:1 exited with/);
    const errors = [...trace.spans.metadata.values()].filter(({ error }) => error !== undefined);
    expect(errors).toHaveLength(10);
  });
});

const call = (from: number, to: number, fields: object = {}) => ({
  attempt: 1,
  shardIndex: -1,
  executionStatus: 'Done',
  start: `2024-05-01T10:00:${String(from).padStart(2, '0')}.000Z`,
  end: `2024-05-01T10:00:${String(to).padStart(2, '0')}.000Z`,
  ...fields,
});
const workflow = (calls: object, fields: object = {}) => ({
  workflowName: 'wf',
  id: 'w1',
  status: 'Succeeded',
  start: '2024-05-01T10:00:00.000Z',
  end: '2024-05-01T10:00:59.000Z',
  calls,
  ...fields,
});

describe('other shapes of the same', () => {
  test('attempts of a call are leaves in a container of type retry, each after the one before', async () => {
    const runtimeAttributes = { preemptible: '2', maxRetries: '1' };
    const tries = [
      call(9, 20, { attempt: 2, runtimeAttributes }),
      call(1, 8, {
        attempt: 1,
        executionStatus: 'RetryableFailure',
        runtimeAttributes,
        failures: [{ message: 'preempted' }],
      }),
    ];
    const trace = only(await read(workflow({ 'wf.a': tries })));
    expect(trace.nodes.key).toEqual(['wf.a', 'wf.a#1', 'wf.a#2']);
    expect(trace.nodes.type).toEqual(['retry', 'call', 'call']);
    expect([...trace.nodes.parent]).toEqual([NONE, 0, 0]);
    expect([...trace.nodes.deps]).toEqual([1]);
    expect(trace.spans.metadata.get(0)).toMatchObject({ retry: { policy: 'maxRetries', max_attempts: 4 } });
    expect(buildProfile(trace)).toMatchObject({ counts: { nodes: 3, leaf_nodes: 2 }, work_ms: 18_000, warnings: [] });
  });

  test('a later attempt alone keeps its number', async () => {
    const trace = only(await read(workflow({ 'wf.a': [call(1, 8, { attempt: 3 })] })));
    expect(buildProfile(trace)).toMatchObject({
      retries: [{ attempts: 3, verdict: 'expected' }],
      counts: { leaf_nodes: 1 },
    });
  });

  test('scatters in scattered subworkflows: every call is told apart', async () => {
    const inner = workflow({ 'sub.t': [0, 1].map((shardIndex) => call(2, 3, { shardIndex })) }, { id: undefined });
    const outer = [0, 1].map((shardIndex) => call(1, 4, { shardIndex, subWorkflowMetadata: inner }));
    const trace = only(await read(workflow({ 'wf.sub': outer })));
    expect(trace.nodes.key.map((key, row) => `${key} ${trace.nodes.iteration[row]}`)).toEqual([
      'wf.sub 0',
      'wf.sub 1',
      'wf.sub/sub.t 1',
      'wf.sub/sub.t 4',
      'wf.sub/sub.t 0',
      'wf.sub/sub.t 2',
    ]);
    expect([...trace.nodes.parent]).toEqual([NONE, NONE, 1, 1, 0, 0]);
    expect(trace.warnings).toEqual([]);
  });

  test('metadata of a workflow that runs, without states, wrapped or in a list', async () => {
    const running = workflow(
      { 'wf.a': [call(1, 0, { end: null, executionStatus: null })] },
      { status: 'Running', end: undefined },
    );
    const traces = await read([
      running,
      { metadata: workflow({ 'wf.b': [call(1, 2, { executionStatus: undefined, returnCode: 1 })] }) },
    ]);
    expect(traces.map(({ execution, nodes }) => [execution.status, statusOf(at(nodes.status, 0))])).toEqual([
      ['running', 'running'],
      ['completed', 'failed'],
    ]);
    expect(traces.map(({ execution }) => execution.externalId)).toEqual(['w1', 'w1']);
  });

  test('a file without metadata is refused', async () => {
    await expect(readTraceFile(utf8('{"results":[]}'), { format: 'cromwell' })).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { only } from '../../../testing/at.ts';
import { told } from '../../../testing/temporal.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { FLAG, NONE, type ExecutionInfo, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/temporal/', import.meta.url));

interface Expected {
  readonly events: number;
  readonly types: Readonly<Record<string, number>>;
  readonly status?: string;
  readonly extent_us?: number;
  readonly activities?: number;
  readonly activities_never_closed?: number;
  readonly local_activities?: number;
  readonly timers?: number;
  readonly children?: number;
  readonly workflow_tasks?: number;
}

const EXPECTED: Readonly<Record<string, Expected>> = JSON.parse(readFileSync(`${FIXTURES}expected.json`, 'utf8'));

function nodesOf({ nodes }: Trace, type: string): number[] {
  return nodes.type.flatMap((each, row) => (each === type ? [row] : []));
}

/** The times of the events, which every instant of the trace is one of, or follows from. */
function expectSound(trace: Trace): void {
  const { spans, nodes, annotations } = trace;
  for (let row = 0; row < spans.length; row++) {
    expect(spans.flags[row] & (FLAG.orphan | FLAG.cycle | FLAG.outside)).toBe(0);
    const original = spans.metadata.get(row)?.['original_duration_us'];
    expect(original !== undefined).toBe((spans.flags[row] & FLAG.negative) !== 0);
    if (spans.parent[row] === NONE) continue;
    expect(spans.node[row]).toBe(spans.node[spans.parent[row]]);
  }
  for (let row = 0; row < nodes.length; row++) expect(spans.node[nodes.span[row]]).toBe(row);
  for (const span of annotations.span) expect(span).toBeLessThan(spans.length);
  expect(new Set(nodes.key).size).toBe(nodes.length);
}

function expectExactSums(trace: Trace): void {
  const { accounting, makespan_ms: makespan, critical_path: path } = buildProfile(trace);
  if (accounting === null || path === null || makespan === null) return;
  const sum = Object.values(accounting.causes).reduce((a, b) => a + b, 0);
  expect(Math.round(sum * 1000)).toBe(Math.round(makespan * 1000));
  expect(Math.round((path.lead_ms + path.on_path_ms + path.gaps_ms) * 1000)).toBe(Math.round(makespan * 1000));
}

async function executionOf(file: string): Promise<ExecutionInfo> {
  return only(await readTraceFile(readFileSync(FIXTURES + file))).execution;
}

describe('real histories', () => {
  test.each(Object.entries(EXPECTED))('%s', async (file, expected) => {
    const bytes = readFileSync(FIXTURES + file);
    expect(detectTraceFormat(file.endsWith('.gz') ? gunzipSync(bytes) : bytes)?.name).toBe('temporal');
    const trace = only(await readTraceFile(bytes));
    expect(trace.execution.eventCount).toBe(expected.events);
    expect(trace.execution.attributes['event_types']).toEqual(expected.types);
    expectSound(trace);
    expectExactSums(trace);
    if (expected.status === undefined) return;
    expect(trace.execution.status).toBe(expected.status);
    const isClosed = expected.status !== 'running';
    expect(trace.execution.recordedDuration).toBe(isClosed ? expected.extent_us : null);
    const activities = nodesOf(trace, 'activity');
    expect(activities).toHaveLength(expected.activities ?? 0);
    const open = activities.filter((row) => {
      const metadata = trace.spans.metadata.get(trace.nodes.span[row]);
      return metadata?.['close_event_id'] === undefined;
    });
    expect(open).toHaveLength(expected.activities_never_closed ?? 0);
    expect(nodesOf(trace, 'local_activity')).toHaveLength(expected.local_activities ?? 0);
    expect(nodesOf(trace, 'timer')).toHaveLength(expected.timers ?? 0);
    expect(nodesOf(trace, 'child_workflow')).toHaveLength(expected.children ?? 0);
    expect(nodesOf(trace, 'workflow_task')).toHaveLength(expected.workflow_tasks ?? 0);
  });

  test.each(readdirSync(`${FIXTURES}encoded`))('%s says the same as its JSON', async (file) => {
    const encoded = only(await readTraceFile(readFileSync(`${FIXTURES}encoded/${file}`)));
    const json = only(await readTraceFile(readFileSync(`${FIXTURES}sdk-go/${file.replace('.bin', '.json')}`)));
    expect(told(encoded)).toBe(told(json));
  });

  test('say whose run they are, and what it is a link of', async () => {
    expect(await executionOf('sdk-go/continue-as-new.json')).toMatchObject({
      status: 'completed',
      attributes: { close_status: 'continued_as_new', new_execution_run_id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    });
    expect(await executionOf('sdk-go/reset-workflow-before-child-init.json')).toMatchObject({
      attributes: { reset: { base_run_id: expect.any(String), new_run_id: expect.any(String) } },
    });
    expect(await executionOf('picked/raw-events.ascending.timed-out.json')).toMatchObject({
      status: 'cancelled',
      error: { code: 'Terminated' },
      attributes: { close_status: 'terminated' },
    });
  });

  test('a local activity is drawn as the worker noted it, and its time is said to be an estimate', async () => {
    const file = 'sdk-java/testLocalActivityAfterCancelTest.json';
    const { spans, nodes } = only(await readTraceFile(readFileSync(FIXTURES + file)));
    const row = nodes.type.indexOf('local_activity');
    expect(nodes.key[row]).toBe('local_activity:customActivity1');
    expect(spans.metadata.get(nodes.span[row])).toMatchObject({ estimated: true, attempt: 1, input: 10, output: 10 });
    expect(spans.flags[nodes.span[row]] & FLAG.negative).toBe(0);
  });

  test('a payload that cannot be read is told of and not guessed', async () => {
    const trace = only(await readTraceFile(readFileSync(`${FIXTURES}sdk-go/multiple-updates.json`)));
    const outputs = [...trace.spans.metadata.values()].map(({ output }) => output);
    expect(outputs.some((output) => output !== undefined)).toBe(true);
  });
});

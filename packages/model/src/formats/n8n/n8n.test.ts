import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../../testing/at.ts';
import { buildProfile } from '../../analysis/profile.ts';
import { instanceLabel } from '../../trace/labels.ts';
import { statusOf } from '../../trace/status.ts';
import { NONE, type Trace } from '../../trace/trace.ts';
import { detectTraceFormat, readTraceFile } from '../registry.ts';
import { utf8 } from '../web.ts';
import { unfold } from './flatted.ts';

interface Expected {
  readonly workflow: string | null;
  readonly status: string;
  readonly leaf_nodes: number;
  readonly work_ms: number;
  readonly makespan_ms: number;
  readonly edges: number;
  readonly recorded_ms: number;
}

const FIXTURES = fileURLToPath(new URL('../../../../../fixtures/n8n/', import.meta.url));
const parse: (text: string) => Record<string, Expected> = JSON.parse;
const EXPECTED = Object.entries(parse(readFileSync(`${FIXTURES}expected.json`, 'utf8')));
const read = (value: unknown) => readTraceFile(utf8(JSON.stringify(value)));

const label = ({ nodes }: Trace, row: number) => instanceLabel(nodes, row);

/** What each instance of a node waits for. */
function waits(trace: Trace): Record<string, string[]> {
  const { nodes } = trace;
  const found: Record<string, string[]> = {};
  for (let row = 0; row < nodes.length; row++) {
    const deps = nodes.deps.subarray(at(nodes.depOffsets, row), at(nodes.depOffsets, row + 1));
    if (deps.length > 0) found[label(trace, row)] = Array.from(deps, (dep) => label(trace, dep));
  }
  return found;
}

describe('recorded files', () => {
  test('are all expected to be something', () => {
    const files = readdirSync(FIXTURES).filter((name) => /[.](json|txt)$/.test(name) && name !== 'expected.json');
    expect(EXPECTED.map(([file]) => file).sort()).toEqual(files.sort());
  });

  test.each(EXPECTED)('%s has the values that another script finds', async (file, expected) => {
    const bytes: Uint8Array = readFileSync(FIXTURES + file);
    expect(detectTraceFormat(bytes)?.name).toBe('n8n');
    const trace = only(await readTraceFile(bytes));
    expect(buildProfile(trace)).toMatchObject({
      execution: { workflow: expected.workflow, status: expected.status, recorded_duration_ms: expected.recorded_ms },
      counts: { leaf_nodes: expected.leaf_nodes, events: expected.leaf_nodes, edges: expected.edges },
      work_ms: expected.work_ms,
      makespan_ms: expected.makespan_ms,
      warnings: [],
    });
  });
});

const T0 = 1_714_557_600_000;
const from = (previousNode: string, previousNodeRun?: number) => ({
  previousNode,
  ...(previousNodeRun !== undefined && { previousNodeRun }),
});
const run = (at_: number, ms: number, source: readonly object[] = [], fields: object = {}) => ({
  startTime: T0 + at_,
  executionTime: ms,
  executionStatus: 'success',
  source,
  data: { main: [[{ json: { secret: 'x' } }]] },
  ...fields,
});
const NODES = ['Start', 'Loop', 'Fetch', 'Wait', 'Never', 'Note'].map((name) => ({
  name,
  type: { Wait: 'n8n-nodes-base.wait', Note: 'n8n-nodes-base.stickyNote' }[name] ?? 'n8n-nodes-base.noOp',
}));
const RUN_DATA = {
  Start: [run(0, 5)],
  Loop: [run(5, 1, [from('Start')]), run(20, 1, [from('Fetch')]), run(40, 1, [from('Fetch', 1)])],
  Fetch: [run(10, 9, [from('Loop')]), run(30, 9, [from('Loop', 1)])],
  Wait: [run(41, 1000, [from('Loop', 2)])],
};
const execution = (fields: object = {}, runData: object = RUN_DATA) => ({
  id: '7',
  finished: true,
  mode: 'manual',
  status: 'success',
  startedAt: new Date(T0).toISOString(),
  stoppedAt: new Date(T0 + 1041).toISOString(),
  workflowData: { id: 'w', name: 'Flow', nodes: NODES, connections: {} },
  data: { resultData: { runData, lastNodeExecuted: 'Wait' } },
  ...fields,
});

/** Folds as the package `flatted` does: every object, list and text becomes an item of one list. */
function fold(root: unknown): unknown[] {
  const values: unknown[] = [];
  const known = new Map<unknown, string>();
  const place = (value: unknown): unknown => {
    if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value;
    const found = known.get(value);
    if (found !== undefined) return found;
    const position = String(values.length);
    known.set(value, position);
    values.push(value);
    if (Array.isArray(value)) values[Number(position)] = value.map(place);
    else if (typeof value === 'object') {
      values[Number(position)] = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, place(item)]));
    }
    return position;
  };
  place(root);
  return values;
}

describe('other shapes of the same', () => {
  test('a loop: every run of a node depends on the run that it was started by', async () => {
    const trace = only(await read(execution()));
    expect(waits(trace)).toEqual({
      'Loop[0]': ['Start'],
      'Fetch[0]': ['Loop[0]'],
      'Loop[1]': ['Fetch[0]'],
      'Fetch[1]': ['Loop[1]'],
      'Loop[2]': ['Fetch[1]'],
      Wait: ['Loop[2]'],
    });
    expect(trace.nodes.key).not.toContain('Note');
    expect(statusOf(at(trace.nodes.status, trace.nodes.key.indexOf('Never')))).toBe('skipped');
    expect(buildProfile(trace)).toMatchObject({
      execution: { name: 'Flow 7', external_id: '7', recorded_duration_ms: 1041 },
      counts: { nodes: 8, leaf_nodes: 7 },
      accounting: { causes: { sleep: 1000 } },
      warnings: [],
    });
    expect(JSON.stringify([...trace.spans.metadata.values()])).not.toContain('secret');
  });

  test('folded data, as the database keeps it, is the same', async () => {
    const { data, workflowData } = execution();
    const folded = { ...execution(), data: JSON.stringify(fold({ ...data, executionData: { contextData: {} } })) };
    expect(detectTraceFormat(utf8(JSON.stringify(folded)))?.name).toBe('n8n');
    expect(waits(only(await read({ data: folded })))).toEqual(waits(only(await read(execution()))));
    const texts = only(await read({ ...folded, workflowData: JSON.stringify(workflowData) }));
    expect(texts.execution.workflow).toBe('Flow');
  });

  test('what is folded may hold itself, and positions may lead nowhere', () => {
    expect(unfold([{ a: '1', b: '9', c: 3 }, { up: '0', data: '2' }, 'text'])).toMatchObject({
      a: { data: 'text' },
      c: 3,
    });
    expect(unfold(['text'])).toBe('text');
    expect([unfold([]), unfold({}), unfold('x')]).toEqual([null, null, null]);
  });

  test('models and tools stand in the agent that they serve', async () => {
    const connections = { Model: { ai_languageModel: [[{ node: 'Agent', type: 'ai_languageModel', index: 0 }]] } };
    const runData = {
      Start: [run(0, 1)],
      Agent: [run(1, 50, [from('Start')])],
      Model: [run(2, 10, [from('Agent', 0)]), run(20, 10, [from('Agent', 0)])],
    };
    const trace = only(await read(execution({ workflowData: { name: 'AI', nodes: [], connections } }, runData)));
    expect(waits(trace)).toEqual({ Agent: ['Start'] });
    expect([...trace.nodes.parent]).toEqual([NONE, NONE, 1, 1]);
    expect(buildProfile(trace)).toMatchObject({ work_ms: 21, counts: { leaf_nodes: 3 } });
  });

  test('failures, executions that wait, lists, and the words before what the command prints', async () => {
    const error = { name: 'NodeApiError', message: 'Forbidden', description: 'check your credentials' };
    const failed = execution({
      finished: false,
      status: 'error',
      data: { resultData: { error, runData: { Start: [run(0, 5, [], { executionStatus: 'error', error })] } } },
    });
    const waiting = execution({
      finished: false,
      status: 'waiting',
      stoppedAt: null,
      data: {
        resultData: { runData: { Start: [run(0, 5)], Wait: [{ startTime: T0 + 5, executionStatus: 'waiting' }] } },
      },
    });
    const traces = await read({ data: [failed, waiting], nextCursor: null });
    expect(traces.map(({ execution: { status } }) => status)).toEqual(['failed', 'running']);
    expect(traces[0]?.execution.error).toEqual({ code: 'NodeApiError', message: 'Forbidden: check your credentials' });
    const printed = `Execution was successful:\n====================================\n${JSON.stringify({ ...execution(), id: undefined })}`;
    expect(only(await readTraceFile(utf8(printed))).nodes.length).toBe(8);
  });

  test('executions without their data are refused', async () => {
    await expect(
      readTraceFile(utf8('{"data":[{"id":1,"status":"success"}]}'), { format: 'n8n' }),
    ).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('includeData=true'),
    });
  });
});

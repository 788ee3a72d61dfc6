import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  isJsonObject,
  readHistoryFile,
  statusOf,
  traceOfRun,
  type ChildHistory,
  type HistoryEvent,
  type JsonObject,
  type Trace,
} from '@flowprof/model';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startCluster, type TestCluster } from '../../testing/temporal.ts';
import { createConductor } from '../conductor.ts';

const items = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const check = (bad: number): string => `x="$1"; test "$x" != ${bad} && echo "$x"`;

const sh = (id: string, script: string, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'command',
  with: { command: 'sh', args: ['-c', script, 'sh', '${string(item)}'] },
  ...more,
});

const value = (id: string, of: string, more: JsonObject = {}): JsonObject => ({
  id,
  type: 'transform',
  with: { value: of },
  ...more,
});

interface Case {
  readonly nodes: readonly JsonObject[];
  readonly status: 'completed' | 'failed';
  readonly parts: number;
}

const each = (count: number, bad: number, more: JsonObject = {}, rest: JsonObject = {}): JsonObject => ({
  id: 'each',
  type: 'foreach',
  dependsOn: ['first'],
  with: { items: items(count), ...more },
  nodes: [
    sh('run', check(bad)),
    value('told', '${nodes.first.output.a + item + index + input.plus}', { dependsOn: ['run'] }),
  ],
  ...rest,
});

const CASES: Readonly<Record<string, Case>> = {
  'all well': {
    nodes: [
      value('first', '${{"a": 7}}'),
      each(100, -1),
      value('sum', '${size(nodes.each.output)}', { dependsOn: ['each'] }),
    ],
    status: 'completed',
    parts: 8,
  },
  'an item that fails and is noted': {
    nodes: [value('first', '${{"a": 7}}'), each(100, 33, { concurrency: 3, onItemFailure: 'continue' })],
    status: 'completed',
    parts: 8,
  },
  'an item that fails the loop, which is noted': {
    nodes: [
      value('first', '${{"a": 7}}'),
      each(60, 33, { concurrency: 1 }, { onFailure: 'continue' }),
      value('after', 'here', { dependsOn: ['each'] }),
    ],
    status: 'completed',
    parts: 3,
  },
  'an item that fails the run': {
    nodes: [
      value('first', '${{"a": 7}}'),
      each(60, 33, { concurrency: 1 }),
      value('after', 'x', { dependsOn: ['each'] }),
    ],
    status: 'failed',
    parts: 3,
  },
  'a large loop in a loop in a subworkflow': {
    nodes: [
      {
        id: 'outer',
        type: 'foreach',
        with: { items: [1, 2] },
        nodes: [{ id: 'call', type: 'subworkflow', with: { workflow: 'inner', input: { n: '${item}' } } }],
      },
    ],
    status: 'completed',
    parts: 4,
  },
};

const INNER: JsonObject = {
  name: 'inner',
  inputs: { n: { type: 'number' } },
  nodes: [
    {
      id: 'small',
      type: 'foreach',
      with: { items: items(50) },
      nodes: [value('leaf', '${item * 10 + input.n}')],
    },
  ],
  output: { all: '${nodes.small.output}' },
};

async function eventsOf(handle: WorkflowHandle): Promise<readonly HistoryEvent[]> {
  const files = readHistoryFile(new TextEncoder().encode(historyToJSON(await handle.fetchHistory())));
  return files.flatMap(({ events }) => events);
}

/** Histories of the children of a run. */
async function childrenOf(cluster: TestCluster, events: readonly HistoryEvent[]): Promise<ChildHistory[]> {
  const found: ChildHistory[] = [];
  for (const { type, attributes } of events) {
    if (type !== 'ChildWorkflowExecutionStarted') continue;
    const execution = attributes['workflowExecution'];
    const { workflowId, runId } = isJsonObject(execution) ? execution : {};
    if (typeof workflowId !== 'string' || typeof runId !== 'string') continue;
    found.push({ runId, events: await eventsOf(cluster.client.workflow.getHandle(workflowId, runId)) });
  }
  return found;
}

function nodesOf({ nodes }: Trace): string[] {
  return nodes.key
    .map((key, row) => {
      const parent = nodes.parent[row] === -1 ? '' : ` in ${nodes.key[nodes.parent[row] ?? 0]}`;
      return `${key}[${nodes.iteration[row]}]${parent}: ${statusOf(nodes.status[row] ?? 0)}`;
    })
    .sort();
}

describe.skipIf(findTemporal() === null)('a large loop of a workflow file on Temporal', () => {
  let cluster: TestCluster;

  beforeAll(async () => {
    cluster = await startCluster();
    await cluster.worker();
  }, 120_000);
  afterAll(async () => {
    await cluster.close();
  }, 60_000);

  test.each(Object.entries(CASES))(
    '%s: in parts, and the same as in process',
    async (_, { nodes, status, parts }) => {
      const conductor = createConductor();
      const file = {
        name: 'large',
        inputs: { plus: { type: 'number', default: 1 } },
        nodes,
        workflows: { inner: INNER },
      };
      const workflow = conductor.parse(JSON.stringify(file));
      const here = await conductor.node.run(workflow, { input: {} });
      const handle = await cluster.start({ workflow, input: {}, options: { largeLoop: 40 } });
      const there = await cluster.end(handle);
      expect([here.status, there.status]).toEqual([status, status]);
      expect(there.error?.message).toEqual(here.error?.message);
      if (status === 'completed') expect(there.output).toEqual(here.data);
      const events = await eventsOf(handle);
      const children = await childrenOf(cluster, events);
      expect(children).toHaveLength(parts);
      expect(events.length).toBeLessThan(150);
      const trace = traceOfRun({ events, children });
      expect(nodesOf(trace)).toEqual(nodesOf(here.recording));
      expect(trace.warnings).toEqual([]);
    },
    60_000,
  );

  test('a failure beside it lets the items finish that are under way; nothing else of it starts', async () => {
    const workflow = createConductor().parse(
      JSON.stringify({
        name: 'beside',
        concurrency: 3,
        nodes: [
          {
            id: 'each',
            type: 'foreach',
            with: { items: items(60), concurrency: 2 },
            nodes: [sh('run', 'sleep 3; echo done')],
          },
          { id: 'bad', type: 'command', with: { command: 'sh', args: ['-c', 'sleep 1; exit 1'] } },
        ],
      }),
    );
    const handle = await cluster.start({ workflow, input: {}, options: { largeLoop: 40 } });
    const there = await cluster.end(handle);
    expect([there.status, there.error?.code]).toEqual(['failed', 'command_failed']);
    const events = await eventsOf(handle);
    const children = await childrenOf(cluster, events);
    expect(children).toHaveLength(1);
    const states = nodesOf(traceOfRun({ events, children })).filter((line) => line.startsWith('run['));
    expect(states.filter((line) => line.endsWith('completed'))).toHaveLength(2);
    expect(states).toHaveLength(2);
  }, 60_000);

  test('cancelling a run cancels the part that is under way', async () => {
    const workflow = createConductor().parse(
      JSON.stringify({
        name: 'cancelled',
        nodes: [{ id: 'each', type: 'foreach', with: { items: items(60) }, nodes: [sh('run', 'sleep 300')] }],
      }),
    );
    const handle = await cluster.start({ workflow, input: {}, options: { largeLoop: 40, heartbeatMs: 3000 } });
    const started = (): Promise<boolean> =>
      eventsOf(handle).then((events) => events.some(({ type }) => type === 'ChildWorkflowExecutionStarted'));
    while (!(await started()));
    await handle.cancel();
    expect((await cluster.end(handle)).status).toBe('cancelled');
    const events = await eventsOf(handle);
    const children = await childrenOf(cluster, events);
    const trace = traceOfRun({ events, children });
    const states = nodesOf(trace);
    expect(states).toContain('each[-1]: cancelled');
    expect(states.filter((line) => line.includes(' in each: cancelled'))).toHaveLength(40);
  }, 90_000);
});

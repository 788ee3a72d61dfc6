import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHistoryFile, spanNameAt, statusOf, traceOfRun, type JsonObject, type Trace } from '@flowprof/model';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startFlakyService, type FlakyService } from '../../testing/flaky-service.ts';
import { startCluster, type TestCluster } from '../../testing/temporal.ts';
import { createConductor } from '../conductor.ts';

const WORKFLOW: JsonObject = {
  name: 'everything',
  nodes: [
    { id: 'hello', type: 'command', with: { command: 'echo', args: ['hi'] } },
    {
      id: 'load',
      type: 'http',
      dependsOn: ['hello'],
      with: { url: '${services.flaky.url}', query: { key: '${run.id}', fail: '1' } },
      retry: { policy: 'fixed', maxAttempts: 3, delayMs: 50 },
    },
    { id: 'rest', type: 'delay', with: { ms: 20 }, dependsOn: ['hello'] },
    {
      id: 'each',
      type: 'foreach',
      dependsOn: ['load', 'rest'],
      with: { items: ['a', 'b', 'c'], concurrency: 2 },
      nodes: [{ id: 'leaf', type: 'command', with: { command: 'echo', args: ['${item}'] } }],
    },
    { id: 'never', type: 'command', with: { command: 'echo', args: ['x'] }, when: '1 > 2', dependsOn: ['each'] },
  ],
};

/** What the same run tells wherever it runs: its nodes, and the names of the spans below each. */
function shapeOf({ nodes, spans }: Trace) {
  const below = new Map<number, Set<string>>();
  for (let row = 0; row < spans.length; row++) {
    const node = spans.node[row] ?? -1;
    if (node < 0 || spans.kind[row] === 0) continue;
    below.set(node, (below.get(node) ?? new Set()).add(spanNameAt(spans, row)));
  }
  return nodes.key
    .map((key, row) => ({
      key,
      iteration: nodes.iteration[row],
      name: nodes.name[row],
      type: nodes.type[row],
      status: statusOf(nodes.status[row] ?? 0),
      parent: nodes.parent[row] === -1 ? null : nodes.key[nodes.parent[row] ?? 0],
      // A worker of Temporal's, and a workflow that takes note of what it did, are there only there.
      spans: [...(below.get(row) ?? [])]
        .filter((name) => !['queue_wait', 'callback', 'retry_backoff'].includes(name))
        .sort(),
    }))
    .sort((a, b) => (`${a.key} ${a.iteration}` < `${b.key} ${b.iteration}` ? -1 : 1));
}

describe.skipIf(findTemporal() === null)('the trace of a workflow file on Temporal', () => {
  let cluster: TestCluster;
  let flaky: FlakyService;

  beforeAll(async () => {
    [cluster, flaky] = await Promise.all([startCluster(), startFlakyService()]);
    await cluster.worker();
  }, 120_000);
  afterAll(async () => {
    await cluster.close();
    await flaky.close();
  }, 60_000);

  test('has the nodes, iterations, attempts and phases that it has in process', async () => {
    const conductor = createConductor();
    const workflow = conductor.parse(JSON.stringify(WORKFLOW));
    const services = { flaky: { url: flaky.url } };
    const here = await conductor.node.run(workflow, { input: {}, services });
    const handle = await cluster.start({ workflow, input: {}, services, options: { heartbeatMs: 3000 } });
    await handle.result();
    const json = historyToJSON(await handle.fetchHistory());
    const files = readHistoryFile(new TextEncoder().encode(json));
    const trace = traceOfRun({ events: files.flatMap(({ events }) => events) });
    expect(shapeOf(trace)).toEqual(shapeOf(here.recording));
    expect(trace.warnings).toEqual([]);
  }, 60_000);
});

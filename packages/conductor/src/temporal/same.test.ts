import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusOf, type JsonObject, type JsonValue } from '@flowprof/model';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startFlakyService, type FlakyService } from '../../testing/flaky-service.ts';
import { startCluster, type TestCluster } from '../../testing/temporal.ts';
import { createConductor } from '../conductor.ts';
import type { ExecutionResult } from '../types.ts';

const node = (id: string, type: string, more: JsonObject = {}): JsonObject => ({ id, type, ...more });
const value = (id: string, text: JsonValue, more: JsonObject = {}): JsonObject =>
  node(id, 'transform', { with: { value: text }, ...more });
const echo = (id: string, text: string, more: JsonObject = {}): JsonObject =>
  node(id, 'command', { with: { command: 'echo', args: [text] }, ...more });
const get = (id: string, query: JsonObject, more: JsonObject = {}): JsonObject =>
  node(id, 'http', { with: { url: '${services.flaky.url}', query: { key: '${run.id}', ...query } }, ...more });
const twice = { policy: 'fixed', maxAttempts: 3, delayMs: 1 };

/** What is run here and on Temporal, and what is meant to come of it. */
const CASES: Readonly<Record<string, { workflow: JsonObject; status?: string; code?: string; input?: JsonObject }>> = {
  'a diamond': {
    workflow: {
      nodes: [
        echo('a', 'hi'),
        value('b', '${nodes.a.output.stdout.size()}', { dependsOn: ['a'] }),
        node('c', 'delay', { with: { ms: 5 }, dependsOn: ['a'] }),
        echo('d', '${string(nodes.b.output)}', { dependsOn: ['b', 'c'] }),
      ],
      output: { d: '${nodes.d.output.stdout}', b: '${nodes.b.output}' },
    },
  },
  'retries that succeed': { workflow: { nodes: [get('a', { fail: '2' }, { retry: twice })] } },
  'retries that are exhausted': {
    workflow: { nodes: [get('a', { fail: '9' }, { retry: twice }), echo('b', 'x', { dependsOn: ['a'] })] },
    status: 'failed',
    code: 'http_status',
  },
  'a failure that is not tried again': {
    workflow: { nodes: [get('a', { fail: '9', status: '400' }, { retry: twice })] },
    status: 'failed',
    code: 'http_status',
  },
  'codes that are not tried again': {
    workflow: { nodes: [get('a', { fail: '9' }, { retry: { ...twice, except: ['http_status'] } })] },
    status: 'failed',
    code: 'http_status',
  },
  'codes that are tried again': {
    workflow: { nodes: [get('a', { fail: '1', status: '400' }, { retry: { ...twice, on: ['http_status'] } })] },
  },
  'a time limit of attempts': {
    workflow: { nodes: [get('a', { slow: '30000' }, { attemptTimeoutMs: 200, retry: { ...twice, maxAttempts: 2 } })] },
    status: 'failed',
    code: 'timeout',
  },
  'a time limit of a node': {
    workflow: { nodes: [get('a', { slow: '30000' }, { timeoutMs: 200, retry: { policy: 'none' } })] },
    status: 'failed',
    code: 'timeout',
  },
  'a failure that is tolerated': {
    workflow: {
      nodes: [
        node('a', 'command', { with: { command: 'false' }, onFailure: 'continue' }),
        value('b', '${nodes.a.status}', { dependsOn: ['a'] }),
        echo('c', 'never', { dependsOn: ['a'], when: 'nodes.a.status == "completed"' }),
      ],
    },
  },
  'a switch and conditions': {
    workflow: {
      inputs: { n: { type: 'number', default: 3 } },
      nodes: [
        node('s', 'switch', { with: { cases: [{ name: 'big', when: 'input.n > 5.0' }], default: 'small' } }),
        echo('big', 'big', { dependsOn: ['s.big'] }),
        echo('small', 'small', { dependsOn: ['s.small'] }),
        echo('after', 'big', { dependsOn: ['big'] }),
        value('end', 'ended', { dependsOn: ['after', 'small'] }),
      ],
    },
    input: { n: 2 },
  },
  'loops in loops, and a group': {
    workflow: {
      nodes: [
        node('g', 'group', {
          nodes: [
            echo('x', 'x'),
            node('each', 'foreach', {
              dependsOn: ['x'],
              with: { items: [1, 2, 3], concurrency: 2 },
              nodes: [
                node('in', 'foreach', {
                  with: { items: ['a', 'b'] },
                  nodes: [echo('leaf', '${item}${string(loops.each.item)}')],
                }),
              ],
            }),
          ],
        }),
        value('all', '${nodes.g.output.each}', { dependsOn: ['g'] }),
      ],
    },
  },
  'items that fail and are noted': {
    workflow: {
      nodes: [
        node('each', 'foreach', {
          with: { items: [0, 1, 0], onItemFailure: 'continue' },
          nodes: [node('c', 'command', { with: { command: 'sh', args: ['-c', 'exit ${string(item)}'] } })],
        }),
      ],
    },
  },
  'a subworkflow': {
    workflow: {
      nodes: [node('pay', 'subworkflow', { with: { workflow: 'pay', input: { n: 4 } } })],
      workflows: {
        pay: {
          name: 'pay',
          inputs: { n: { type: 'number' } },
          nodes: [
            echo('charge', '${string(input.n)}'),
            node('wait', 'delay', { with: { ms: 1 }, dependsOn: ['charge'] }),
          ],
          output: { paid: '${nodes.charge.output.stdout}' },
        },
      },
    },
  },
  'an expression that fails': {
    workflow: { nodes: [value('a', '${input.nothing.there}'), echo('b', 'x', { dependsOn: ['a'] })] },
    status: 'failed',
    code: 'expression_failed',
  },
  'parameters that do not fit': {
    workflow: { nodes: [node('a', 'http', { with: { url: '${services.flaky.url}', method: '${"NOPE"}' } })] },
    status: 'failed',
    code: 'invalid_parameters',
  },
  'an input that does not fit': {
    workflow: { inputs: { n: { type: 'number', required: true } }, nodes: [echo('a', 'x')] },
    status: 'failed',
    code: 'invalid_input',
  },
  'a failure on purpose': {
    workflow: { nodes: [node('f', 'fail', { with: { message: 'no', code: 'mine', retryable: true }, retry: twice })] },
    status: 'failed',
    code: 'mine',
  },
  'a time limit of the run': {
    workflow: { timeoutMs: 400, nodes: [get('a', { slow: '30000' }), echo('b', 'x', { dependsOn: ['a'] })] },
    status: 'failed',
    code: 'timeout',
  },
};

/** The nodes of a run in process as `TestCluster` gives those on Temporal. */
function nodesOf({ recording: { nodes, spans } }: ExecutionResult): {
  nodes: Record<string, string>;
  attempts: Record<string, number>;
} {
  const states: Record<string, string> = {};
  for (let row = 0; row < nodes.length; row++) {
    const iteration = nodes.iteration[row] ?? -1;
    states[iteration < 0 ? (nodes.key[row] ?? '') : `${nodes.key[row] ?? ''}[${iteration}]`] = statusOf(
      nodes.status[row] ?? 0,
    );
  }
  const attempts: Record<string, number> = {};
  for (const row of spans.metadata.keys()) {
    const key = nodes.key[spans.node[row] ?? 0] ?? '';
    const attempt = spans.metadata.get(row)?.['attempt'];
    if (typeof attempt === 'number') attempts[key] = Math.max(attempts[key] ?? 0, attempt);
  }
  return { nodes: states, attempts };
}

const hasTemporal = findTemporal() !== null;

describe.skipIf(!hasTemporal)('a workflow file on Temporal', () => {
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

  test.each(Object.entries(CASES))(
    '%s: the same as in process',
    async (name, { workflow: file, status = 'completed', code, input = {} }) => {
      const conductor = createConductor();
      const workflow = conductor.parse(JSON.stringify({ name: name.replaceAll(/[^a-z]/g, '_'), ...file }));
      const services = { flaky: { url: flaky.url } };
      const [here, there] = await Promise.all([
        conductor.node.run(workflow, { input, services }),
        cluster.run({ workflow, input, services, options: { heartbeatMs: 3000 } }),
      ]);
      const inProcess = nodesOf(here);
      expect(there.nodes).toEqual(inProcess.nodes);
      expect(here.status === 'timeout' ? 'failed' : here.status).toBe(status);
      expect(there.status).toBe(status);
      expect(there.error?.code).toBe(code);
      expect(there.error?.message).toEqual(here.error?.message);
      if (status === 'completed') expect(there.output).toEqual(here.data);
      for (const [key, attempts] of Object.entries(inProcess.attempts)) {
        if (there.attempts[key] !== undefined) expect([key, there.attempts[key]]).toEqual([key, attempts]);
      }
    },
    60_000,
  );
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readHistoryFile, spanKindAt, statusOf, traceOfRun, type JsonObject, type Trace } from '@flowprof/model';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { findTemporal } from '../../../../scripts/lib/temporal.mjs';
import { startFlakyService, type FlakyService } from '../../testing/flaky-service.ts';
import { startCluster, type TestCluster } from '../../testing/temporal.ts';
import { createConductor } from '../conductor.ts';
import type { WorkflowDefinition } from '../file/definition.ts';
import type { ExecutionResult } from '../types.ts';
import { Seal } from './seal.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };

function parse(name: string, nodes: readonly JsonObject[], more: JsonObject = {}): WorkflowDefinition {
  return createConductor().parse(JSON.stringify({ name, ...more, nodes }));
}

/** A node that calls the service; `key` is its own. */
function call(id: string, query: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    id,
    type: 'http',
    with: { url: '${services.flaky.url}', query: { key: `\${input.run}-${id}`, ...query } },
    ...more,
  };
}

/** The numbers of the attempts at each node. */
function attemptsOf({ nodes, spans }: Trace): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (let row = 0; row < spans.length; row++) {
    if (spanKindAt(spans, row) !== 'attempt') continue;
    const attempt = spans.metadata.get(row)?.['attempt'];
    (found[nodes.key[spans.node[row] ?? 0] ?? ''] ??= []).push(Number(attempt));
  }
  return found;
}

function statesOf({ recording: { nodes } }: ExecutionResult): Record<string, string> {
  return Object.fromEntries(nodes.key.map((key, row) => [key, statusOf(nodes.status[row] ?? 0)]));
}

describe.skipIf(findTemporal() === null)('how runs on Temporal end', () => {
  let cluster: TestCluster;
  let flaky: FlakyService;
  let services: Record<string, JsonObject>;
  const workers: ChildProcess[] = [];
  let folder: string;

  beforeAll(async () => {
    [cluster, flaky, folder] = await Promise.all([
      startCluster(),
      startFlakyService(),
      mkdtemp(join(tmpdir(), 'flowprof-bundle-')),
    ]);
    services = { flaky: { url: flaky.url } };
    await writeFile(join(folder, 'bundle.js'), cluster.bundle.code);
  }, 120_000);
  afterEach(() => {
    for (const worker of workers.splice(0)) worker.kill('SIGKILL');
  });
  afterAll(async () => {
    await cluster.close();
    await flaky.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  /** A worker in a process of its own. */
  async function startWorker(): Promise<ChildProcess> {
    const program = fileURLToPath(new URL('../../testing/temporal-worker.ts', import.meta.url));
    const flags = ['--conditions=@flowprof/source', '--import', 'tsx'];
    const child = spawn(process.execPath, [...flags, program, cluster.server.address, join(folder, 'bundle.js')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    workers.push(child);
    if (child.stdout) await once(child.stdout, 'data');
    return child;
  }

  test('cancelling stops what runs, and nothing else starts', async () => {
    const { stop } = await cluster.worker();
    const workflow = parse('cancelled', [
      call('a', {}),
      call('b', { slow: '50000' }, { dependsOn: ['a'] }),
      call('c', {}, { dependsOn: ['b'] }),
    ]);
    const abort = new AbortController();
    const here = createConductor().node.run(workflow, { input: { run: 'here' }, services, signal: abort.signal });
    const handle = await cluster.start({ workflow, input: { run: 'there' }, services });
    await vi.waitUntil(() => flaky.calls('here-b') > 0 && flaky.calls('there-b') > 0, PATIENCE);
    abort.abort();
    await handle.cancel();
    const there = await cluster.end(handle);
    expect(there.status).toBe('cancelled');
    expect(there.nodes).toEqual(statesOf(await here));
    expect(there.nodes).toEqual({ a: 'completed', b: 'cancelled', c: 'cancelled' });
    expect(flaky.calls('there-c')).toBe(0);
    await stop();
  }, 90_000);

  test('after a failure, attempts under way are finished and none follows', async () => {
    const { stop } = await cluster.worker();
    const workflow = parse('finishing', [
      call('fails', { fail: '9', status: '400', slow: '300' }),
      call('last', { fail: '9', slow: '4000' }, { retry: { policy: 'fixed', maxAttempts: 5, delayMs: 1 } }),
      call('done', { slow: '4000' }),
      call('never', {}, { dependsOn: ['done'] }),
    ]);
    const [here, there] = await Promise.all([
      createConductor().node.run(workflow, { input: { run: 'here' }, services }),
      cluster.run({ workflow, input: { run: 'there' }, services }),
    ]);
    expect(there.nodes).toEqual(statesOf(here));
    expect(there.nodes).toEqual({ fails: 'failed', last: 'failed', done: 'completed', never: 'skipped' });
    expect(there.error?.code).toBe('http_status');
    expect(flaky.calls('there-last')).toBe(1);
    await stop();
  }, 90_000);

  test('the trace of a run has every attempt, as in process', async () => {
    const { stop } = await cluster.worker();
    const retry = { policy: 'fixed', maxAttempts: 5, delayMs: 1 };
    const workflow = parse('attempts', [
      call('succeeds', { fail: '3' }, { retry }),
      call('fails', { fail: '9' }, { retry, onFailure: 'continue' }),
    ]);
    const here = await createConductor().node.run(workflow, { input: { run: 'tried-here' }, services });
    const handle = await cluster.start({ workflow, input: { run: 'tried-there' }, services });
    await handle.result();
    const json = historyToJSON(await handle.fetchHistory());
    const events = readHistoryFile(new TextEncoder().encode(json)).flatMap((file) => file.events);
    const there = traceOfRun({ events, info: { runId: handle.workflowId } });
    expect(attemptsOf(here.recording)).toEqual({ succeeds: [1, 2, 3, 4], fails: [1, 2, 3, 4, 5] });
    expect(attemptsOf(there)).toEqual(attemptsOf(here.recording));
    await stop();
  }, 90_000);

  test('secrets reach those who need them, and stand nowhere', async () => {
    const key = new Uint8Array(32).fill(3);
    const { stop } = await cluster.worker({ key });
    const workflow = parse(
      'secret',
      [
        {
          ...call('ask', {}),
          with: {
            url: '${services.flaky.url}',
            headers: { authorization: 'Bearer ${input.token}' },
            query: { key: 'secret' },
          },
        },
        {
          id: 'fails',
          type: 'command',
          dependsOn: ['ask'],
          onFailure: 'continue',
          with: { command: 'sh', args: ['-c', 'echo ${input.token} >&2; exit 1'] },
        },
        { id: 'same', type: 'transform', with: { value: '${input.token == "x"}' } },
      ],
      {
        inputs: { token: { type: 'string', secret: true } },
        output: { saw: '${nodes.ask.output.body.authorization}' },
      },
    );
    const what = { workflow, input: { token: 'very-secret-token' }, services };
    await expect(cluster.start(what)).rejects.toThrow(/a key is needed/);
    const handle = await cluster.start({ ...what, key });
    const there = await cluster.end(handle);
    expect(there.nodes).toEqual({ ask: 'completed', fails: 'failed', same: 'completed' });
    expect(new Seal(key).unseal({ output: there.output }).params).toEqual({
      output: { saw: 'Bearer very-secret-token' },
    });
    const { events } = await handle.fetchHistory();
    const payloads = JSON.stringify(events, (_, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    expect(payloads).toContain('flowprof:sealed:v1:');
    expect(payloads).not.toContain('very-secret-token');
    await stop();
  }, 90_000);

  test('a worker that is killed takes nothing with it', async () => {
    const first = await startWorker();
    const wide = ['w1', 'w2', 'w3', 'w4'].map((id) => call(id, { slow: '500' }, { dependsOn: ['a'] }));
    const workflow = parse('survives', [
      call('a', {}),
      ...wide,
      call('b', { slow: '500' }, { dependsOn: ['w1', 'w2', 'w3', 'w4'] }),
      { id: 'sum', type: 'transform', dependsOn: ['b'], with: { value: '${nodes.b.output.status}' } },
    ]);
    const options = { heartbeatMs: 2000 };
    const handle = await cluster.start({ workflow, input: { run: 'killed' }, services, options });
    await vi.waitUntil(() => flaky.calls('killed-w1') > 0, PATIENCE);
    first.kill('SIGKILL');
    await startWorker();
    const there = await cluster.end(handle);
    const here = await createConductor().node.run(workflow, { input: { run: 'whole' }, services });
    expect(there.status).toBe('completed');
    expect(there.nodes).toEqual(statesOf(here));
    const again = ['w1', 'w2', 'w3', 'w4'].filter((id) => flaky.calls(`killed-${id}`) > 1);
    expect(again.length).toBeGreaterThan(0);
    expect(flaky.calls('killed-a')).toBe(1);
  }, 120_000);
});

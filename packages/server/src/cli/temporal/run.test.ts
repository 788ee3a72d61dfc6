import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readTraceFile, statusOf, type JsonObject, type Trace } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { findTemporal } from '../../../../../scripts/lib/temporal.mjs';
import { startTemporalServer, type TemporalServer } from '../../../../../scripts/lib/temporal-server.ts';
import { inProcess, testIo } from '../../../testing/in-process.ts';
import { runCli } from '../program.ts';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));
const EXAMPLES = ['basic_sequence', 'conditional_workflow', 'data_pipeline', 'parallel_processing'];
const PATIENCE = { timeout: 120_000, interval: 50 };

/** What differs from one run to the next in what the demo service answers. */
const OWN = /^(payment|batch_id)$/;

function example(name: string): string {
  return join(root, 'examples', 'workflows', `${name}.json`);
}

/** The output as the command prints it. */
function outputOf(out: string): string[] {
  const lines = out.slice(out.indexOf('\nOutput')).split('\n');
  return lines.filter((line) => !OWN.test(line.trim().split(/\s+/)[0] ?? ''));
}

function nodesOf({ nodes }: Trace): JsonObject {
  return Object.fromEntries(
    nodes.key.map((key, row) => {
      const { name, type, status, iteration } = nodes;
      return [`${key}[${iteration[row] ?? -1}]`, [name[row] ?? '', type[row] ?? '', statusOf(status[row] ?? 0)]];
    }),
  );
}

async function traceOf(file: string): Promise<Trace> {
  const [trace] = await readTraceFile(readFileSync(file));
  if (trace === undefined) throw new Error(`${file} holds no trace`);
  return trace;
}

describe.skipIf(findTemporal() === null)('flowprof run --temporal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flowprof-on-temporal-'));
  const workers: ChildProcess[] = [];
  let server: TemporalServer;

  /** `flowprof worker temporal` in a process of its own. */
  async function startWorker(): Promise<ChildProcess> {
    const launcher = join(root, 'packages', 'server', 'bin', 'flowprof.js');
    const { PATH = '', HOME = '' } = process.env;
    const child = spawn(process.execPath, [launcher, 'worker', 'temporal', '--address', server.address], {
      env: { PATH, HOME, LANG: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    workers.push(child);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    await vi.waitUntil(() => said.includes('working for the task queue'), PATIENCE);
    return child;
  }

  beforeAll(async () => {
    server = await startTemporalServer();
    await startWorker();
  }, 180_000);
  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  test.each(EXAMPLES)(
    '%s: the same output and the same nodes as in process',
    async (name) => {
      const [here, there] = [join(folder, `${name}-here.json`), join(folder, `${name}-there.json`)];
      const inHere = await inProcess(['run', example(name), '-q', '--trace', here]);
      const onTemporal = await inProcess(['run', example(name), '-q', '--trace', there, '--temporal', server.address]);
      expect(onTemporal.err).toBe('');
      expect(onTemporal.code).toBe(inHere.code);
      expect(outputOf(onTemporal.out)).toEqual(outputOf(inHere.out));
      const [before, after] = [await traceOf(here), await traceOf(there)];
      expect(nodesOf(after)).toEqual(nodesOf(before));
      expect(after.execution.workflow).toBe(before.execution.workflow);
    },
    180_000,
  );

  test('a large loop, which is run in child workflows, has all its nodes in the trace', async () => {
    const file = join(folder, 'large.json');
    const items = Array.from({ length: 501 }, (_, i) => i);
    const nodes = [{ id: 'double', type: 'transform', with: { value: '${item * 2}' } }];
    const each = { id: 'each', type: 'foreach', with: { items }, nodes };
    writeFileSync(
      file,
      JSON.stringify({ name: 'large', nodes: [each], output: { last: '${nodes.each.output[500]}' } }),
    );
    const [here, there] = [join(folder, 'large-here.json'), join(folder, 'large-there.json')];
    const inHere = await inProcess(['run', file, '-q', '--trace', here]);
    const onTemporal = await inProcess(['run', file, '-q', '--trace', there, '--temporal', server.address]);
    expect([onTemporal.code, onTemporal.err]).toEqual([0, '']);
    expect(outputOf(onTemporal.out)).toEqual(outputOf(inHere.out));
    expect(nodesOf(await traceOf(there))).toEqual(nodesOf(await traceOf(here)));
    const parts = (): Promise<string> => server.cli('workflow', 'count', '--query', 'WorkflowType = "flowprof.part"');
    await vi.waitUntil(async () => (await parts()).includes('2'), PATIENCE);
  }, 180_000);

  test('data_pipeline with two workers, one killed in the middle: it finishes, and the difference is explained', async () => {
    const second = await startWorker();
    const [here, there] = [join(folder, 'whole.json'), join(folder, 'killed.json')];
    await inProcess(['run', example('data_pipeline'), '-q', '--trace', here]);
    const { io, written } = testIo();
    const running = runCli(
      ['run', example('data_pipeline'), '--slow-mo', '500', '--trace', there, '--temporal', server.address],
      io,
    );
    await vi.waitUntil(() => written.err.includes('completed'), PATIENCE);
    workers[0]?.kill('SIGKILL');
    expect(await running).toBe(0);
    expect(second.exitCode).toBeNull();
    expect(nodesOf(await traceOf(there))).toEqual(nodesOf(await traceOf(here)));
    const { code, out } = await inProcess(['compare', here, there]);
    expect(code).toBe(0);
    expect(out).toMatch(/It took .* longer/);
    expect(out).toContain('Validate Source');
  }, 240_000);

  test('a run that fails says which node, and exits as in process', async () => {
    const file = join(folder, 'fails.json');
    const nodes = [{ id: 'bad', name: 'Bad', type: 'command', with: { command: 'false' } }];
    writeFileSync(file, JSON.stringify({ name: 'fails', nodes }));
    const here = await inProcess(['run', file, '-q']);
    const there = await inProcess(['run', file, '-q', '--temporal', server.address]);
    expect(there.err).toBe(here.err);
    expect(there.code).toBe(1);
  }, 120_000);
});

test('a Temporal server that is not there, or no address, is told in one line', async () => {
  const gone = await inProcess(['run', example('basic_sequence'), '-q', '--temporal', '127.0.0.1:9']);
  expect(gone.code).toBe(1);
  expect(gone.err).toMatch(/^flowprof: cannot reach the Temporal server at 127\.0\.0\.1:9: .*\n$/);
  const bad = await inProcess(['run', example('basic_sequence'), '--temporal', 'http://there/']);
  expect([bad.code, bad.err]).toEqual([2, 'flowprof: "http://there/" is no host:port\n']);
}, 60_000);

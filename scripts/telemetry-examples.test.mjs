import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './lib/prepare.mjs';
import { ensurePython } from './lib/python.mjs';

const EXAMPLES = join(ROOT, 'examples', 'telemetry');

/** A program with what it has written so far. */
class Program {
  out = '';
  err = '';

  constructor(command, args, env) {
    const { PATH = '', HOME = '' } = process.env;
    this.child = spawn(command, args, { cwd: ROOT, env: { PATH, HOME, LANG: 'C.UTF-8', ...env } });
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.out += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.err += text;
    });
    this.closed = once(this.child, 'close');
  }

  /** Resolves when it has written what the pattern matches. */
  async until(pattern) {
    for (;;) {
      const match = pattern.exec(this.out);
      if (match) return match;
      const ended = this.closed.then(() => {
        throw new Error(`it ended early: ${this.out}\n${this.err}`);
      });
      await Promise.race([once(this.child.stdout, 'data'), ended]);
    }
  }

  /** Resolves with what it wrote, once it has ended well. */
  async done() {
    await this.closed;
    if (this.child.exitCode !== 0) throw new Error(`it failed: ${this.out}\n${this.err}`);
    return this.out;
  }
}

describe('the examples of the telemetry API, against a server as `npm start` gives it', () => {
  let folder;
  let server;
  let env;
  let missingPython;

  beforeAll(async () => {
    missingPython = await ensurePython();
    folder = await mkdtemp(join(tmpdir(), 'flowprof-examples-'));
    const launcher = join(ROOT, 'packages', 'server', 'bin', 'flowprof.js');
    server = new Program(process.execPath, [launcher, 'demo'], { FLOWPROF_DATA_DIR: join(folder, 'data'), PORT: '0' });
    const [url] = await server.until(/http:\/\/127\.0\.0\.1:\d+/);
    // The last that it says once all examples have run.
    await server.until(/Flame chart {2}http/);
    const get = async (path) => (await fetch(url + path)).json();
    const [workspace] = (await get('/api/workspaces')).items;
    const workflow = (await get('/api/workflows?limit=100')).items.find(({ name }) => name === 'basic_sequence');
    const [execution] = (await get(`/api/workflows/${workflow.id}/executions`)).items;
    env = { FLOWPROF_URL: url, WORKSPACE_ID: workspace.id, WORKFLOW_ID: workflow.id, EXECUTION_ID: execution.id };
  });
  afterAll(async () => {
    server?.child.kill('SIGTERM');
    await server?.closed;
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs an example in Python; where there is none, that is said, except where it must not be. */
  async function python(context, file) {
    if (missingPython !== null && !process.env.CI) context.skip(missingPython);
    return new Program('python3', [join(EXAMPLES, file)], env).done();
  }

  const node = (file) => new Program(process.execPath, [join(EXAMPLES, file)], env);

  it('timeline.py prints how long each step took', async (context) => {
    expect(await python(context, 'timeline.py')).toMatch(
      /^Initialize: \d+\.\d+s\nProcess: \d+\.\d+s\nFinalize: \d+\.\d+s\n$/,
    );
  });

  it('metrics.py prints how the workflow does', async (context) => {
    expect(await python(context, 'metrics.py')).toMatch(/^Success Rate: 100\.0%\nAvg Duration: \d+\.\ds\n$/);
  });

  it('timeline.mjs prints the timeline and what it comes to', async () => {
    const out = await node('timeline.mjs').done();
    expect(out).toMatch(
      /^Initialize: [\d.]+s \(.*Z to .*Z\)\nProcess: .*\nFinalize: .*\nTotal: [\d.]+s\nSuccess: 3\/3\n$/,
    );
  });

  it('metrics.mjs prints the figures of a dashboard', async () => {
    const seconds = expect.stringMatching(/^\d+\.\ds$/);
    expect(JSON.parse(await node('metrics.mjs').done())).toEqual({
      successRate: '100.0%',
      totalExecutions: 1,
      avgDuration: seconds,
      minDuration: seconds,
      maxDuration: seconds,
    });
  });

  it('events.mjs follows an execution to its end', async () => {
    const following = node('events.mjs');
    await following.until(/Waiting for events/);
    await fetch(`${env.FLOWPROF_URL}/api/workflows/${env.WORKFLOW_ID}/execute`, { method: 'POST' });
    const out = await following.done();
    expect(out.split('\n')).toEqual(
      expect.arrayContaining(['Workflow started', 'Initialize completed', 'Process completed', 'Finalize completed']),
    );
    expect(out).toMatch(/Workflow completed in [\d.]+s/);
  });
});

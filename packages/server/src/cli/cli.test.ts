import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const launcher = join(root, 'packages/server/bin/flowprof.js');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The command as a child process, with what it has written so far. */
class Command {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  out = '';
  err = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { PATH = '', HOME = '' } = process.env;
    this.#child = spawn(process.execPath, [launcher, ...args], {
      cwd: root,
      env: { PATH, HOME, LANG: 'C.UTF-8', ...env },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.out += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.err += text;
    });
    this.#closed = once(this.#child, 'close');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when the output so far has the text. */
  async until(stream: 'stdout' | 'stderr', text: string): Promise<void> {
    const soFar = (): string => (stream === 'stdout' ? this.out : this.err);
    while (!soFar().includes(text))
      await Promise.race([once(this.#child[stream], 'data'), this.#closed.then(failEarly)]);
    function failEarly(): never {
      throw new Error(`the command ended without ${JSON.stringify(text)}: ${soFar()}`);
    }
  }

  async exit(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }
}

const fixture = (name: string): string => join(root, 'fixtures/workflows', name);

function flowprof(args: readonly string[], env: Readonly<Record<string, string>> = {}): Command {
  return new Command(args, env);
}

describe('wrong usage and unreadable input', () => {
  test.each([
    [['prfile', 'x'], "unknown command 'prfile' (Did you mean profile?)"],
    [['keys'], 'a command is missing; --help lists them'],
    [['statistics'], 'a command is missing; --help lists them'],
    [['run'], "missing required argument 'workflow.json'"],
    [['run', 'none.json'], 'cannot read none.json: no such file or folder'],
    [['run', root], `cannot read ${root}: it is a folder`],
    [['run', fixture('waiting.json'), '--input', 'ms=soon'], '--input ms: "soon" is no number'],
    [['run', fixture('waiting.json'), '--input', 'ms'], '--input wants key=value, not "ms"'],
    [['run', fixture('waiting.json'), '--input', 'sm=1'], 'there is no input "sm"; its inputs are ms, tags, label'],
    [['run', fixture('waiting.json'), '--concurrency', '0'], "option '--concurrency <n>' argument '0' is invalid"],
    [['run', fixture('waiting.json'), '--input-file', fixture('none.json')], 'cannot read the inputs in '],
    [['run', fixture('waiting.json'), '--input', 'ms=0', '--trace', join(root, 'none/out.json')], 'cannot write '],
    [['profile', 'none.json'], 'cannot read none.json: no such file or folder'],
    [['profile', join(root, 'package.json')], `${root}package.json: the content is of no format that flowprof knows`],
    [['profile', '-'], 'stdin: the file is empty'],
    [['profile', 'x.json', '--format'], "option '--format <format>' argument missing"],
    [['start', '--port', '99999'], "option '--port <port>' argument '99999' is invalid"],
    [
      ['start', '--host', '0.0.0.0', '--port', '0', '--data-dir', '/nonexistent'],
      'Refusing to serve 0.0.0.0 without authentication',
    ],
  ])('flowprof %j says why in one line and exits 2', async (args, reason) => {
    const { code, err } = await inProcess(args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/^flowprof: [^\n]+\n$/) });
    expect(err).toContain(`flowprof: ${reason}`);
  });

  test('the place of a mistake in a workflow file is given, and the process exits 2', async () => {
    const command = flowprof(['run', 'fixtures/workflows/broken.json']);
    expect(await command.exit()).toBe(2);
    expect(command.err).toBe(
      'flowprof: fixtures/workflows/broken.json:5:58: "second" depends on "frist", which does not exist; did you mean "first"?\n',
    );
    expect(command.out).toBe('');
  });
});

test.each([['start'], ['demo'], ['run'], ['profile']])('flowprof %s --help has examples', async (name) => {
  const { code, out, err } = await inProcess([name, '--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`Usage: flowprof ${name}`);
  expect(out).toContain('Examples:');
  expect(out).toContain('Exit codes:');
});

describe('run', () => {
  test('runs with inputs, shows the states as lines, prints the profile, and writes the trace in both formats', async () => {
    const [own, chrome] = [join(folder, 'run.json'), join(folder, 'run.chrome.json')];
    const inputs = join(folder, 'inputs.json');
    writeFileSync(inputs, JSON.stringify({ ms: 5000, tags: ['a', 'b'] }));
    const base = ['run', fixture('waiting.json'), '--input-file', inputs, '--input', 'ms=5'];
    const first = await inProcess([...base, '--trace', own]);
    const second = await inProcess([...base, '--trace', chrome, '--quiet']);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(first.err).toMatch(/^ +[\d.]+ (µs|ms) {2}✔ completed {2}Last/m);
    expect(first.out).toContain('Where the time went');
    expect(first.out).toMatch(/\n\nOutput\n(?: {2}\S+ +\S[^\n]*\n)+$/);
    expect(second.err).toBe('');
    expect(readFileSync(chrome, 'utf8')).toContain('traceEvents');
    const read = await inProcess(['profile', own, '--json']);
    const piped = await inProcess(['profile', '-'], { stdin: gzipSync(readFileSync(chrome)) });
    expect([read.code, piped.code]).toEqual([0, 0]);
    const profile: unknown = JSON.parse(read.out);
    expect(profile).toMatchObject({ execution: { name: 'waiting', status: 'completed' }, counts: { nodes: 3 } });
    expect(piped.out).toMatch(/^waiting {2}✔ completed/);
  });

  test('a failed run exits 1, says which node and why, and still prints the profile', async () => {
    const command = flowprof(['run', 'fixtures/workflows/failing.json', '--quiet'], { FORCE_COLOR: '1' });
    expect(await command.exit()).toBe(1);
    expect(command.err).toMatch(/^flowprof: node lookup \(Look Up Item\) failed: http_status: [^\n]*404[^\n]*\n$/);
    expect(command.out).toContain('\u001b[31m');
    expect(command.out).toContain('Look Up Item');
  });

  test('what a workflow file says never reaches the terminal as a control code', async () => {
    const file = join(folder, 'hostile.json');
    const name = 'red \u001b[31m';
    const node = { id: 'a', name, type: 'fail', with: { message: 'bell \u0007\nsecond line' } };
    writeFileSync(file, JSON.stringify({ name, nodes: [node] }));
    const { code, out, err } = await inProcess(['run', file]);
    expect(code).toBe(1);
    expect((out + err).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(err).toMatch(/^flowprof: node a \(red [^\n]* failed: failed_on_purpose: bell \\x07 second line\n/m);
  });

  test('Ctrl-C cancels the run, which still prints its profile', async () => {
    const command = flowprof(['run', 'fixtures/workflows/waiting.json']);
    await command.until('stderr', 'running    Wait');
    command.signal('SIGINT');
    expect(await command.exit()).toBe(1);
    expect(command.err).toContain('cancelling the run');
    expect(command.err).toMatch(/^flowprof: the run ended as cancelled$/m);
    expect(command.out).toMatch(/^waiting {2}⊘ cancelled/);
  });
});

test('an execution id asks the server, and says so when there is none', async () => {
  const id = '0193a5c0-0000-7000-8000-000000000001';
  const { code, err } = await inProcess(['profile', id], { env: { FLOWPROF_URL: 'http://127.0.0.1:1' } });
  expect(code).toBe(2);
  expect(err).toContain('flowprof: cannot reach http://127.0.0.1:1');
});

test('a large trace file is read whole', async () => {
  const { out } = await inProcess(['profile', join(root, 'fixtures/pytorch-hta/control.json.gz'), '--json']);
  expect(JSON.parse(out)).toMatchObject({ counts: { events: 109_123 } });
});

test('demo loads and runs the examples once, serves, and stops cleanly; a second start adds nothing', async () => {
  const args = ['demo', '--port', '0', '--data-dir', join(folder, 'data')];
  const first = flowprof(args);
  await first.until('stdout', 'Flame chart  ');
  const link = /Flame chart {2}(http:\S+)\/executions\/(\S+)/.exec(first.out);
  const [, url = '', execution = ''] = link ?? [];
  const listed = await fetch(`${url}/api/v1/workspaces/demo/executions?limit=100`);
  expect(await listed.json()).toMatchObject({ total: 4 });
  const profile = await inProcess(['profile', execution, '--json'], { env: { FLOWPROF_URL: url } });
  expect(JSON.parse(profile.out)).toMatchObject({ execution: { id: execution, name: 'data_pipeline' } });
  const text = await inProcess(['profile', execution], { env: { FLOWPROF_URL: url } });
  expect(text.out).toMatch(/^data_pipeline {2}✔ completed[^]*Timeline/);
  const absent = await inProcess(['profile', '0193a5c0-0000-7000-8000-000000000001'], { env: { FLOWPROF_URL: url } });
  expect(absent).toEqual({
    code: 2,
    out: '',
    err: `flowprof: ${url} has no execution 0193a5c0-0000-7000-8000-000000000001\n`,
  });
  const another = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"slug":"b","name":"B"}' };
  expect((await fetch(`${url}/api/workspaces`, another)).status).toBe(201);
  first.signal('SIGTERM');
  expect(await first.exit()).toBe(0);
  expect(first.err.match(/ completed in /g)).toHaveLength(4);
  expect(first.out).toContain('data_pipeline  ✔ completed');

  const second = flowprof(args);
  await second.until('stdout', 'Flame chart  ');
  expect(second.out).toContain(`/executions/${execution}?workspace=demo`);
  second.signal('SIGINT');
  expect(await second.exit()).toBe(0);
  expect(second.err).not.toContain(' completed in ');
}, 120_000);

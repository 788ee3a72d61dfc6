import { EventEmitter, once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isJsonObject, spanNameAt, type JsonObject, type JsonValue, type Trace } from '@flowprof/model';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createConductor, type ExecutionResult, type NodeDefinition, type RunOptions } from '../index.ts';
import { Child } from '../process/child.ts';
import type { Schedule } from '../schedule.ts';
import { checkSpans } from '../testing/check-spans.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/command.mjs', import.meta.url));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function program(name: string, more: JsonObject = {}, ...args: string[]): NodeDefinition {
  return { id: 'run', type: 'command', with: { command: process.execPath, args: [PROGRAM, name, ...args], ...more } };
}

async function run(node: NodeDefinition, options: RunOptions = {}): Promise<ExecutionResult> {
  const result = await createConductor().node.run(node, options);
  checkSpans(result.recording);
  return result;
}

function stdoutOf({ data }: ExecutionResult): JsonValue {
  return isJsonObject(data) ? (data['stdout'] ?? null) : null;
}

function spanNames({ spans }: Trace): string[] {
  return Array.from({ length: spans.length }, (_, row) => spanNameAt(spans, row));
}

/** A port that programs hold a connection to for as long as they live. */
interface Lifeline {
  readonly port: string;
  /** Resolves once so many programs have connected. */
  connected(count: number): Promise<void>;
  /** Resolves once none of them lives any more. */
  allGone(): Promise<void>;
}

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function lifeline(): Promise<Lifeline> {
  let alive = 0;
  let seen = 0;
  const changes = new EventEmitter();
  const server = createServer((socket) => {
    seen++;
    alive++;
    socket.on('error', () => {});
    socket.on('close', () => {
      alive--;
      changes.emit('change');
    });
    socket.resume();
    changes.emit('change');
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) await once(changes, 'change');
  };
  return {
    port: String(address.port),
    connected: (count) => until(() => seen >= count),
    allGone: () => until(() => alive === 0),
  };
}

describe('a program that behaves', () => {
  test('gets its arguments as they are: there is no shell', async () => {
    const args = ['a b', '$HOME', '`id`', '; rm -rf x', '"\'', '', 'ä', '*'];
    const { data, recording } = await run(program('args', { parse: 'json' }, ...args));
    expect(data).toEqual({ exitCode: 0, stdout: args, stderr: '', signal: null });
    expect(spanNames(recording).slice(-3)).toEqual(['spawn', 'execute', 'decode']);
  });

  test('sees PATH, HOME, LANG and what it is given, and nothing else of the environment of the engine', async () => {
    process.env['ENGINE_SECRET'] = 'CANARY';
    const result = await run(program('env', { parse: 'json', env: { GIVEN: 1, HOME: '/elsewhere' } }));
    delete process.env['ENGINE_SECRET'];
    const seen = stdoutOf(result);
    expect(JSON.stringify(seen)).not.toContain('CANARY');
    expect(seen).toMatchObject({ GIVEN: '1', HOME: '/elsewhere', PATH: process.env['PATH'] });
    const names = isJsonObject(seen) ? Object.keys(seen) : [];
    expect(names.filter((name) => !/^(GIVEN|PATH|HOME|LANG)$/.test(name))).toEqual([]);
  });

  test('runs where it is told to', async () => {
    const { data } = await run(program('cwd', { cwd: folder, parse: 'lines' }));
    expect(data).toMatchObject({ stdout: [expect.stringContaining('flowprof-command-')] });
  });

  test.each<[JsonObject, unknown]>([
    [{ stdin: 'as it stands ä' }, 'as it stands ä'],
    [{ stdin: { a: [1] }, parse: 'json' }, { a: [1] }],
    [{}, ''],
  ])('reads what it is given: %j', async (more, stdout) => {
    expect((await run(program('cat', more))).data).toMatchObject({ stdout });
  });

  test('lines', async () => {
    expect((await run(program('lines', { parse: 'lines' }))).data).toMatchObject({ stdout: ['a', 'b', '', 'c'] });
  });

  test('characters are whole wherever a chunk or the tail of stderr is cut', async () => {
    const { data } = await run(program('utf8'));
    expect(data).toMatchObject({ stdout: `${'ä😀'.repeat(20_000)}\uFFFD`, stderr: `${'ä'.repeat(8191)}x` });
  });

  test('the bytes both ways are noted', async () => {
    const { recording } = await run(program('cat', { stdin: 'äb' }));
    expect(recording.annotations.type).toEqual(['data']);
    expect(recording.annotations.metadata.get(0)).toEqual({ bytes_in: 3, bytes_out: 3 });
  });

  test('an exit code that is expected is a success', async () => {
    expect((await run(program('exit', { expectExit: [0, 3] }, '3'))).data).toMatchObject({ exitCode: 3 });
  });
});

describe('what is a failure', () => {
  test('another exit code, with the last line of what it complained of', async () => {
    const { error } = await run(program('exit', {}, '4'));
    expect(error).toEqual({
      code: 'command_failed',
      message: 'the command ended with exit code 4: the reason',
      nodeKey: 'run',
    });
  });

  test('a signal', async () => {
    expect((await run(program('suicide'))).error).toMatchObject({
      code: 'command_killed',
      message: 'the command was ended by SIGKILL',
    });
  });

  test('no such program, one that may not be run, a folder, no such working directory', async () => {
    const plain = join(folder, 'plain');
    writeFileSync(plain, 'x');
    chmodSync(plain, 0o644);
    const cases: [JsonObject, string][] = [
      [{ command: 'no-such-program-anywhere' }, 'no such program'],
      [{ command: plain }, 'may not be run'],
      [{ command: folder }, 'may not be run'],
      [{ command: process.execPath, cwd: join(folder, 'nowhere') }, 'working directory'],
      [{ command: process.execPath, cwd: plain }, 'working directory'],
    ];
    for (const [given, message] of cases) {
      const { error, recording } = await run({ id: 'n', type: 'command', with: given, retry: { policy: 'fixed' } });
      expect(error?.code).toBe('command_not_started');
      expect(error?.message).toContain(message);
      expect(spanNames(recording).filter((name) => name.startsWith('attempt'))).toEqual(['attempt 1']);
    }
  });

  test.each<[string, JsonObject]>([
    ['an argument', { args: ['SECRET\0'] }],
    ['the command', { command: 'SECRET\0' }],
    ['the environment', { env: { A: 'SECRET\0' } }],
    ['the name of a variable', { env: { 'A\0': 'SECRET' } }],
  ])('a zero byte in %s, without showing it', async (_, more) => {
    const { error } = await run({ id: 'n', type: 'command', with: { command: process.execPath, ...more } });
    expect(error?.code).toBe('invalid_parameters');
    expect(error?.message).not.toContain('SECRET');
  });

  test.each(['', '{', 'nope'])('output that is no JSON: %j', async (stdin) => {
    const { error } = await run(program('cat', { stdin, parse: 'json' }));
    expect(error).toMatchObject({ code: 'command_bad_output', message: 'the command did not write JSON' });
  });

  test('a run that does not allow processes', async () => {
    const { error, recording } = await run({ ...program('args'), retry: { policy: 'fixed' } }, { commands: false });
    expect(error?.code).toBe('command_not_allowed');
    expect(spanNames(recording)).not.toContain('attempt 2');
  });
});

describe('programs that misbehave', () => {
  test.each(['stdout', 'stderr'])('one that writes a gigabyte to %s is ended, and little of it is kept', async (to) => {
    const before = process.memoryUsage().rss;
    const { error } = await run(program('gigabyte', { maxOutputBytes: 100_000 }, to));
    expect(error).toMatchObject({
      code: 'command_output_too_large',
      message: 'the command wrote more than 100000 bytes',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  test.each(['closesStdin', 'neverReads'])('%s: what it does not read of its input is no failure', async (name) => {
    const { status } = await run(program(name, { stdin: 'x'.repeat(5_000_000) }));
    expect(status).toBe('completed');
  });

  test('what it leaves behind ends with it, and does not hold up the node', async () => {
    const life = await lifeline();
    const { status } = await run(program('leaves', {}, life.port));
    expect(status).toBe('completed');
    await life.connected(1);
    await life.allGone();
  });

  test('what has left its group does not hold up the node either', async () => {
    const result = await run(program('escapes', { parse: 'json' }));
    expect(result.status).toBe('completed');
    expect(process.kill(Number(stdoutOf(result)), 'SIGKILL')).toBe(true);
  });

  test('one that ignores SIGTERM is ended by force when its time is up', async () => {
    const life = await lifeline();
    const { error } = await run(program('deaf', { timeoutMs: 300, graceMs: 20 }, life.port));
    expect(error).toMatchObject({ code: 'command_timeout', message: 'the command did not end within 300 ms' });
    await life.allGone();
  });
});

/** So many processes, whose grace is over when the test says so. */
async function started(name: string, processes = 1): Promise<{ child: Child; over: () => void; life: Lifeline }> {
  const due: (() => void)[] = [];
  const schedule: Schedule = (_, then) => {
    due.push(then);
    return () => {};
  };
  const life = await lifeline();
  const options = { env: {}, cwd: null, stdin: '', maxOutputBytes: 1000, graceMs: 1 };
  const child = new Child({ command: process.execPath, args: [PROGRAM, name, life.port], ...options }, schedule);
  await child.started;
  await life.connected(processes);
  return { child, over: () => due.shift()?.(), life };
}

describe('stopping a process', () => {
  test('it is asked to end, and may do so with any code', async () => {
    const { child } = await started('polite');
    child.stop();
    expect(await child.ended).toMatchObject({ exitCode: 0, signal: null });
  });

  test('a signal that it does not handle ends it at once', async () => {
    const { child } = await started('waits');
    child.stop();
    expect(await child.ended).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });

  test('after the grace it is ended by force, with all that is in its group', async () => {
    const { child, over, life } = await started('family', 2);
    child.stop();
    child.stop();
    over();
    expect(await child.ended).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    await life.allGone();
  });

  test('one that has ended cannot be stopped', async () => {
    const { child } = await started('neverReads', 0);
    await child.ended;
    child.stop();
    expect(await child.ended).toMatchObject({ exitCode: 0 });
  });
});

test.each<[string, Partial<NodeDefinition>, string]>([
  ['cancelling its run', {}, 'cancelled'],
  ['a time limit of its node', { timeoutMs: 400 }, 'failed'],
])('%s ends a process', async (_, more, status) => {
  const life = await lifeline();
  const abort = new AbortController();
  const running = run({ ...program('waits', {}, life.port), ...more }, { signal: abort.signal });
  await life.connected(1);
  if (status === 'cancelled') abort.abort();
  expect((await running).status).toBe(status);
  await life.allGone();
});

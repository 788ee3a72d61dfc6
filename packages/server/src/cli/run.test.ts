import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { JsonObject } from '@flowprof/model';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';

const top = mkdtempSync(join(tmpdir(), 'flowprof-run-'));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(top, 'test-'));
});

afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

function write(name: string, workflow: JsonObject): string {
  const file = join(folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, JSON.stringify(workflow));
  return file;
}

/** Fails in its second node, unless the file of the input is there: reading it is left to a command. */
function picky(wanted: string): JsonObject {
  return {
    name: 'picky',
    inputs: { key: { type: 'string', secret: true, default: 'none' }, n: { type: 'number', default: 1 } },
    nodes: [
      {
        id: 'first',
        type: 'command',
        with: { command: process.execPath, args: ['-e', `require("fs").appendFileSync("${wanted}.calls", "x")`] },
      },
      {
        id: 'second',
        type: 'command',
        dependsOn: ['first'],
        with: {
          command: process.execPath,
          args: ['-e', `process.exit(require("fs").existsSync("${wanted}") ? 0 : 3)`],
        },
      },
      { id: 'third', type: 'transform', dependsOn: ['second'], with: { value: '${input.n}' } },
    ],
    output: '${nodes.third.output}',
  };
}

describe('--journal', () => {
  test('goes on after a failure without running again what is done, and is removed in the end', async () => {
    const wanted = join(folder, 'wanted');
    const journal = join(folder, 'run.journal');
    const args = ['run', write('picky.json', picky(wanted)), '--journal', journal, '--quiet'];
    const failed = await inProcess([...args, '--input', 'key=canary-secret', '--input', 'n=7']);
    expect(failed).toMatchObject({ code: 1, err: expect.stringContaining(`goes on with ${journal}`) });
    expect(statSync(journal).mode & 0o777).toBe(0o600);
    expect(readFileSync(journal, 'utf8')).not.toContain('canary-secret');
    expect(existsSync(`${journal}.lock`)).toBe(false);

    writeFileSync(wanted, '');
    expect(await inProcess(args)).toMatchObject({
      code: 2,
      err: `flowprof: ${journal} does not hold secret inputs: give key again\n`,
    });
    expect((await inProcess([...args, '--input', 'key=x', '--input', 'n=8'])).err).toContain('another input "n"');
    // As if it had been killed while it wrote a line.
    appendFileSync(journal, '0123456789abcdef {"done":[{"path":"third"');
    const done = await inProcess([...args, '--input', 'key=canary-secret']);
    expect(done).toMatchObject({ code: 0, err: `flowprof: goes on with ${journal}: 1 node had finished\n` });
    expect(done.out).toMatch(/Output\n {2}7\n/);
    expect(done.out).toMatch(/Timeline\n. first /);
    expect(readFileSync(`${wanted}.calls`, 'utf8')).toBe('x');
    expect(existsSync(journal)).toBe(false);
  });

  test('refuses a file that is something else, of another workflow, damaged, or in use', async () => {
    const journal = join(folder, 'run.journal');
    const run = (file: string) => inProcess(['run', file, '--journal', journal, '--quiet']);
    const file = write('picky.json', picky(join(folder, 'missing')));
    writeFileSync(journal, 'my diary\nsecond page\n');
    expect((await run(file)).err).toMatch(/is no journal of a run, or is damaged\n$/);
    expect(readFileSync(journal, 'utf8')).toBe('my diary\nsecond page\n');
    rmSync(journal);
    expect((await run(file)).code).toBe(1);
    const written = readFileSync(journal, 'utf8');
    expect((await run(write('other.json', picky(join(folder, 'other'))))).err).toContain('is of another workflow');
    writeFileSync(journal, written.replace('"attempts":1', '"attempts":2'));
    expect(await run(file)).toMatchObject({ code: 2, err: expect.stringContaining('is damaged') });
    writeFileSync(journal, written);
    writeFileSync(`${journal}.lock`, '1\n');
    expect(await run(file)).toMatchObject({ code: 2, err: expect.stringContaining('is in use by process 1') });
    // A lock of a process that is no more counts for nothing.
    writeFileSync(`${journal}.lock`, '4194305\n');
    expect((await run(file)).code).toBe(1);
  });

  test('goes on after kill -9', { timeout: 60_000 }, async () => {
    const journal = join(folder, 'run.journal');
    const file = write('slow.json', {
      name: 'slow',
      nodes: [
        { id: 'first', type: 'transform', with: { value: 5 } },
        { id: 'wait', type: 'delay', dependsOn: ['first'], with: { ms: 1500 } },
      ],
    });
    const launcher = fileURLToPath(new URL('../../bin/flowprof.js', import.meta.url));
    const child = spawn(process.execPath, [launcher, 'run', file, '--journal', journal]);
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!said.includes('running    wait')) await once(child.stderr, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { code, err, out } = await inProcess(['run', file, '--journal', journal, '--quiet']);
    expect({ code, err }).toEqual({ code: 0, err: `flowprof: goes on with ${journal}: 1 node had finished\n` });
    expect(out).toMatch(/\n {2}first +5\n/);
  });
});

test('--timeout stops the run, which fails and says so', async () => {
  const file = write('wait.json', { name: 'wait', nodes: [{ id: 'wait', type: 'delay', with: { ms: 600_000 } }] });
  const { code, err, out } = await inProcess(['run', file, '--timeout', '50', '--quiet']);
  expect({ code, err }).toEqual({ code: 1, err: 'flowprof: the run timed out: the run took longer than 50 ms\n' });
  expect(out).toMatch(/^wait {2}◷ timeout/);
});

const called = (value: string): JsonObject => ({
  name: 'called',
  nodes: [{ id: 'value', type: 'transform', with: { value } }],
  output: '${nodes.value.output}',
});
const caller = (workflow: string): JsonObject => ({
  name: 'caller',
  nodes: [{ id: 'call', type: 'subworkflow', with: { workflow } }],
  output: '${nodes.call.output}',
});

describe('subworkflows in files', () => {
  test('are found by a path relative to their file, or by the name of a file beside it', async () => {
    write('parts/inner.json', called('inside'));
    write('inner.json', called('outside'));
    write('parts/outer.json', caller('inner'));
    const byPath = await inProcess(['run', write('main.json', caller('./parts/outer.json')), '--quiet']);
    expect(byPath.out).toMatch(/Output\n {2}"inside"\n/);
    const byName = await inProcess(['run', write('main.json', caller('inner')), '--quiet']);
    expect(byName.out).toMatch(/Output\n {2}"outside"\n/);
  });

  test('may call each other in a circle when a condition ends it', async () => {
    const file = write('count.json', {
      name: 'count',
      inputs: { n: { type: 'number', default: 3 } },
      nodes: [
        { id: 'own', type: 'transform', with: { value: '${input.n}' } },
        {
          id: 'less',
          type: 'subworkflow',
          dependsOn: ['own'],
          when: 'input.n > 0',
          with: { workflow: 'count', input: { n: '${input.n - 1}' } },
        },
      ],
    });
    const { code, out } = await inProcess(['run', file, '--quiet']);
    expect(code).toBe(0);
    expect(out).toContain('less/less/less/own');
  });

  test('that are missing or broken are told with their place', async () => {
    const main = write('main.json', caller('./none.json'));
    const missing = await inProcess(['run', main]);
    expect(missing).toMatchObject({ code: 2, out: '' });
    expect(missing.err).toMatch(
      /^flowprof: \S*main\.json: node "call" calls "\.\/none\.json": cannot read \S*none\.json: no such file or folder\n$/,
    );
    write('none.json', { name: 'x', nodes: [{ id: 'a', type: 'transfrm' }] });
    expect((await inProcess(['run', main])).err).toMatch(/^flowprof: \S*none\.json:1:\d+: .*"transfrm".*\n$/);
  });
});

describe('--otlp', () => {
  const requests: { readonly url: string; readonly key: unknown; readonly body: string }[] = [];
  let answer = 200;
  const receiver = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      requests.push({ url: request.url ?? '', key: request.headers['x-key'], body });
      response.writeHead(answer, { 'content-type': 'application/json' }).end('{}');
    });
  });
  let url = '';
  let file = '';

  beforeAll(async () => {
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });

  afterAll(() => {
    receiver.close();
  });

  beforeEach(() => {
    file = write('one.json', { name: 'one', nodes: [{ id: 'only', type: 'transform', with: { value: 1 } }] });
  });

  test('sends the run, with the headers of the environment', async () => {
    answer = 200;
    const { code, err } = await inProcess(['run', file, '--quiet', '--otlp', url], {
      env: { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20b,y=2' },
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(requests[0]).toMatchObject({ url: '/v1/traces', key: 'a b', body: expect.stringContaining('"only"') });
  });

  test('fails nothing when the receiver does not take it, and says so', async () => {
    answer = 400;
    const { code, err } = await inProcess(['run', file, '--quiet', '--otlp', url]);
    expect(code).toBe(0);
    expect(err).toMatch(/^flowprof: (\d+) of \1 spans were not delivered to http:\/\/127\.0\.0\.1:\d+: [^\n]+\n$/);
    const odd = await inProcess(['run', file, '--otlp', 'ftp://x']);
    expect(odd).toMatchObject({ code: 2, err: expect.stringContaining('--otlp: ') });
  });
});

test('the value of a secret input is told nowhere, neither in the output nor in the reason of a failure', async () => {
  const file = write('leaky.json', {
    name: 'leaky',
    inputs: { key: { type: 'string', secret: true, required: true }, fails: { type: 'boolean', default: false } },
    nodes: [
      { id: 'tell', type: 'transform', with: { value: 'key ${input.key}' } },
      { id: 'fail', type: 'fail', when: 'input.fails', dependsOn: ['tell'], with: { message: 'no ${input.key}' } },
    ],
    output: { told: '${nodes.tell.output}' },
  });
  const fine = await inProcess(['run', file, '--input', 'key=canary-secret']);
  expect(fine.out).toContain('"key [redacted]"');
  const failed = await inProcess(['run', file, '--input', 'key=canary-secret', '--input', 'fails=true']);
  expect(failed).toMatchObject({ code: 1, err: expect.stringMatching(/no \[redacted\]\n$/) });
  for (const { out, err } of [fine, failed]) expect(out + err).not.toContain('canary-secret');
});

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

import {
  buildProfile,
  decodeTrace,
  detectTraceFormat,
  readTraceFile,
  TraceAssembler,
  writeTraceFile,
  writeTraceFiles,
} from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { inProcess } from '../../testing/in-process.ts';
import { EXPORT_FORMATS, formatOfFile, writeExport } from '../services/exports/formats.ts';
import { MOST_SPANS_IN_A_PAGE, writeHtml } from '../services/exports/html.ts';
import { CommandFailure } from './errors.ts';
import { writeWholeFile } from './write-file.ts';

const bazel = fileURLToPath(new URL('../../../../fixtures/bazel/tiny.json.gz', import.meta.url));
let folder: string;
let two: string;

const traceOf = (name: string) => new TraceAssembler({ name, status: 'completed' }).finish();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flowprof-convert-'));
  two = join(folder, 'two.json');
  writeFileSync(two, await writeTraceFiles([traceOf('one'), traceOf('two')], 'json'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function convert(...args: string[]): Promise<string> {
  const { code, err, out } = await inProcess(['convert', ...args]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

test.each(EXPORT_FORMATS.map(({ name, extensions }) => [name, extensions[0] ?? '']))(
  'as %s, told by the ending',
  async (name, ending) => {
    const file = join(folder, `run${ending}`);
    await convert(bazel, file);
    const bytes = readFileSync(file);
    const [trace] = await readTraceFile(readFileSync(bazel), { fileName: 'tiny.json.gz' });
    if (trace === undefined) throw new Error('there is no execution in the file');
    const format = EXPORT_FORMATS.find((one) => one.name === name);
    if (format === undefined) throw new Error(`there is no format ${name}`);
    expect(bytes.equals(Buffer.from(await writeExport(trace, format)))).toBe(true);
    expect(formatOfFile(file)?.name).toBe(name);
  },
);

test('what is written is read again, from stdin and into stdout too', async () => {
  const file = join(folder, 'again.arrow');
  await convert(bazel, file);
  const json = await inProcess(['convert', '-', '-', '--to', 'json'], { stdin: readFileSync(file) });
  const [before] = await readTraceFile(readFileSync(bazel), { fileName: 'tiny.json.gz' });
  const [after] = await readTraceFile(Buffer.from(json.out));
  expect(after && buildProfile(after)).toEqual(before && buildProfile(before));
});

test('a name that ends in .gz is packed', async () => {
  const file = join(folder, 'packed.chrome.json.gz');
  await convert(bazel, file);
  expect(detectTraceFormat(gunzipSync(readFileSync(file)))?.name).toBe('chrome');
});

describe('a file of several executions', () => {
  test('stays one file where the format holds several', async () => {
    const file = join(folder, 'both.json');
    await convert(two, file);
    expect((await readTraceFile(readFileSync(file))).map(({ execution }) => execution.name)).toEqual(['one', 'two']);
  });

  test('becomes a file for each in other formats, or the one that is named', async () => {
    const target = join(folder, 'several');
    mkdirSync(target);
    await convert(two, join(target, 'run.chrome.json'));
    await convert(two, join(target, 'second.chrome.json'), '--execution', '2');
    expect(readdirSync(target).sort()).toEqual(['run-1.chrome.json', 'run-2.chrome.json', 'second.chrome.json']);
    const [second] = await readTraceFile(readFileSync(join(target, 'second.chrome.json')));
    expect(second?.execution.name).toBe('two');
  });

  test.each([
    [['-', '--to', 'chrome'], 'a file of chrome holds one execution and there are 2; --execution names one'],
    [['x.chrome.json', '--execution', '3'], 'holds 2 executions; there is no 3'],
    [['x.chrome.json', '--execution', '0'], 'It must be a whole number from 1 on.'],
  ])('%j is refused', async (args, message) => {
    const { code, err } = await inProcess(['convert', two, ...args]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

describe('what cannot be done is one line and exit code 2, and leaves nothing behind', () => {
  test.each([
    [['run.unknown'], 'run.unknown does not say its format; --to does: json, chrome,'],
    [['-'], 'stdout does not say its format'],
    [['x', '--to', 'yaml'], 'there is no format "yaml" to write; there are json,'],
    [['missing/x.csv'], 'cannot write missing/x.csv: no such file or folder'],
    [[tmpdir(), '--to', 'csv'], `cannot write ${tmpdir()}: it is a folder`],
  ])('%j', async (args, message) => {
    const { code, out, err } = await inProcess(['convert', bazel, ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err.trim()).not.toContain('\n');
  });

  test('an unreadable file', async () => {
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"traceEvents": nonsense');
    const target = join(folder, 'never.csv');
    expect(await inProcess(['convert', broken, target])).toMatchObject({ code: 2 });
    expect(existsSync(target)).toBe(false);
  });
});

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('half of it');
  await Promise.resolve();
  throw new CommandFailure('broken off');
}

test('a file that breaks off leaves what was there, and no other', async () => {
  const own = mkdtempSync(join(folder, 'atomic-'));
  const file = join(own, 'run.csv');
  writeFileSync(file, 'before');
  await expect(writeWholeFile(file, breaking())).rejects.toThrow('broken off');
  expect(readdirSync(own)).toEqual(['run.csv']);
  expect(readFileSync(file, 'utf8')).toBe('before');
  await writeWholeFile(file, Buffer.from('after'));
  expect(readFileSync(file, 'utf8')).toBe('after');
});

describe('HTML', () => {
  const hostile = '</title></script><script>alert(1)</script>$&';

  test('holds the trace as data, its name as text, and a policy that lets nothing in', async () => {
    const trace = traceOf(hostile);
    const page = Buffer.from(await writeHtml(trace)).toString('utf8');
    expect(page).toContain(
      '<title>&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;$&amp; · flowprof',
    );
    expect(page).not.toContain('<script>alert');
    expect(page).toMatch(/http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-/);
    const markup = page.replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, '');
    expect(markup).not.toMatch(/(?:src|href)=/);
    const data = /id="flowprof-trace">([\w+/=]+)</.exec(page)?.[1] ?? '';
    expect(decodeTrace(gunzipSync(Buffer.from(data, 'base64')))).toEqual(trace);
  });

  test('refuses more spans than a browser opens in good time', async () => {
    const trace = traceOf('large');
    const spans = { ...trace.spans, length: MOST_SPANS_IN_A_PAGE + 1 };
    await expect(writeHtml({ ...trace, spans })).rejects.toMatchObject({ code: 'too_large' });
  });

  test('is not mistaken for a trace', async () => {
    await expect(readTraceFile(await writeHtml(traceOf('x')))).rejects.toMatchObject({ code: 'unknown_format' });
    expect(detectTraceFormat(await writeTraceFile(traceOf('x'), 'arrow'))?.name).toBe('arrow');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { at, only } from '../../testing/at.ts';
import { TraceAssembler } from '../trace/assemble.ts';
import { TRACE_FILE_ERROR_CODES, TraceFileError } from './errors.ts';
import { writeFlowprofJson } from './flowprof-json.ts';
import {
  detectTraceFormat,
  readTraceFile,
  readTraceStream,
  TRACE_FORMATS,
  writeTraceFile,
  writeTraceFiles,
} from './registry.ts';
import { utf8 } from './web.ts';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/', import.meta.url));
const EMPTY_TRACE = new TraceAssembler({ name: 'nothing' }).finish();

function bytesOf(file: string): Uint8Array {
  return readFileSync(FIXTURES + file);
}

function own(): string {
  return writeFlowprofJson(EMPTY_TRACE);
}

describe('the table', () => {
  test('names are used once', () => {
    const names = TRACE_FORMATS.map((format) => format.name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(TRACE_FORMATS.filter((format) => format.write !== undefined && format.read !== undefined))(
    'what is written as $name is told by its content and read',
    async ({ name }) => {
      const bytes = await writeTraceFile(EMPTY_TRACE, name);
      expect(detectTraceFormat(bytes)?.name).toBe(name);
      const trace = only(await readTraceFile(bytes));
      expect(trace.execution.name).toBe('nothing');
    },
  );
});

test('the documentation names every format and error', () => {
  const page = readFileSync(fileURLToPath(new URL('../../../../docs/formats/README.md', import.meta.url)), 'utf8');
  for (const { name } of TRACE_FORMATS) expect(page).toContain(`\`${name}\``);
  for (const [code, meaning] of Object.entries(TRACE_FILE_ERROR_CODES))
    expect(page).toContain(`| \`${code}\` | ${meaning} |`);
});

test('the example of the documentation is read without a warning', async () => {
  const page = readFileSync(
    fileURLToPath(new URL('../../../../docs/formats/flowprof-json.md', import.meta.url)),
    'utf8',
  );
  const example = /```json\n([^]*?)```/.exec(page)?.[1] ?? '';
  const trace = only(await readTraceFile(utf8(example)));
  expect(trace).toMatchObject({ warnings: [], spans: { length: 3 }, nodes: { length: 2 }, annotations: { length: 1 } });
  expect(trace.execution.name).toBe('nightly');
});

describe('files of kinds that are not read yet are named', () => {
  test.each([
    ['cpuprofile', '{"nodes":[{"id":1,"callFrame":{}}]}'],
    ['cpuprofile', '{"head":{"functionName":"(root)","bailoutReason":"","hitCount":0}}'],
    ['parquet', 'PAR1...'],
  ])('%s', async (name, text) => {
    expect(detectTraceFormat(utf8(text))?.name).toBe(name);
    await expect(readTraceFile(utf8(text))).rejects.toThrowError(
      /^this is .*, which flowprof does not read yet; it reads: json, /,
    );
    await expect(readTraceFile(utf8(text))).rejects.toMatchObject({ code: 'unsupported_format' });
  });
});

describe('a file that cannot be read says why', () => {
  const gzip = gzipSync(own());
  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'empty'],
    ['white space', utf8(' \n\t '), 'empty'],
    ['prose', utf8('once upon a time'), 'unknown_format'],
    ['other JSON', utf8('{"a":1}'), 'unknown_format'],
    ['a cut gzip', gzip.subarray(0, gzip.byteLength - 12), 'malformed'],
    ['a damaged gzip', Uint8Array.from(gzip, (byte, i) => (i > 20 && i < 40 ? 255 - byte : byte)), 'malformed'],
    ['gzip of nothing', gzipSync(''), 'empty'],
  ])('%s', async (_, bytes, code) => {
    await expect(readTraceFile(bytes)).rejects.toMatchObject({ name: 'TraceFileError', code });
  });

  test('a limit on the size holds for packed files too, whatever they unpack to', async () => {
    // Of a kind that is read piece by piece, and of one that is not.
    for (const head of ['{"traceEvents":[', '{"format":"flowprof-trace",']) {
      const bomb = gzipSync(head + ' '.repeat(20_000_000));
      await expect(readTraceFile(bomb, { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'too_large' });
    }
    // What is no trace is not even unpacked to its end.
    const zeros = gzipSync(new Uint8Array(20_000_000));
    await expect(readTraceFile(zeros, { maxBytes: 1_000_000 })).rejects.toMatchObject({ code: 'unknown_format' });
    await expect(readTraceFile(utf8(own()), { maxBytes: 10 })).rejects.toMatchObject({ code: 'too_large' });
  });

  test('formats are asked for by names of the table', async () => {
    await expect(readTraceFile(utf8(own()), { format: 'yaml' })).rejects.toMatchObject({ code: 'unknown_format' });
    await expect(readTraceFile(utf8('[]'), { format: 'parquet' })).rejects.toMatchObject({
      code: 'unsupported_format',
    });
    await expect(writeTraceFile(EMPTY_TRACE, 'yaml')).rejects.toMatchObject({ code: 'unknown_format' });
    await expect(writeTraceFile(EMPTY_TRACE, 'parquet')).rejects.toMatchObject({ code: 'unsupported_format' });
    await expect(writeTraceFiles([], 'chrome')).rejects.toMatchObject({ code: 'unsupported_format' });
  });
});

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, undefined> {
  const memory = new Uint8Array(size);
  for (let from = 0; from < bytes.length; from += size) {
    const chunk = bytes.subarray(from, from + size);
    // The same memory for every chunk, as some sources have it.
    memory.set(chunk);
    yield memory.subarray(0, chunk.length);
    await Promise.resolve();
  }
}

async function* broken(): AsyncGenerator<Uint8Array, undefined> {
  yield utf8('{"traceEvents":[');
  await Promise.resolve();
  throw new RangeError('the disk is gone');
}

describe('a file in chunks', () => {
  const files = [
    'chrome-trace/simple_trace.json',
    'wta-askalon/tasks.jsonl',
    'wfformat-mit/trace.json',
    'bazel/tiny.json.gz',
    'n8n/execution.json',
  ];

  test.each(files.flatMap((file) => [1 << 20, 4096, 7].map((size) => [file, size] as const)))(
    '%s, %i bytes each, is the same as in one',
    async (file, size) => {
      const bytes = bytesOf(file);
      const whole = await readTraceFile(bytes);
      expect(await readTraceStream(chunksOf(bytes, size))).toEqual(whole);
    },
  );

  test('that fails is told as it is, and what unpacks it can be replaced', async () => {
    await expect(readTraceStream(broken())).rejects.toThrowError('the disk is gone');
    let asked = 0;
    const traces = await readTraceStream(chunksOf(gzipSync(own()), 100), {
      unpack: async function* (packed) {
        asked++;
        for await (const _ of packed) asked++;
        yield utf8(own());
      },
    });
    expect([asked > 1, only(traces).execution.name]).toEqual([true, 'nothing']);
  });

  test('that is cut off in its gzip is refused', async () => {
    const packed = bytesOf('bazel/tiny.json.gz');
    const reading = readTraceStream(chunksOf(packed.subarray(0, packed.length / 2), 4096));
    await expect(reading).rejects.toMatchObject({ code: 'malformed' });
  });
});

test('a file is told by its content, whatever it is called', async () => {
  const bytes = gzipSync(own());
  const trace = only(await readTraceFile(bytes, { fileName: 'chrome.trace.json' }));
  expect(trace.execution.sourceFormat).toBe('flowprof');
});

/** Real files of every kind of form, small enough to be damaged thousands of times. */
const VICTIMS = [
  ...readdirSync(`${FIXTURES}speedscope`)
    .filter((name) => name.endsWith('.json') && name !== 'expected.json')
    .map((name) => `speedscope/${name}`),
  'chrome-trace/simple_trace.json',
  'chrome-trace/nestable_async_annotation.json',
  'bazel/tiny.json.gz',
  'airflow/task-instances.json',
  'argo/dag_xfail.yaml',
  'temporal/sdk-core/fail_wf_task.bin',
  'step-functions/orders.json',
  'temporal/sdk-go/nexus-cancel-after-start.json',
  'github-actions/run-21487811823-success.json',
  'github-actions/workflow_job.json',
  'kestra/each-sequential.json',
  'cromwell/failingInSeveralWaysMetadata.json.gz',
].map(bytesOf);

/** Numbers from 0 up to 1 that are the same on every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const TELLING = utf8('0123456789"{}[]:,-.eBEXbnsftMC \\');

/** Changes up to three bytes of a file, and cuts off the end of every third one. */
function damage(file: Uint8Array, random: () => number): Uint8Array {
  const bytes = Uint8Array.from(file);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let changes = below(4); changes > 0; changes--) {
    bytes[below(bytes.length)] = random() < 0.5 ? below(256) : at(TELLING, below(TELLING.length));
  }
  return random() < 1 / 3 ? bytes.subarray(0, below(bytes.length)) : bytes;
}

test('2,000 damaged files: a trace or a coded error, and nothing else', async () => {
  const victims = [...VICTIMS, utf8(own())];
  const random = seededRandom(20240115);
  const outcomes = new Map<string, number>();
  for (let run = 0; run < 2000; run++) {
    let outcome = 'read';
    try {
      const traces = await readTraceFile(damage(at(victims, run % victims.length), random));
      expect(traces.length).toBeGreaterThan(0);
    } catch (error) {
      if (!(error instanceof TraceFileError)) throw error;
      expect(error.message).not.toContain('\n');
      outcome = error.code;
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(Object.keys(TRACE_FILE_ERROR_CODES)).toEqual(
    expect.arrayContaining([...outcomes.keys()].filter((code) => code !== 'read')),
  );
  expect(outcomes.get('read')).toBeGreaterThan(500);
  expect(outcomes.get('malformed')).toBeGreaterThan(300);
});

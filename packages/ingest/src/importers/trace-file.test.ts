import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { isUuid, TraceAssembler, TraceFileError } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { eventBatches, readExecutions, type ReadExecution } from './trace-file.ts';

const FILE = readFileSync(join(import.meta.dirname, '../../../../fixtures/bazel/tiny.json.gz'));

async function only(bytes: Uint8Array): Promise<ReadExecution> {
  const [execution, ...others] = await readExecutions(Readable.from([bytes]));
  if (execution === undefined || others.length > 0) throw new Error('there is not exactly one execution');
  return execution;
}

describe('readExecutions', () => {
  it('gives the same file the same execution, and another file another', async () => {
    const first = await only(FILE);
    expect(isUuid(first.executionId)).toBe(true);
    expect(first.trace.spans.length).toBe(528);
    expect((await only(FILE)).executionId).toBe(first.executionId);
    const other = Buffer.from('[{"name":"a","ph":"X","ts":1,"dur":2,"pid":1,"tid":1}]');
    expect((await only(other)).executionId).not.toBe(first.executionId);
  });

  it('keeps the id of the source as the external one', async () => {
    const file = { format: 'flowprof-trace', version: 1, execution: { id: 'run-7', name: 'nightly' }, spans: [] };
    const { executionId, trace } = await only(Buffer.from(JSON.stringify(file)));
    expect(trace.execution).toMatchObject({ id: executionId, externalId: 'run-7' });
  });

  it('reads a file in small pieces alike, and knows it by all of its bytes', async () => {
    const pieces = Array.from({ length: Math.ceil(FILE.length / 1000) }, (_, i) =>
      FILE.subarray(i * 1000, i * 1000 + 1000),
    );
    const [whole] = await readExecutions(Readable.from([FILE]));
    expect(await readExecutions(Readable.from(pieces))).toEqual([whole]);
  });

  it('refuses gzip that is cut off', async () => {
    const reading = readExecutions(Readable.from([FILE.subarray(0, FILE.length / 2)]));
    await expect(reading).rejects.toMatchObject({ name: 'TraceFileError', code: 'malformed' });
  });

  it('refuses what is no trace', async () => {
    const broken = gzipSync('this is no trace');
    await expect(readExecutions(Readable.from([broken]))).rejects.toThrow(TraceFileError);
  });
});

describe('eventBatches', () => {
  it('makes the same trace again out of bounded batches', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      name: `s${i % 7}`,
      ph: 'X',
      ts: i,
      dur: 1,
      pid: 1,
      tid: 1,
    }));
    const execution = await only(Buffer.from(JSON.stringify(many)));
    const batches = [...eventBatches(execution)];
    expect(batches.length).toBeGreaterThan(2);
    expect(Math.max(...batches.map((batch) => batch.length))).toBeLessThanOrEqual(1000);
    const copy = new TraceAssembler();
    for (const event of batches.flat()) copy.apply(event);
    expect(copy.finish().spans.length).toBe(execution.trace.spans.length);
  });
});

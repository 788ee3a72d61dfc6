import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { isUuid, TraceAssembler, TraceFileError, type Trace, type TraceEvent } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import type { ImportTarget } from './target.ts';
import { importTraceFile } from './trace-file.ts';

const FIXTURES = join(import.meta.dirname, '../../../../fixtures');

/** Keeps what it is sent as a database would: by id, with what has been completed. */
class MemoryTarget implements ImportTarget {
  readonly events = new Map<string, TraceEvent[]>();
  readonly finished = new Map<string, Trace>();
  readonly batches: number[] = [];

  begin(executionId: string): Promise<boolean> {
    if (this.finished.has(executionId)) return Promise.resolve(false);
    this.events.set(executionId, []);
    return Promise.resolve(true);
  }

  write(executionId: string, batch: readonly TraceEvent[]): Promise<void> {
    this.batches.push(batch.length);
    this.events.get(executionId)?.push(...batch);
    return Promise.resolve();
  }

  finish(executionId: string, trace: Trace): Promise<void> {
    this.finished.set(executionId, trace);
    return Promise.resolve();
  }
}

describe('importTraceFile', () => {
  const file = readFileSync(join(FIXTURES, 'bazel/tiny.json.gz'));

  it('sends the events of every execution in batches, then the whole trace', async () => {
    const target = new MemoryTarget();
    const [execution] = await importTraceFile(file, target);
    if (execution === undefined) throw new Error('nothing was imported');
    expect(isUuid(execution.executionId)).toBe(true);
    expect(execution.known).toBe(false);
    expect(target.finished.get(execution.executionId)).toBe(execution.trace);
    expect(execution.trace.spans.length).toBe(528);

    const copy = new TraceAssembler();
    for (const event of target.events.get(execution.executionId) ?? []) copy.apply(event);
    expect(copy.finish().spans.length).toBe(528);
    expect(Math.max(...target.batches)).toBeLessThanOrEqual(5_000);
  });

  it('gives the same file the same execution, and writes it once', async () => {
    const target = new MemoryTarget();
    const first = await importTraceFile(file, target);
    const batches = target.batches.length;
    const second = await importTraceFile(file, target);
    expect(second.map((e) => e.executionId)).toEqual(first.map((e) => e.executionId));
    expect(second.map((e) => e.known)).toEqual([true]);
    expect(target.batches.length).toBe(batches);
  });

  it('refuses a file that it cannot read before anything is sent', async () => {
    const target = new MemoryTarget();
    const broken = gzipSync('this is no trace');
    await expect(importTraceFile(broken, target)).rejects.toThrow(TraceFileError);
    expect(target.events.size).toBe(0);
  });
});

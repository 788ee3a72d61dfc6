import { NONE, type TraceEvent, type TraceSink } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createConductor, type NodeDefinition } from './index.ts';
import { Bench, delay, lines, workflow } from './testing/bench.ts';
import { draw } from './testing/draw.ts';
import { VirtualTime } from './testing/virtual-time.ts';

describe('the trace in the result', () => {
  test("a handler's phases, progress, annotations and log lines are in it, with secrets struck out", async () => {
    const bench = new Bench();
    bench.conductor.register('load', {
      params: z.strictObject({ rows: z.number() }),
      phase: null,
      run: async ({ rows }, context) => {
        const read = context.span('read', { rows });
        await context.sleep(10);
        context.progress(50, 'half way');
        const write = read.next('write');
        const sync = write.span('fsync');
        await context.sleep(5);
        sync.end();
        context.annotate('cache miss', 'cache');
        context.log('sent Authorization: Bearer abcdefghijkl');
        return rows;
      },
    });
    const result = await bench.run({ id: 'n', type: 'load', with: { rows: 3 } });
    expect(draw(result.recording)).toBe(
      lines(
        'n 0-15',
        '  @15 cache miss',
        '  @15 sent Authorization: Bearer [redacted]',
        '  read 0-10',
        '  write 10-15',
        '    fsync 10-15',
      ),
    );
    expect(
      result.trace.nodes[0]?.events.filter((event) => event.type === 'progress').map((event) => event.data),
    ).toEqual([
      { progress: 0, message: 'Executing: n' },
      { progress: 50, message: 'half way' },
      { progress: 100, message: 'Completed: n' },
    ]);
  });

  test('the phases of a handler whose work has a name lie inside it', async () => {
    const bench = new Bench();
    bench.conductor.register('parse', {
      params: z.object({}),
      phase: 'execute',
      run: async (_, context) => {
        const read = context.span('read');
        await context.sleep(4);
        read.end();
        await context.sleep(1);
        return null;
      },
    });
    const { recording } = await bench.run({ id: 'n', type: 'parse' });
    expect(draw(recording)).toBe(lines('n 0-5', '  execute 0-5', '    read 0-4'));
  });
});

describe('the sink', () => {
  class Collector implements TraceSink {
    readonly events: TraceEvent[] = [];
    readonly batches: number[] = [];
    async write(_: string, batch: readonly TraceEvent[]): Promise<void> {
      this.batches.push(batch.length);
      this.events.push(...batch);
      await Promise.resolve();
    }
  }

  test('is sent everything in order, and all of it before the run ends', async () => {
    const sink = new Collector();
    const result = await new Bench().run(workflow(delay('a', 120), delay('b', 10, 'a')), { sink });
    const types = sink.events.map((event) => event.type);
    expect(types[0]).toBe('execution_started');
    expect(types.slice(1, 3)).toEqual(['node_declared', 'node_declared']);
    expect(types.at(-1)).toBe('execution_finished');
    expect(types.filter((type) => type === 'execution_finished')).toHaveLength(1);
    expect(sink.batches.length).toBeGreaterThan(1);
    const states = sink.events.flatMap((event) =>
      event.type === 'node_state' ? [`${event.state.nodeKey} ${event.state.status}`] : [],
    );
    expect(states).toEqual(['a running', 'a completed', 'b running', 'b completed']);
    const open = new Map(sink.events.flatMap((event) => (event.type === 'span' ? [[event.span.id, event.span]] : [])));
    expect(open.size).toBe(result.recording.spans.length);
    expect([...open.values()].every((span) => span.duration !== null)).toBe(true);
  });

  test('gets inputs and outputs bounded and without secrets', async () => {
    const sink = new Collector();
    const value = { password: 'hunter2', note: 'key fp_abc_SECRETSECRET', big: 'x'.repeat(300_000), token_count: 3 };
    await new Bench().run({ id: 'n', type: 'transform', with: { value } }, { sink });
    const text = JSON.stringify(sink.events);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('SECRETSECRET');
    expect(text.length).toBeLessThan(150_000);
    expect(text).toContain('[redacted]');
  });

  test('that throws does not stop the run, but is counted', async () => {
    const sink: TraceSink = { write: () => Promise.reject(new Error('disk full')) };
    const result = await new Bench().run(workflow(delay('a', 10)), { sink });
    expect(result.success).toBe(true);
    expect(result.recording.warnings).toEqual([{ code: 'sink_failed', count: 1, example: 'disk full' }]);
  });

  test('that cannot keep up slows the run down instead of filling the memory', async () => {
    const time = new VirtualTime();
    let longest = 0;
    const sink: TraceSink = {
      write: async (_, batch) => {
        longest = Math.max(longest, batch.length);
        await time.timers.sleep(10, new AbortController().signal);
      },
    };
    const nodes = Array.from({ length: 3000 }, (_, i): NodeDefinition => ({
      id: `n${i}`,
      type: 'transform',
      with: { value: i },
    }));
    const result = await time.until(createConductor(time).node.run({ name: 'many', nodes }, { sink }));
    expect(result.success).toBe(true);
    expect(longest).toBeLessThanOrEqual(1000);
    const waited = [...result.recording.spans.metadata.values()].some(
      (metadata) => metadata['cause'] === 'backpressure',
    );
    expect(waited).toBe(true);
  });
});

describe('size', () => {
  test('a chain of 10,000 nodes', async () => {
    const nodes = Array.from({ length: 10_000 }, (_, i): NodeDefinition => ({
      id: `n${i}`,
      type: 'transform',
      with: { value: i },
      ...(i > 0 && { dependsOn: [`n${i - 1}`] }),
    }));
    const result = await createConductor().node.run({ name: 'chain', nodes });
    expect(result.executedNodes).toHaveLength(10_000);
    expect(result.trace.nodes).toHaveLength(10_000);
    expect(result.recording.nodes.span.every((row) => row !== NONE)).toBe(true);
  });

  test('groups 1,000 deep', async () => {
    let node: NodeDefinition = { id: 'leaf', type: 'transform', with: { value: 1 } };
    for (let i = 0; i < 1000; i++) node = { id: `g${i}`, type: 'group', nodes: [node] };
    const result = await createConductor().node.run({ name: 'deep', nodes: [node] });
    expect(result.success).toBe(true);
    expect(result.executedNodes).toHaveLength(1001);
    expect(result.trace.nodes[0]?.childTraces?.[0]?.nodeId).toBe('g998');
  });
});

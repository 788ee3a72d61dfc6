import { describe, expect, it } from 'vitest';
import { asMicros, type TraceEvent, type TraceSink } from '@flowprof/model';
import { Bench, delay, workflow } from '../testing/bench.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { teeSinks } from './tee.ts';

const finished: TraceEvent = { type: 'execution_finished', status: 'completed', at: asMicros(1), error: null };
const warning: TraceEvent = { type: 'warning', code: 'x', example: 'x' };

/** A sink that keeps what it gets. */
class Keeping implements TraceSink {
  readonly batches: (readonly TraceEvent[])[] = [];

  async write(_: string, batch: readonly TraceEvent[]): Promise<void> {
    this.batches.push(batch);
  }
}

function failing(message: string): TraceSink {
  return { write: () => Promise.reject(new Error(message)) };
}

describe('several sinks', () => {
  it('all get every batch', async () => {
    const [a, b] = [new Keeping(), new Keeping()];
    const sink = teeSinks([a, b]);
    await sink.write('run', [warning]);
    await sink.write('run', [finished]);
    expect(a.batches).toEqual([[warning], [finished]]);
    expect(b.batches).toEqual(a.batches);
  });

  it('lose nothing when others fail, and the run warns of what those said', async () => {
    const bench = new Bench();
    const kept = new Keeping();
    const throwing: TraceSink = {
      write: () => {
        throw new Error('thrown at once');
      },
    };
    const sink = teeSinks([failing('down'), kept, throwing], { timers: bench.time.timers });
    const { status, recording } = await bench.run(workflow(delay('a', 5)), { sink });
    expect(status).toBe('completed');
    expect(recording.warnings).toMatchObject([{ code: 'sink_failed', example: 'down; thrown at once' }]);
    expect(kept.batches.flat().map(({ type }) => type)).toContain('execution_finished');
  });

  it('lose nothing when another never answers: it gets nothing more of that run', async () => {
    const time = new VirtualTime();
    const kept = new Keeping();
    let calls = 0;
    const hanging: TraceSink = {
      write: () => {
        calls++;
        return new Promise(() => {});
      },
    };
    const sink = teeSinks([hanging, kept], { timers: time.timers });
    await expect(time.until(sink.write('run', [warning]))).rejects.toThrow('a sink took longer than 20000 ms');
    expect(time.elapsed).toBe(20_000_000);
    await expect(time.until(sink.write('run', [warning]))).rejects.toThrow('a sink took longer');
    await expect(time.until(sink.write('run', [finished]))).rejects.toThrow('a sink took longer');
    expect(time.elapsed).toBe(20_000_000);
    expect(calls).toBe(1);
    expect(kept.batches).toEqual([[warning], [warning], [finished]]);
    await expect(time.until(sink.write('another', [finished]))).rejects.toThrow('a sink took longer');
    expect(calls).toBe(2);
  });

  it('lose nothing in a run that outlives the patience of all', async () => {
    const bench = new Bench();
    const kept = new Keeping();
    const hanging: TraceSink = { write: () => new Promise(() => {}) };
    const sink = teeSinks([hanging, kept], { timers: bench.time.timers });
    const { recording } = await bench.run(workflow(delay('a', 60_000), delay('b', 5, 'a')), { sink });
    expect(recording.warnings).toMatchObject([{ code: 'sink_failed' }]);
    const ended = kept.batches
      .flat()
      .flatMap((event) => (event.type === 'span' && event.span.duration !== null ? [event.span.id] : []));
    expect(new Set(ended).size).toBe(recording.spans.length);
    expect(kept.batches.at(-1)?.at(-1)).toMatchObject({ type: 'execution_finished' });
  });
});

import { describe, expect, test } from 'vitest';
import { buildProfile } from '../analysis/profile.ts';
import { NONE, spanKindAt, spanNameAt, type Trace } from '../trace/trace.ts';
import { toEpochMicros } from '../units.ts';
import { TaskTraceBuilder, type Task, type TaskAttempt } from './tasks.ts';

const T0 = 1_700_000_000_000_000;
const at = (seconds: number) => toEpochMicros(T0 + seconds * 1_000_000);

const time = (seconds: number | null) => (seconds === null ? null : at(seconds));

function attempt(submitted: number | null, started: number | null, ended: number | null): TaskAttempt {
  return { submitted: time(submitted), started: time(started), ended: time(ended), status: 'completed' };
}

function traceOf(...tasks: readonly Partial<Task>[]): Trace {
  const builder = new TaskTraceBuilder({ sourceFormat: 'test', name: 'run' });
  for (const [i, task] of tasks.entries())
    builder.add({ key: `t${i}`, name: `t${i}`, type: 'task', attempts: [], ...task });
  return builder.finish();
}

/** Each span as `kind name start+duration < parent`, in seconds. */
function drawn({ spans }: Trace): string[] {
  return Array.from({ length: spans.length }, (_, row) => {
    const up = spans.parent[row] === NONE ? '' : ` < ${spanNameAt(spans, spans.parent[row])}`;
    return `${spanKindAt(spans, row)} ${spanNameAt(spans, row)} ${spans.start[row] / 1e6}+${spans.duration[row] / 1e6}${up}`;
  });
}

const codes = (trace: Trace) => trace.warnings.map(({ code }) => code);

describe('tasks', () => {
  test('that waited hold their wait and their run', () => {
    const trace = traceOf({ attempts: [attempt(0, 2, 5)] }, { attempts: [attempt(5, 5, 6)], dependsOn: ['t0'] });
    expect(drawn(trace)).toEqual(['node t0 0+5', 'phase queue_wait 0+2 < t0', 'phase execute 2+3 < t0', 'node t1 5+1']);
    expect(buildProfile(trace)).toMatchObject({ makespan_ms: 6000, work_ms: 4000, queue_wait_ms: 2000 });
  });

  test('that were tried again hold their attempts and what lay between', () => {
    const failed: TaskAttempt = { ...attempt(0, 1, 3), status: 'failed', error: { code: 'E', message: 'no' } };
    const trace = traceOf({ attempts: [failed, attempt(4, 4, 6)] });
    expect(drawn(trace)).toEqual([
      'node t0 0+6',
      'attempt attempt 1 0+3 < t0',
      'phase queue_wait 0+1 < attempt 1',
      'phase execute 1+2 < attempt 1',
      'phase retry_backoff 3+1 < t0',
      'attempt attempt 2 4+2 < t0',
    ]);
    expect(buildProfile(trace)).toMatchObject({ work_ms: 4000, retries: [{ attempts: 2, cost_ms: 4000 }] });
  });

  test('in a container stand below its span, and it is no work', () => {
    const trace = traceOf(
      { key: 'g', name: 'g', type: 'group', attempts: [attempt(null, 0, 9)] },
      { parentKey: 'g', attempts: [attempt(null, 1, 2)] },
    );
    expect(drawn(trace)).toEqual(['node g 0+9', 'node t1 1+1 < g']);
    expect(buildProfile(trace)).toMatchObject({ work_ms: 1000, counts: { nodes: 2, leaf_nodes: 1 } });
  });

  test('without proper times are mended, and each mending is told', () => {
    const trace = traceOf(
      { attempts: [attempt(null, 5, 3)] },
      { attempts: [attempt(null, null, null)] },
      { attempts: [attempt(4, 3, 5)] },
      { attempts: [attempt(null, null, 6)] },
      { attempts: [attempt(null, 4, null)] },
      { key: 't0', attempts: [attempt(null, 1, 2)] },
      { attempts: [{ ...attempt(null, 0, null), status: 'running' }, attempt(null, 2, 3)] },
      { attempts: [{ ...attempt(null, 6, null), status: 'running' }] },
    );
    expect(codes(trace).sort()).toEqual([
      'duplicate_task',
      'end_before_start',
      'missing_end',
      'missing_start',
      'missing_time',
      'negative_wait',
      'superseded_attempt',
    ]);
    expect(trace.execution).toMatchObject({ status: 'running', endedAt: null, eventCount: 8 });
    expect(trace.spans.metadata.get(0)).toEqual({ original_duration_us: -2_000_000 });
    expect(trace.nodes.key).toContain('t0#2');
  });
});

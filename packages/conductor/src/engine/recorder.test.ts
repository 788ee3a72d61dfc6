import {
  asMicros,
  NONE,
  OPEN,
  spanIdAt,
  spanNameAt,
  statusOf,
  toEpochMicros,
  TraceAssembler,
  type EpochMicros,
  type Micros,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { draw } from '../testing/draw.ts';
import { lines } from '../testing/bench.ts';
import { VirtualTime } from '../testing/virtual-time.ts';
import { Outbox } from './outbox.ts';
import { Recorder, type InstanceDeclaration } from './recorder.ts';
import { createRedactor } from '../redact.ts';

const START = toEpochMicros(1_700_000_000_000_000);
const RUN = { status: 'completed', endedAt: null, recordedDuration: null, concurrency: 2, error: null } as const;

function ms(value: number): Micros {
  return asMicros(value * 1000);
}

function instance(key: string, over: Partial<InstanceDeclaration> = {}): InstanceDeclaration {
  return { key, name: key, type: 'task', iteration: null, parent: NONE, dependencies: [], weight: 1, ...over };
}

/** A recorder whose clock is set by hand, with what its sink hears. */
class Tape {
  readonly events: TraceEvent[] = [];
  readonly recorder: Recorder;
  readonly #outbox: Outbox;
  readonly #time = new VirtualTime();
  now: EpochMicros = START;

  constructor(earlier: Trace | null = null, spanPrefix = 'aaaaaaaa', at = 0) {
    this.now = toEpochMicros(START + at * 1000);
    const write = async (_: string, batch: readonly TraceEvent[]): Promise<void> => void this.events.push(...batch);
    this.#outbox = new Outbox({ write }, 'e', this.#time.timers, () => {});
    this.recorder = new Recorder({
      keep: (value) => createRedactor([]).keep(value, { left: 0 }),
      traceparent: undefined,
      interruptedAt: earlier === null ? null : asMicros(0),
      name: 'run',
      workflow: 'w',
      rootId: 'w',
      shape: 'workflow',
      clock: { now: () => this.now },
      spanPrefix,
      outbox: this.#outbox,
      startedAt: START,
      earlier,
    });
    this.recorder.begin('e', 2);
  }

  at(value: number): void {
    this.now = toEpochMicros(START + value * 1000);
  }

  trace(): Trace {
    return this.recorder.trace({ id: 'e', attributes: {}, ...RUN }, []);
  }

  async heard(): Promise<TraceEvent[]> {
    await this.#time.until(this.#outbox.flush());
    return this.events;
  }
}

function assemble(...events: readonly TraceEvent[]): Trace {
  const assembler = new TraceAssembler();
  for (const event of events) assembler.apply(event);
  return assembler.finish();
}

/** Each span of a trace by its id, with what must be the same for a sink. */
function spansById({ spans, nodes }: Trace): Map<string, unknown> {
  const idOf = (row: number): string | null => (row === NONE ? null : spanIdAt(spans.ids, row));
  const known = new Map<string, unknown>();
  for (let row = 0; row < spans.length; row++) {
    const node = spans.node[row] ?? NONE;
    known.set(spanIdAt(spans.ids, row), {
      name: spanNameAt(spans, row),
      start: spans.start[row],
      duration: spans.duration[row],
      status: statusOf(spans.status[row] ?? 0),
      parent: idOf(spans.parent[row] ?? NONE),
      node: node === NONE ? null : [nodes.key[node], nodes.iteration[node]],
      metadata: spans.metadata.get(row) ?? null,
    });
  }
  return known;
}

/** Two nested loops: `outer` over 2 items, in each of which `inner` goes over 2 more. */
function declareLoops(recorder: Recorder): number[] {
  const outer = recorder.declare(instance('outer', { type: 'foreach', weight: 0 }));
  const rows: number[] = [];
  for (const item of [0, 1]) {
    const loop = instance('inner', { type: 'foreach', weight: 0, iteration: item, parent: outer });
    const inner = recorder.declare(loop);
    for (const running of [item * 2, item * 2 + 1]) {
      const load = recorder.declare(instance('load', { iteration: running, parent: inner }));
      rows.push(load, recorder.declare(instance('save', { iteration: running, parent: inner, dependencies: [load] })));
    }
  }
  return rows;
}

describe('instances', () => {
  test('rows count from 0, and dependencies may be declared later and share a list with a base', async () => {
    const tape = new Tape();
    const { recorder } = tape;
    expect(recorder.declare(instance('b', { dependencies: [1] }))).toBe(0);
    expect(recorder.declare(instance('a'))).toBe(1);
    const shared = [0];
    recorder.declare(instance('x', { iteration: 0 }));
    recorder.declare(instance('y', { iteration: 0, dependencies: shared, base: 2 }));
    recorder.state(1, 'running', ms(1), null);
    recorder.finish('completed', ms(2), null);
    const { nodes } = tape.trace();
    expect([...nodes.deps]).toEqual([1, 2]);
    expect([...nodes.depOffsets]).toEqual([0, 1, 1, 1, 2]);
    const heard = await tape.heard();
    expect(heard.map((event) => event.type)).toEqual([
      'execution_started',
      'node_declared',
      'node_declared',
      'node_declared',
      'node_declared',
      'node_state',
      'execution_finished',
    ]);
    expect(assemble(...heard).nodes.deps).toEqual(nodes.deps);
  });

  test('a sink knows the nodes of nested loops by what they are in', async () => {
    const tape = new Tape();
    const rows = declareLoops(tape.recorder);
    for (const [i, row] of rows.entries()) {
      const span = tape.recorder.open('node', `n${i}`, ms(i), row, NONE);
      tape.recorder.close(span, ms(i + 1), 'completed');
    }
    tape.recorder.finish('completed', ms(9), null);
    const trace = tape.trace();
    const assembled = assemble(...(await tape.heard()));
    expect(assembled.nodes).toEqual({ ...trace.nodes, status: assembled.nodes.status });
    expect(spansById(assembled)).toEqual(spansById(trace));
    expect(assembled.warnings).toEqual([]);
  });

  test('100,000 instances and containers nested 1,000 deep are recorded, and told, in full', () => {
    const { recorder } = new Tape();
    let parent = NONE;
    for (let depth = 0; depth < 1000; depth++) {
      parent = recorder.declare(instance(`g${depth}`, { parent, type: 'group', weight: 0 }));
    }
    for (let i = 0; i < 100_000; i++) {
      const row = recorder.declare(instance('leaf', { iteration: i, parent }));
      recorder.state(row, 'running', asMicros(i), null);
      recorder.state(row, 'completed', asMicros(i), null);
    }
    const trace = recorder.executionTrace({ executionId: 'e', end: asMicros(100_000), error: null, config: {} });
    let level = trace.nodes;
    for (let depth = 0; depth < 1000; depth++) level = level[0]?.childTraces ?? [];
    expect(level).toHaveLength(100_000);
  });
});

describe('progress', () => {
  test('a level whose nodes are found out as it runs never falls back', () => {
    const { recorder } = new Tape();
    const loop = recorder.declare(instance('each', { type: 'foreach', weight: 0 }));
    const last = recorder.declare(instance('last', { dependencies: [loop], weight: 2 }));
    recorder.state(loop, 'running', ms(0), null);
    for (let i = 0; i < 4; i++) {
      const row = recorder.declare(instance('item', { iteration: i, parent: loop }));
      recorder.state(row, 'running', ms(i), null);
      recorder.progress(row, 50, ms(i), 'half');
      recorder.state(row, 'completed', ms(i + 1), null);
    }
    recorder.state(loop, 'completed', ms(4), null);
    recorder.state(last, 'completed', ms(5), null);
    const trace = recorder.executionTrace({ executionId: 'e', end: ms(5), error: null, config: {} });
    const steps = trace.nodes[0]?.childTraces?.map((child) => child.progress);
    expect(steps).toEqual([100, 100, 100, 100]);
    const seen = (trace.nodes[0]?.events ?? []).flatMap(({ type, data }) =>
      type === 'progress' && typeof data === 'object' && data !== null && 'nodeId' in data ? [data['progress']] : [],
    );
    expect(seen).toEqual([0, 50, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100]);
    expect(trace.events[0]).toMatchObject({
      type: 'started',
      data: { totalNodes: 2, totalWeight: 3, criticalPath: ['each', 'last'] },
    });
    const overall = trace.events.flatMap(({ type, data }) => (type === 'progress' ? [data] : []));
    expect(overall).toMatchObject([{ progress: 0 }, { progress: 33.33 }, { progress: 100 }]);
  });
});

/** A group in which one node had ended and one ran when the process died, at 20 ms. */
function interrupted(): Tape {
  const tape = new Tape();
  const { recorder } = tape;
  const group = recorder.declare(instance('g', { type: 'group', weight: 0 }));
  const done = recorder.declare(instance('done', { parent: group }));
  const cut = recorder.declare(instance('cut', { parent: group, dependencies: [done] }));
  const lost = recorder.declare(instance('lost', { iteration: 3 }));
  const around = recorder.open('node', 'g', ms(0), group, NONE, { kept: 1 });
  recorder.state(group, 'running', ms(0), null);
  const first = recorder.open('node', 'done', ms(0), done, around);
  recorder.close(first, ms(10), 'completed');
  recorder.state(done, 'completed', ms(10), null);
  const second = recorder.open('node', 'cut', ms(10), cut, around);
  recorder.phase('queue_wait', ms(10), ms(12), cut, second, { cause: 'dispatch' });
  recorder.open('phase', 'execute', ms(12), cut, second, { n: 1 });
  recorder.close(recorder.open('node', 'lost', ms(1), lost, NONE), ms(2), 'failed');
  recorder.state(lost, 'failed', ms(2), 'gone');
  recorder.annotate(first, ms(20), 'last', 'log', null);
  return tape;
}

/** Runs the rest from 50 ms on; the nodes come in another order. */
function resumed(earlier: Trace): Tape {
  const tape = new Tape(earlier, 'bbbbbbbb', 50);
  const { recorder } = tape;
  const cut = recorder.declare(instance('new first'));
  const group = recorder.declare(instance('g', { type: 'group', weight: 0 }));
  const done = recorder.declare(instance('done', { parent: group }));
  const again = recorder.declare(instance('cut', { parent: group, dependencies: [done] }));
  expect(recorder.restored(cut)).toBeNull();
  expect(recorder.restored(done)).toEqual({ span: 1 });
  const around = recorder.open('node', 'g', ms(50), group, NONE);
  expect(around).toBe(0);
  const span = recorder.open('node', 'cut', ms(50), again, around);
  tape.at(60);
  recorder.close(span, recorder.now(), 'completed');
  recorder.state(again, 'completed', ms(60), null);
  recorder.close(around, recorder.now(), 'completed', { more: 2 });
  recorder.state(group, 'completed', ms(60), null);
  recorder.finish('completed', ms(60), null);
  return tape;
}

function statusesOf({ nodes }: Trace): Map<string, number | undefined> {
  return new Map(nodes.key.map((key, row) => [key, nodes.status[row]]));
}

describe('going on after an interruption', () => {
  test('the recording begins with the earlier one, whose containers go on and whose rest is cut off', () => {
    const trace = resumed(interrupted().trace()).trace();
    expect(draw(trace)).toBe(
      lines(
        'g 0-60',
        '  done 0-10',
        '    @20 last',
        '  cut 10-20 cancelled',
        '    queue_wait 10-12',
        '    execute 12-20 cancelled',
        '  cut 50-60',
        'lost#3 1-2 failed',
        'interrupted 20-50',
      ),
    );
    const { spans, nodes } = trace;
    expect(nodes.key).toEqual(['new first', 'g', 'done', 'cut', 'lost']);
    expect([...nodes.status].map(statusOf)).toEqual(['pending', 'completed', 'completed', 'completed', 'failed']);
    expect([...nodes.span]).toEqual([NONE, 0, 1, 7, 5]);
    expect([...nodes.parent]).toEqual([NONE, NONE, 1, 1, NONE]);
    expect([...nodes.deps]).toEqual([2]);
    expect([...spans.node]).toEqual([1, 2, 3, 3, 3, 4, NONE, 3]);
    expect(spanIdAt(spans.ids, 5)).toBe('aaaaaaaa00000005');
    expect(spanIdAt(spans.ids, 7)).toBe('bbbbbbbb00000007');
    expect(spans.metadata.get(0)).toEqual({ kept: 1, more: 2 });
    expect(spans.metadata.get(2)).toEqual({ interrupted: true });
    expect(spans.metadata.get(4)).toEqual({ n: 1, interrupted: true });
    expect(trace.execution.startedAt).toBe(START);
  });

  test('a sink that knew the earlier events ends up with the same spans and nodes', async () => {
    const first = interrupted();
    const before = await first.heard();
    const second = resumed(assemble(...before));
    const all = assemble(...before, ...(await second.heard()));
    const trace = second.trace();
    expect(spansById(all)).toEqual(spansById(trace));
    expect(statusesOf(all)).toEqual(statusesOf(trace));
    expect(all.annotations).toEqual(trace.annotations);
  });

  test('a container that does not go on is cut off when the run ends', async () => {
    const tape = new Tape(interrupted().trace(), 'bbbbbbbb', 50);
    expect(tape.trace().spans.duration[0]).toBe(OPEN);
    tape.recorder.finish('failed', ms(50), { code: 'x', message: 'x' });
    const trace = tape.trace();
    expect(trace.spans.duration[0]).toBe(20_000);
    expect(trace.spans.metadata.get(0)).toEqual({ kept: 1, interrupted: true });
    const heard = await tape.heard();
    expect(heard.at(-1)).toMatchObject({ type: 'execution_finished' });
    expect(heard.at(-2)).toMatchObject({ type: 'span', span: { name: 'g', status: 'cancelled' } });
  });

  test('time goes on from the earlier trace at the pace of a clock that is behind it', () => {
    const tape = new Tape(interrupted().trace(), 'bbbbbbbb', 5);
    expect(tape.recorder.now()).toBe(20_000);
    tape.at(70);
    expect(tape.recorder.now()).toBe(85_000);
  });
});

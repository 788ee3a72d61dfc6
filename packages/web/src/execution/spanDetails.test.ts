import { asMicros, NONE, TraceAssembler, type SpanRecord, type Status, type Trace } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { failureOf } from './failure.ts';
import { selfTime, spanDetails, stepOfNode } from './spanDetails.ts';
import { rowOfSpanId } from './spanIds.ts';
import { errorText } from './spanValues.ts';

interface Bar {
  readonly id: string;
  readonly parent?: string;
  readonly kind?: SpanRecord['kind'];
  readonly name?: string;
  readonly node?: string;
  readonly iteration?: number;
  readonly from: number;
  /** Absent while it runs. */
  readonly to?: number;
  readonly status?: Status;
  readonly metadata?: SpanRecord['metadata'];
}

function trace(bars: readonly Bar[], info: Parameters<TraceAssembler['describe']>[0] = {}): Trace {
  const assembler = new TraceAssembler(info);
  for (const bar of bars) {
    assembler.addSpan({
      id: bar.id,
      parentId: bar.parent ?? null,
      kind: bar.kind ?? 'node',
      name: bar.name ?? bar.id,
      nodeKey: bar.node ?? null,
      iteration: bar.iteration ?? null,
      start: asMicros(bar.from),
      duration: bar.to === undefined ? null : asMicros(bar.to - bar.from),
      status: bar.status ?? 'completed',
      track: null,
      metadata: bar.metadata ?? null,
    });
  }
  return assembler.finish();
}

const RUN = trace([
  { id: 'root', from: 0, to: 100 },
  { id: 'a', parent: 'root', node: 'fetch', from: 10, to: 60, metadata: { attempt: 2, url: 'http://x/', error: 'no' } },
  { id: 'a1', parent: 'a', node: 'fetch', kind: 'phase', name: 'request', from: 10, to: 30 },
  { id: 'a2', parent: 'a', node: 'fetch', kind: 'phase', name: 'request', from: 20, to: 40 },
  { id: 'b', parent: 'root', node: 'store', from: 60 },
]);

describe('the details of a span', () => {
  it('are its times, place, metadata and siblings of the same name', () => {
    expect(spanDetails(RUN, 1, 100)).toEqual({
      id: 'a',
      name: 'a',
      label: 'a',
      kind: 'node',
      status: 'completed',
      path: ['root'],
      node: { key: 'fetch', type: 'unknown', iteration: null, row: 0 },
      start: 10,
      duration: 50,
      running: false,
      self: 20,
      attempt: 2,
      error: 'no',
      metadata: [['url', 'http://x/']],
      waits: [],
      annotations: [],
      instances: { count: 1, total: 50, self: 20, average: 50, longest: 50 },
      place: { taskQueue: null, worker: null, buildId: null },
      policy: null,
      attempts: [],
    });
    expect(spanDetails(RUN, 2, 100).instances).toEqual({ count: 2, total: 40, self: 40, average: 20, longest: 20 });
  });

  it('count a running span up to now', () => {
    const details = spanDetails(RUN, 4, 95);
    expect([details.running, details.duration]).toEqual([true, 35]);
  });

  it('count what no child covers, whatever sticks out or overlaps', () => {
    expect(selfTime(RUN.spans, 0, 100)).toBe(10);
    const odd = trace([
      { id: 'p', from: 10, to: 20 },
      { id: 'q', parent: 'p', from: 0, to: 12 },
      { id: 'r', parent: 'p', from: 18, to: 40 },
    ]);
    expect(selfTime(odd.spans, 0, 0)).toBe(6);
  });

  it('have the annotations in the order of time', () => {
    const assembler = new TraceAssembler();
    const span = { parentId: null, kind: 'node', name: 'n', nodeKey: null, iteration: null, track: null } as const;
    assembler.addSpan({
      ...span,
      id: 'n',
      start: asMicros(0),
      duration: asMicros(9),
      status: 'completed',
      metadata: null,
    });
    for (const [time, label] of [
      [5, 'second'],
      [2, 'first'],
    ] as const) {
      assembler.addAnnotation({ spanId: 'n', time: asMicros(time), label, type: 'retry', metadata: null });
    }
    const { annotations } = spanDetails(assembler.finish(), 0, 0);
    expect(annotations.map((a) => a.label)).toEqual(['first', 'second']);
  });
});

describe('span ids', () => {
  it('lead back to their row', () => {
    expect(rowOfSpanId(RUN.spans, 'a2')).toBe(3);
    expect(rowOfSpanId(RUN.spans, 'gone')).toBe(NONE);
    const numbered = { ids: { prefix: '0badcafe', listed: null }, length: 300 };
    expect(rowOfSpanId(numbered, '0badcafe0000012b')).toBe(299);
    for (const id of ['0badcafe0000012c', '0badcafe12b', 'ffffffff0000012b', '']) {
      expect(rowOfSpanId(numbered, id)).toBe(NONE);
    }
  });
});

const step = (id: string, iteration: number | null = null) => ({
  id,
  iteration,
  name: id.toUpperCase(),
  order: 1,
  status: 'completed' as const,
  startedAt: null,
  completedAt: null,
  durationSeconds: null,
  retryCount: 0,
  error: null,
  input: null,
  output: null,
});

describe('steps and their spans', () => {
  it('belong together by the key of the node and its iteration', () => {
    const steps = [step('fetch', 0), step('fetch', 1), step('store')];
    expect(stepOfNode(steps, { key: 'fetch', iteration: 1 })).toBe(steps[1]);
    expect(stepOfNode(steps, { key: 'fetch', iteration: null })).toBeNull();
  });
});

describe('a failure', () => {
  it('is none where the run did not fail', () => {
    expect(failureOf(RUN)).toBeNull();
  });

  it('is at the node that the error names', () => {
    const failed = trace(
      [
        { id: 'a', node: 'a', from: 0, to: 5, status: 'failed' },
        { id: 'b', node: 'b', from: 0, to: 5, status: 'failed' },
      ],
      { status: 'failed', error: { code: 'x', message: 'went wrong', nodeKey: 'b' } },
    );
    expect(failureOf(failed)).toEqual({ row: 1, nodeName: 'b', message: 'went wrong' });
  });

  it('is the item of a loop that failed, of the node that the error names', () => {
    const failed = trace(
      [
        { id: 'a0', name: 'a', node: 'a', iteration: 0, from: 0, to: 5 },
        { id: 'a1', name: 'a', node: 'a', iteration: 1, from: 0, to: 5, status: 'failed' },
      ],
      { status: 'failed', error: { code: 'x', message: 'went wrong', nodeKey: 'a' } },
    );
    expect(failureOf(failed)).toEqual({ row: 1, nodeName: 'a[1]', message: 'went wrong' });
  });

  it("is nobody's where the time of the whole run was over, and shows what ran", () => {
    const late = trace([{ id: 'a', node: 'a', from: 0, to: 5, status: 'timeout' }], {
      status: 'timeout',
      error: { code: 'timeout', message: 'the run took longer than 5 ms' },
    });
    expect(failureOf(late)).toEqual({ row: 0, nodeName: null, message: 'the run took longer than 5 ms' });
  });

  it('is inside the group that failed with it, and says what its span says', () => {
    const failed = trace(
      [
        { id: 'g', node: 'g', from: 0, to: 9, status: 'failed' },
        {
          id: 'in',
          parent: 'g',
          node: 'in',
          from: 1,
          to: 5,
          status: 'timeout',
          metadata: { error: { message: 'late' } },
        },
      ],
      { status: 'failed' },
    );
    expect(failureOf(failed)).toEqual({ row: 1, nodeName: 'in', message: 'late' });
  });

  it('may have no span at all', () => {
    expect(failureOf(trace([], { status: 'failed' }))).toEqual({ row: NONE, nodeName: null, message: null });
  });

  it.each([
    ['text', 'text'],
    [{ message: 'm', code: 'c' }, 'm (c)'],
    [{ message: 'm' }, 'm'],
    [{ other: 1 }, '{"other":1}'],
    [7, null],
    [undefined, null],
  ])('of %j reads %s', (value, text) => {
    expect(errorText(value)).toBe(text);
  });
});

import { array, assert, integer, nat, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { statusCode } from '../trace/status.ts';
import { NONE } from '../trace/trace.ts';
import { CALL, clockOffsets, type CallTree } from './clock-skew.ts';
import { topDown } from './span-order.ts';

interface Span {
  readonly parent?: number;
  readonly start: number;
  readonly duration: number;
  readonly call?: number;
  readonly clock?: number;
  readonly failed?: boolean;
}

function tree(spans: readonly Span[]): CallTree {
  const parent = Int32Array.from(spans, (span) => span.parent ?? NONE);
  return {
    length: spans.length,
    parent,
    order: topDown(parent),
    start: Float64Array.from(spans, ({ start }) => start),
    duration: Float64Array.from(spans, ({ duration }) => duration),
    call: Uint8Array.from(spans, ({ call = CALL.internal }) => call),
    status: Uint8Array.from(spans, ({ failed }) => statusCode(failed === true ? 'failed' : 'completed')),
    clock: Int32Array.from(spans, ({ clock = NONE }) => clock),
  };
}

function offsets(...spans: Span[]): number[] | null {
  const found = clockOffsets(tree(spans));
  return found === null ? null : Array.from(found);
}

const client = { start: 1000, duration: 100, call: CALL.client, clock: 0 };
const server = { parent: 0, start: 1010, duration: 60, call: CALL.server, clock: 1 };

test('what can be right is left alone', () => {
  expect(offsets(client, server)).toBeNull();
  expect(offsets(client, { ...server, start: 1040 })).toBeNull();
});

test('a server that starts before or ends after a call that it fits into is put into its middle', () => {
  expect(offsets(client, { ...server, start: 500 })).toEqual([0, 520]);
  expect(offsets(client, { ...server, start: 1041 })).toEqual([0, -21]);
});

test('of one that takes longer than the call only the start can be wrong', () => {
  expect(offsets(client, { ...server, start: 990, duration: 200 })).toEqual([0, 10]);
  expect(offsets(client, { ...server, start: 1090, duration: 200 })).toBeNull();
  expect(offsets(client, { ...server, start: 990, duration: -1 })).toEqual([0, 10]);
});

test('a caller that failed may have given up before the end', () => {
  expect(offsets({ ...client, failed: true }, { ...server, start: 1090 })).toBeNull();
  expect(offsets({ ...client, failed: true }, { ...server, start: 500 })).toEqual([0, 520]);
});

test('only calls tell, and only between two clocks', () => {
  const early = { ...server, start: 500 };
  expect(offsets({ ...client, call: CALL.producer }, { ...early, call: CALL.consumer })).toBeNull();
  expect(offsets({ ...client, call: CALL.internal }, early)).toBeNull();
  expect(offsets(client, { ...early, call: CALL.internal })).toBeNull();
  expect(offsets(client, { ...early, clock: 0 })).toBeNull();
  expect(offsets(client, { ...early, clock: NONE })).toBeNull();
});

test('what hangs below on the same clock moves along, the rest by its own calls', () => {
  expect(
    offsets(
      client,
      { ...server, start: 500 },
      { parent: 1, start: 510, duration: 20, clock: 1 },
      { parent: 1, start: 510, duration: 40, clock: 1, call: CALL.client },
      { parent: 3, start: 0, duration: 20, clock: 2, call: CALL.server },
      { parent: 3, start: 1040, duration: 20, clock: 0, call: CALL.server },
      { parent: 2, start: 512, duration: 5 },
    ),
  ).toEqual([0, 520, 520, 520, 1040, 0, 520]);
});

test('whatever the clocks say, a called span that fits lies within its call afterwards', () => {
  const call = record({ gap: nat(50), length: nat(100), off: integer({ min: -1e9, max: 1e9 }) });
  assert(
    property(array(call, { minLength: 1, maxLength: 20 }), (calls) => {
      const spans: Span[] = [{ ...client, duration: 100 }];
      for (const [i, { gap, length, off }] of calls.entries()) {
        spans.push({ parent: 2 * i, start: 1000 + off + gap, duration: length, call: CALL.server, clock: i + 1 });
        spans.push({ parent: 2 * i + 1, start: 1000 + off + gap, duration: length, call: CALL.client, clock: i + 1 });
      }
      const made = tree(spans);
      const found = clockOffsets(made) ?? new Float64Array(made.length);
      for (let row = 1; row < made.length; row += 2) {
        const up = made.parent[row];
        const from = made.start[up] + found[up];
        const at = made.start[row] + found[row];
        expect(at).toBeGreaterThanOrEqual(from);
        if (made.duration[row] <= made.duration[up]) {
          expect(at + made.duration[row]).toBeLessThanOrEqual(from + made.duration[up]);
        }
      }
    }),
  );
});

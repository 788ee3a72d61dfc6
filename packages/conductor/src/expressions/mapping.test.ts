import { describe, expect, test } from 'vitest';
import { compileCondition, compileMapping, MappingError } from './mapping.ts';

const delivery = {
  payload: { amount: 12, items: [{ sku: 'a' }, { sku: 'b' }], note: 'x' },
  headers: { 'x-event': 'paid' },
};

function faultsOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof MappingError) return error.faults;
    throw error;
  }
  return [];
}

describe('a mapping', () => {
  test('makes an input of what is delivered', () => {
    const mapping = compileMapping({
      amount: '${payload.amount}',
      skus: '${payload.items.map(i, i.sku)}',
      event: 'event ${headers["x-event"]}',
      absent: '${has(payload.more) ? payload.more : ""}',
      fixed: [1, { deep: '${payload}' }],
    });
    expect(mapping.evaluate(delivery)).toEqual({
      amount: 12,
      skus: ['a', 'b'],
      event: 'event paid',
      absent: '',
      fixed: [1, { deep: delivery.payload }],
    });
  });

  test('says of each fault where it stands', () => {
    const faults = faultsOf(() => compileMapping({ a: 'x\n ${payload.}', b: ['${input.n}'], c: '${nodes}' }));
    expect(faults).toMatchObject([
      { pointer: '/a', line: 2 },
      {
        pointer: '/b/0',
        line: 1,
        column: 3,
        message: expect.stringContaining('expressions can read payload, headers'),
      },
      { pointer: '/c', line: 1, column: 3 },
    ]);
  });

  test('says which expression failed', () => {
    const mapping = compileMapping({ fine: '${payload.amount}', 'a/b': 'n:\n${payload.absent.more}' });
    expect(faultsOf(() => mapping.evaluate(delivery))).toMatchObject([{ pointer: '/a~1b', line: 2, column: 3 }]);
  });

  test('is bounded', () => {
    const payload = Array.from({ length: 9000 }, (_, i) => i);
    const mapping = compileMapping({ sum: '${payload.map(a, payload.filter(b, b > a).size())}' });
    expect(faultsOf(() => mapping.evaluate({ payload, headers: {} }))).toMatchObject([{ pointer: '/sum' }]);
  });
});

describe('a condition', () => {
  test('is evaluated, and its faults are told', () => {
    expect(compileCondition('payload.amount > 10').evaluate(delivery)).toBe(true);
    expect(compileCondition('headers["x-event"] == "refund"').evaluate(delivery)).toBe(false);
    expect(faultsOf(() => compileCondition('payload.amount >'))).toMatchObject([{ pointer: '', line: 1 }]);
    expect(faultsOf(() => compileCondition('payload.absent > 1').evaluate(delivery))).toMatchObject([
      { pointer: '', line: 1, column: 1 },
    ]);
  });
});

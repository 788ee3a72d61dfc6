import type { JsonObject } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { removeNodes } from '../editor/operations.ts';
import { predictableChanges } from './structure.ts';

const delay = (id: string, ...dependsOn: string[]): JsonObject => ({ id, type: 'delay', with: { ms: 5 }, dependsOn });
const file = (nodes: JsonObject[], more: JsonObject = {}): JsonObject => ({ name: 'w', nodes, ...more });
const CHAIN = file([delay('a'), delay('b', 'a'), delay('c', 'b')]);

const loop = (concurrency: number): JsonObject => ({ id: 'l', type: 'foreach', with: { items: [], concurrency } });

describe('what of an edit can be predicted', () => {
  it('nothing of none', () => {
    expect(predictableChanges(CHAIN, CHAIN)).toEqual({ changes: [], left: [] });
  });

  it('dependencies that are dropped and added', () => {
    const { changes } = predictableChanges(CHAIN, file([delay('a'), delay('b'), delay('c', 'b', 'a')]));
    expect(changes).toEqual([
      { kind: 'drop_dependency', node: 'b', on: 'a' },
      { kind: 'add_dependency', node: 'c', on: 'a' },
    ]);
  });

  it('a removal as the editor makes it is a removal', () => {
    const { file: after } = removeNodes(CHAIN, [], ['/nodes/1']);
    expect(predictableChanges(CHAIN, after)).toEqual({ changes: [{ kind: 'remove', node: 'b' }], left: [] });
  });

  it('a removal after which nothing joins the ends drops what it would join', () => {
    const { changes } = predictableChanges(CHAIN, file([delay('a'), delay('c')]));
    expect(changes).toEqual([
      { kind: 'drop_dependency', node: 'c', on: 'b' },
      { kind: 'remove', node: 'b' },
    ]);
  });

  it('a group goes as one', () => {
    const before = file([{ id: 'g', type: 'group', nodes: [delay('x'), delay('y', 'x')] }, delay('z')]);
    expect(predictableChanges(before, file([delay('z')])).changes).toEqual([{ kind: 'remove', node: 'g' }]);
  });

  it('limits, turns of loops, times of waits, and retries that are gone', () => {
    const before = file([loop(2), { ...delay('a'), retry: { policy: 'fixed' } }], {
      pools: { db: { concurrency: 2 } },
      rateLimits: { api: { perSecond: 5 } },
    });
    const after = file([loop(4), { ...delay('a'), with: { ms: 9 } }], {
      concurrency: 8,
      pools: { db: { concurrency: 3 } },
      rateLimits: { api: { perSecond: 5, burst: 2 } },
      typeConcurrency: { http: 1 },
    });
    expect(predictableChanges(before, after)).toEqual({
      changes: [
        { kind: 'limit', limit: 'loop', name: 'l', value: 4 },
        { kind: 'duration', node: 'a', duration_ms: 9 },
        { kind: 'no_retries', node: 'a' },
        { kind: 'limit', limit: 'concurrency', value: 8 },
        { kind: 'limit', limit: 'pool', name: 'db', value: 3 },
        { kind: 'limit', limit: 'type', name: 'http', value: 1 },
        { kind: 'limit', limit: 'rate_limit', name: 'api', value: 5, burst: 2 },
      ],
      left: [],
    });
  });

  it('and says what cannot', () => {
    const after = file([{ ...delay('a'), when: 'false' }, delay('b', 'a'), delay('c', 'b'), delay('d')]);
    expect(predictableChanges(CHAIN, after)).toEqual({
      changes: [],
      left: ['when of a is another one', 'd is new: no run tells how long it takes'],
    });
  });
});

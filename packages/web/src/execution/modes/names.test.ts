import type { MergedName } from '@flowprof/model';
import { describe, expect, test } from 'vitest';
import { sortedNames } from './names.ts';

const name = (of: string, total: number, self: number, count: number, nodeKey: string | null = null): MergedName => ({
  name: of,
  nodeKey,
  total,
  self,
  count,
});

const NAMES = [name('fetch', 90, 10, 3, 'http_1'), name('parse', 50, 50, 9), name('audit', 50, 20, 1)];
const order = (...how: [string, Parameters<typeof sortedNames>[2], boolean]) =>
  sortedNames(NAMES, ...how).map((row) => row.name);

describe('the names of a run', () => {
  test('stand by their times, largest first, and what is as large by name', () => {
    expect(order('', 'self', false)).toEqual(['parse', 'audit', 'fetch']);
    expect(order('', 'total', false)).toEqual(['fetch', 'audit', 'parse']);
    expect(order('', 'count', true)).toEqual(['audit', 'fetch', 'parse']);
    expect(order('', 'name', false)).toEqual(['audit', 'fetch', 'parse']);
  });

  test('are found by a part of them, or of their node', () => {
    expect(order('HTTP', 'self', false)).toEqual(['fetch']);
    expect(order('A', 'name', false)).toEqual(['audit', 'parse']);
    expect(order('nothing of that', 'name', false)).toEqual([]);
  });
});

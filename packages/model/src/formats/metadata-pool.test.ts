import { expect, test } from 'vitest';
import { MetadataPool } from './metadata-pool.ts';

test('what is kept as text comes back as it was, like what is kept as objects', () => {
  const pool = new MetadataPool(2);
  const rows = [0, 5, 3000, 7, 6];
  for (const row of rows) pool.set(row, { row, text: 'ü', nested: { list: [1, null] } });
  pool.set(7, { row: 'again' });
  expect(pool.size).toBe(5);
  expect([...pool.keys()].toSorted((a, b) => a - b)).toEqual([0, 5, 6, 7, 3000]);
  expect(pool.get(3000)).toEqual({ row: 3000, text: 'ü', nested: { list: [1, null] } });
  expect(pool.get(7)).toEqual({ row: 'again' });
  expect([pool.get(1), pool.has(1), pool.has(6), pool.get(1e6)]).toEqual([undefined, false, true, undefined]);
  const seen = new Map<number, unknown>();
  pool.forEach((value, row) => seen.set(row, value));
  expect(seen).toEqual(new Map(pool));
});

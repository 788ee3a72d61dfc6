import { expect, test } from 'vitest';
import { storageOr } from './storage.ts';

const FORBIDDEN = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

test.each([
  ['whose name throws', FORBIDDEN],
  [
    'that throws when it is read',
    () => ({ getItem: FORBIDDEN, setItem: FORBIDDEN, removeItem: FORBIDDEN, key: FORBIDDEN, length: 0 }),
  ],
])('a storage %s is replaced by one that lasts as long as the page', (_, open) => {
  const kept = storageOr(open);
  expect(kept.getItem('a')).toBeNull();
  kept.setItem('a', '1');
  kept.setItem('__proto__', '2');
  expect([kept.getItem('a'), kept.getItem('__proto__'), kept.length, kept.key(0), kept.key(9)]).toEqual([
    '1',
    '2',
    2,
    'a',
    null,
  ]);
  kept.removeItem('a');
  expect(kept.getItem('a')).toBeNull();
});

test('a storage that works is used as it is', () => {
  const works = {
    getItem: () => null,
    setItem: () => undefined,
    removeItem: () => undefined,
    key: () => null,
    length: 0,
  };
  expect(storageOr(() => works)).toBe(works);
});

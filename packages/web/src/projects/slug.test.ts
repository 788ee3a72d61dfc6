import { expect, it } from 'vitest';
import { slugOf } from './slug.ts';

it.each([
  ['Orders', 'orders'],
  ['  Käufe & Zahlungen (neu) ', 'kaufe-zahlungen-neu'],
  ['日本', ''],
  ['a'.repeat(80), 'a'.repeat(60)],
])('%s has the slug "%s"', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

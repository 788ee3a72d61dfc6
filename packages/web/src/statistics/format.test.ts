import { describe, expect, it } from 'vitest';
import { formatRate } from './format.ts';

describe('a success rate', () => {
  it.each([
    [null, '–'],
    [0, '0%'],
    [100, '100%'],
    [99.99, '99.9%'],
    [66.666, '66.7%'],
  ])('of %s is %s', (percent, text) => {
    expect(formatRate(percent)).toBe(text);
  });
});

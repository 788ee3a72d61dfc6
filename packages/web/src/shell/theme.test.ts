import { describe, expect, it } from 'vitest';
import { isThemeChoice, resolveTheme } from './theme.ts';

describe('the theme', () => {
  it('is the chosen one, or the device’s', () => {
    expect([resolveTheme('light', true), resolveTheme('dark', false)]).toEqual(['light', 'dark']);
    expect([resolveTheme('system', true), resolveTheme('system', false)]).toEqual(['dark', 'light']);
  });

  it.each([
    ['dark', true],
    ['system', true],
    ['sepia', false],
    ['', false],
    [null, false],
  ])('takes %j from storage: %s', (text, taken) => {
    expect(isThemeChoice(text)).toBe(taken);
  });
});

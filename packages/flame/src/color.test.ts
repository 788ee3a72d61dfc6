import { describe, expect, it } from 'vitest';
import { colorOf, contrast, hashOf, oklch, PALETTE_SIZE } from './color.ts';
import { DARK, LIGHT, type Theme } from './theme.ts';

describe('colours', () => {
  it('gives a key the same colour for ever', () => {
    expect(hashOf('charge_card')).toBe(hashOf('charge_card'));
    expect(['http_1', 'http_2', 'charge_card', ''].map(colorOf)).toMatchInlineSnapshot(`
      [
        29,
        16,
        62,
        14,
      ]
    `);
  });

  it('spreads keys over the whole palette', () => {
    const used = new Set(Array.from({ length: 2000 }, (_, i) => colorOf(`node_${i}`)));
    expect(used.size).toBe(PALETTE_SIZE);
  });

  it('turns OKLCH into sRGB', () => {
    expect(oklch(1, 0, 0)).toBe('#ffffff');
    expect(oklch(0, 0, 0)).toBe('#000000');
    expect(oklch(0.62796, 0.25768, 29.234)).toBe('#ff0000');
  });

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it.each([LIGHT, DARK])('keeps labels readable on every bar in $name', (theme: Theme) => {
    const { slower, faster, same, added, removed } = theme.difference;
    const compared = [...slower, ...faster, same, added, removed];
    const { palette, system, wait, sleep, connect, unaccounted, failed, timeout, cancelled } = theme;
    for (const ink of [
      ...palette.flat(),
      system,
      wait,
      sleep,
      connect,
      unaccounted,
      failed,
      timeout,
      cancelled,
      ...compared,
    ]) {
      expect(contrast(ink.fill, ink.text)).toBeGreaterThanOrEqual(4.5);
    }
    for (const text of [theme.text, theme.mutedText, theme.axisText]) {
      expect(contrast(text, theme.background)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each([LIGHT, DARK])('sets the critical path and the selection apart from every bar in $name', (theme: Theme) => {
    for (const ink of theme.palette.flat()) expect(contrast(ink.fill, theme.critical)).toBeGreaterThanOrEqual(3);
    expect(contrast(theme.selection, theme.background)).toBeGreaterThanOrEqual(3);
  });
});

import { describe, expect, it } from 'vitest';
import { isPaletteKey } from '../shell/commands.ts';
import { matchStepOf, pageKeyOf } from './pageKeys.ts';

type Press = Parameters<typeof pageKeyOf>[0];
const press = (key: string, code: string, more: Partial<Press> = {}): Press => {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more };
};

describe('the keys of the page', () => {
  it('take a slash wherever a layout has it', () => {
    expect(pageKeyOf(press('/', 'Slash'))).toBe('search');
    expect(pageKeyOf(press('/', 'Period', { shiftKey: true }))).toBe('search');
    expect(pageKeyOf(press('!', 'Slash'))).toBeNull();
  });

  it('take Ctrl+F and Cmd+F as the browser does, also on a layout without Latin letters', () => {
    expect(pageKeyOf(press('f', 'KeyF', { ctrlKey: true }))).toBe('search');
    expect(pageKeyOf(press('а', 'KeyF', { metaKey: true }))).toBe('search');
    expect(pageKeyOf(press('u', 'KeyF', { ctrlKey: true })), 'Dvorak').toBeNull();
    expect(pageKeyOf(press('f', 'KeyF', { ctrlKey: true, shiftKey: true }))).toBeNull();
  });

  it('open the palette with Ctrl+Shift+P', () => {
    const both = { ctrlKey: true, shiftKey: true };
    expect(isPaletteKey(press('P', 'KeyP', both))).toBe(true);
    expect(isPaletteKey(press('P', 'KeyR', both)), 'Dvorak').toBe(true);
    expect(isPaletteKey(press('з', 'KeyP', both))).toBe(true);
    expect(isPaletteKey(press('p', 'KeyP', { ctrlKey: true }))).toBe(false);
    expect(isPaletteKey(press('P', 'KeyP', { ...both, altKey: true }))).toBe(false);
  });

  it('step through the matches', () => {
    expect(matchStepOf({ key: 'Enter', shiftKey: false })).toBe(1);
    expect(matchStepOf({ key: 'Enter', shiftKey: true })).toBe(-1);
    expect(matchStepOf({ key: 'x', shiftKey: false })).toBeNull();
  });
});

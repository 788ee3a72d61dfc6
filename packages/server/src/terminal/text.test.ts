import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { terminalOf } from './terminal.ts';
import { harmless, padEnd, padStart, truncate, widthOf, wrap } from './text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });

test('a harmless text is one line without control, format or lone surrogate characters, and ASCII where it must be', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(harmless(text, true)).not.toMatch(/(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/u);
      expect(harmless(text, false)).toMatch(/^[\u0020-\u007e]*$/u);
    }),
  );
  expect(harmless('a\nb\tc', true)).toBe('a b c');
  expect(harmless('\u001b[31m\u009b\u202e\u{e0001}', true)).toBe('\\x1b[31m\\x9b\\u202e\\u{e0001}');
  expect(harmless('👩‍👩‍👧', true)).toBe('👩‍👩‍👧');
});

test('a text that is cut is never wider than asked for, and one that fits stays', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 0, max: 40 }), (raw, width) => {
      const text = harmless(raw, true);
      const cut = truncate(text, width, '…');
      expect(widthOf(cut)).toBeLessThanOrEqual(width);
      if (widthOf(text) <= width) expect(cut).toBe(text);
      expect(widthOf(padEnd(cut, width))).toBe(width);
      expect(widthOf(padStart(cut, width))).toBe(width);
    }),
  );
  expect(truncate('目录服务', 5, '…')).toBe('目录…');
});

test('wrapped lines are no wider than asked for and lose no word', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 20 }), (words) => {
      const lines = wrap(words.join(' '), 12);
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(12);
      expect(lines.join(' ')).toBe(words.join(' '));
    }),
  );
});

describe('terminal', () => {
  const tty = { isTTY: true, columns: 120 };
  test.each([
    ['a terminal', tty, {}, { colour: true, interactive: true, columns: 120, unicode: true }],
    ['a pipe', {}, {}, { colour: false, interactive: false, columns: 80 }],
    ['NO_COLOR', tty, { NO_COLOR: '1', FORCE_COLOR: '1' }, { colour: false }],
    ['an empty NO_COLOR', tty, { NO_COLOR: '' }, { colour: true }],
    ['FORCE_COLOR', {}, { FORCE_COLOR: '1' }, { colour: true, interactive: false }],
    ['FORCE_COLOR=0', tty, { FORCE_COLOR: '0' }, { colour: false }],
    ['CI', {}, { CI: 'true' }, { colour: false }],
    ['a dumb terminal', tty, { TERM: 'dumb' }, { colour: false, interactive: false }],
    ['COLUMNS', {}, { COLUMNS: '132' }, { columns: 132 }],
    ['nonsense in COLUMNS', {}, { COLUMNS: 'wide' }, { columns: 80 }],
    ['very narrow', { isTTY: true, columns: 3 }, {}, { columns: 60, interactive: false }],
    ['a UTF-8 locale', tty, { LANG: 'de_DE.UTF-8' }, { unicode: true }],
    ['another locale', tty, { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, { unicode: false }],
    ["Linux's console", tty, { TERM: 'linux' }, { unicode: false }],
  ])('%s', (_, stream, env, expected) => {
    expect(terminalOf(stream, env)).toMatchObject(expected);
  });
});

import type { JsonValue } from '@flowprof/model';
import { expect, test } from 'vitest';

import { outputLines } from './output.ts';
import { styleOf } from './style.ts';
import { widthOf } from './text.ts';

const style = styleOf({ columns: 40, colour: false, unicode: true, interactive: false });

test.each<[string, JsonValue, string[]]>([
  ['nothing', null, []],
  ['an empty object', {}, []],
  ['a number', 42, ['Output', '  42']],
  ['a list', ['a', 1], ['Output', '  ["a",1]']],
  [
    'an object, by its fields',
    { loaded: 7, rejected: [{ id: 'x' }], note: 'line\nline \u001b[2J' },
    ['Output', '  loaded    7', '  rejected  [{"id":"x"}]', '  note      "line\\nline \\u001b[2J"'],
  ],
])('the output of a run: %s', (_, output, lines) => {
  expect(outputLines(output, style)).toEqual(lines);
});

test('a large output takes few lines, none wider than the terminal', () => {
  const fields: Record<string, JsonValue> = {};
  for (let i = 0; i < 30; i++) fields[`${'k'.repeat(30)}${i}`] = 'y'.repeat(5000);
  const lines = outputLines(fields, style);
  expect(lines).toHaveLength(14);
  expect(lines.at(-1)).toBe('  … and 18 more');
  expect(Math.max(...lines.map(widthOf))).toBe(40);
});

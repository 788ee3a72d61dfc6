import { TRACE_FORMATS } from '@flowprof/model';
import { expect, test } from 'vitest';
import { EXPORT_CHOICES, fileNameIn } from './exports.ts';

test('every format that is written can be chosen, and no other', () => {
  const written = TRACE_FORMATS.filter(({ write }) => write !== undefined).map(({ name }) => name);
  expect(EXPORT_CHOICES.map(({ format }) => format).sort()).toEqual([...written, 'html'].sort());
});

test.each([
  ['attachment; filename="run-1.html"', 'run-1.html'],
  ['attachment; filename="../run"', 'x'],
  [null, 'x'],
])('the name in %j', (disposition, name) => {
  expect(fileNameIn(disposition, 'x')).toBe(name);
});

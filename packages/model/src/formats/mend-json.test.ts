import { expect, test } from 'vitest';
import { only } from '../../testing/at.ts';
import { spanNameAt, type Trace } from '../trace/trace.ts';
import { utf8 } from './web.ts';
import { mendJson } from './mend-json.ts';
import { readChrome } from './chrome/reader.ts';

function read(text: string): Trace {
  return only(readChrome(utf8(text)));
}

test.each<[string, string, number]>([
  ['[NaN, -Infinity,Infinity]', '[null, null,null]', 3],
  ['["NaN","a\\"NaN\\\\",NaN]', '["NaN","a\\"NaN\\\\",null]', 1],
  ['["a\tb\n"]', '["a\\u0009b\\u000a"]', 2],
  ['[ "a",\n\t1 ]', '[ "a",\n\t1 ]', 0],
  ['["NaN', '["null', 1],
])('mends %j', (text, mended, count) => {
  expect(mendJson(text)).toMatchObject({ text: mended, count });
});

test('a string of a million escapes is no strain', () => {
  expect(mendJson(`["${'\\n'.repeat(1e6)}",NaN]`).count).toBe(1);
});

test('numbers that JSON lacks are read as unknown, in either form, and counted', () => {
  const events = `{"ph":"X","name":"a","ts":1,"dur":2,"args":{"occupancy":NaN}},{"ph":"X","name":"b\tc","ts":4,"dur":NaN}`;
  for (const text of [`[${events}]`, `{"x":1,"traceEvents":[${events}],"traceName":"run.json"}`]) {
    const trace = read(text);
    expect(Array.from(trace.spans.duration)).toEqual([2, 0]);
    expect([spanNameAt(trace.spans, 1), trace.spans.metadata.get(0)]).toEqual(['b\tc', { args: { occupancy: null } }]);
    expect(trace.warnings.find(({ code }) => code === 'invalid_json')).toEqual({
      code: 'invalid_json',
      count: 3,
      example: 'NaN became null',
    });
  }
});

test('what stands behind the events is read too, and missed where it ends in the middle', () => {
  const text = '{"traceEvents":[{"ph":"X","name":"a","ts":1,"dur":NaN}],"traceName":"run.json","x":{"y":2}}';
  expect(read(text).execution).toMatchObject({ name: 'run', attributes: { traceName: 'run.json', x: { y: 2 } } });
  expect(read(text).warnings.map(({ code }) => code)).toEqual(['missing_duration', 'invalid_json']);
  expect(read(text.slice(0, -1)).warnings.map(({ code }) => code)).toContain('truncated_file');
});

test('what cannot be mended is refused with its place', () => {
  expect(() => read('[{"ph":"X","ts":NaN},\n{"ph":"X","ts":nan}]')).toThrowError(
    expect.objectContaining({ code: 'malformed', message: 'an event is not valid JSON at line 2, byte 22' }),
  );
});

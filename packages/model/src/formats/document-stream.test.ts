import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { DocumentStream } from './document-stream.ts';
import { utf8 } from './web.ts';

function read(text: string, sizes: readonly number[] = []) {
  const documents: JsonValue[] = [];
  const stream = new DocumentStream((document) => documents.push(document), ['data']);
  const bytes = utf8(text);
  let at = 0;
  for (const size of sizes) {
    stream.push(bytes.subarray(at, at + size));
    at += size;
  }
  if (at < bytes.length) stream.push(bytes.subarray(at));
  return { documents, broken: stream.finish() };
}

test('however a file is divided, the documents are the same', () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(objects, fc.boolean(), fc.array(fc.nat(9), { maxLength: 60 }), (values, isLines, sizes) => {
      const text = isLines
        ? values.map((value) => JSON.stringify(value)).join('\r\n')
        : JSON.stringify(values, null, 1);
      const expected: JsonValue = JSON.parse(JSON.stringify(isLines ? values : [values]));
      const { documents, broken } = read(text, sizes);
      expect(documents).toEqual(expected);
      expect(broken.count).toBe(0);
    }),
  );
});

test('lines that are no JSON are counted, with the first of them', () => {
  expect(read('{"a":1}\n\n{"b"\n{"c":2}\n{"d').broken).toEqual({ count: 2, first: 3 });
});

test('a document that is none is refused', () => {
  expect(() => read('{"data": [1, 2')).toThrowError('not valid JSON');
});

test('a large document is taken apart', () => {
  const item = { text: 'x'.repeat(1_000_000) };
  const { documents } = read(JSON.stringify({ data: Array.from({ length: 70 }, () => item) }));
  expect(documents).toHaveLength(70);
  expect(documents[69]).toEqual(item);
});

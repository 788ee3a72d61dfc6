import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSame, parseJson, pathOf, pointerOf, valueAt, withValue } from './json.ts';
import { inOrder, offsetOf, placeOf, readText, writeText } from './jsonText.ts';

function accepts(text: string): boolean {
  return 'file' in readText(text);
}

describe('the text of a workflow file', () => {
  it('is read with the place of each value', () => {
    const text = '{\n  "name": "x",\n  "nodes": [\n    { "id": "a~/b", "with": {} }\n  ]\n}';
    const read = readText(text);
    if (!('places' in read)) throw new Error(read.fault.message);
    expect(text.slice(offsetOf(read.places, '/nodes/0/id')).startsWith('"a~/b"')).toBe(true);
    expect(placeOf(text, offsetOf(read.places, '/nodes/0/with/url'))).toEqual({ line: 4, column: 29 });
    expect(offsetOf(read.places, '/missing')).toBe(0);
  });

  it.each([
    ['{ "a": 1, }', 10, 'comma too many'],
    ['{ "a": 1 "b": 2 }', 9, 'a comma or }'],
    ['{ "a": 1, "a": 2 }', 10, 'stands twice'],
    ['{ a: 1 }', 2, 'double quotes'],
    ['{ "a" 1 }', 6, 'a colon'],
    ['{ "a": [1, 2 }', 13, 'a comma or ]'],
    ['{ "a": nul }', 7, 'a value'],
    ['{ "a": "x', 7, 'no end'],
    ['{} x', 3, 'follow'],
    ['', 0, 'too early'],
    ['[1]', 0, 'one object'],
    ['['.repeat(100), 64, 'deeper'],
  ])('%j is refused with its place', (text, offset, words) => {
    const read = readText(text);
    expect('fault' in read && read.fault).toMatchObject({ offset, message: expect.stringContaining(words) });
  });

  it('is read exactly where the browser reads it', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({
        unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', '-', '.', 'e', ' ', 'true'),
      }),
    );
    fc.assert(
      fc.property(text, (inner) => {
        const whole = `{"v":${inner}}`;
        let expected = true;
        try {
          JSON.parse(whole);
        } catch {
          expected = false;
        }
        const read = readText(whole);
        if ('fault' in read && read.fault.message.includes('twice')) return;
        expect(accepts(whole)).toBe(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('is written so that it reads the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (file) => {
        const json = parseJson(JSON.stringify(file));
        const read = readText(writeText({ file: json }));
        expect('file' in read && isSame(read.file['file'], json)).toBe(true);
      }),
    );
  });

  it('has its fields in the order that people write them in, and loses none', () => {
    const file = { nodes: [{ type: 'group', x: 1, nodes: [{ with: {}, id: 'b' }], id: 'a' }], z: 1, name: 'n' };
    expect(JSON.stringify(inOrder(file))).toBe(
      '{"name":"n","nodes":[{"id":"a","type":"group","nodes":[{"id":"b","with":{}}],"x":1}],"z":1}',
    );
    expect(isSame(inOrder(file), file)).toBe(true);
  });
});

describe('pointers', () => {
  it('lead back to the path', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.nat(1000),
            fc.string().filter((key) => !/^\d+$/.test(key)),
          ),
        ),
        (path) => {
          expect(pathOf(pointerOf(path))).toEqual(path);
        },
      ),
    );
  });

  it('lead to what was set there, and unsetting it gives the document back', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), fc.string(), (document, key) => {
        const made = withValue(document, [key, 'list', 0, 'x'], 5);
        expect(valueAt(made, [key, 'list', 0, 'x'])).toBe(5);
        if (Object.hasOwn(document, key)) return;
        expect(withValue(made, [key], undefined)).toEqual(document);
      }),
    );
  });
});

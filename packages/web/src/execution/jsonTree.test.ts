import { describe, expect, it } from 'vitest';
import { jsonLines, searchJson } from './jsonTree.ts';

const NONE: ReadonlySet<string> = new Set();
const DOCUMENT = {
  name: 'run',
  spans: [
    { id: 'a/b', ms: 12 },
    { id: 'c', ms: null },
  ],
  empty: {},
};

const shown = (toggled: ReadonlySet<string>, text = '') =>
  jsonLines(DOCUMENT, toggled, searchJson(DOCUMENT, text)).map(({ path, text: value }) => `${path} ${value}`);

describe('a folded JSON document', () => {
  it('opens with its first level', () => {
    expect(shown(NONE)).toEqual([' 3 fields', '/name "run"', '/spans 2 items', '/empty 0 fields']);
  });

  it('opens and closes what is pressed', () => {
    expect(shown(new Set(['/spans', '/spans/1']))).toEqual([
      ' 3 fields',
      '/name "run"',
      '/spans 2 items',
      '/spans/0 2 fields',
      '/spans/1 2 fields',
      '/spans/1/id "c"',
      '/spans/1/ms null',
      '/empty 0 fields',
    ]);
    expect(shown(new Set(['']))).toEqual([' 3 fields']);
  });

  it('shows of a search what was found, with all that it is in', () => {
    expect(shown(NONE, 'A/b')).toEqual([' 3 fields', '/spans 2 items', '/spans/0 2 fields', '/spans/0/id "a/b"']);
    expect(searchJson(DOCUMENT, 'ms')?.found).toEqual(new Set(['/spans/0/ms', '/spans/1/ms']));
    expect(shown(NONE, 'nowhere')).toEqual([' 3 fields']);
  });

  it('tells fields apart whatever they are called', () => {
    const odd = { 'a/b': 1, 'a~1b': 2, a: { b: 3 } };
    const paths = jsonLines(odd, new Set(['/a']), null).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('cuts long texts and long lists, and stands deep ones', () => {
    const long = { text: 'x'.repeat(1000), list: Array.from({ length: 1500 }, (_, at) => at) };
    const lines = jsonLines(long, new Set(['/list']), null);
    expect(lines).toHaveLength(1004);
    expect(lines.at(-1)).toMatchObject({ kind: 'more', text: '500 more, in the file' });
    expect(lines[1]?.text).toHaveLength(300 + '… 702 more'.length);
    let deep: unknown = 'end';
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(jsonLines(deep, NONE, null)).toHaveLength(2);
  });
});

import { isJsonObject, type JsonObject } from '@flowprof/model';
import { describe, expect, it } from 'vitest';
import { parseJson } from './json.ts';
import { checkFile, joinProblems } from './checks.ts';
import { findDraft, keepDraft, dropDraft } from './draft.ts';

function codes(nodes: unknown, more: JsonObject = {}): string[] {
  const file = parseJson(JSON.stringify({ name: 'w', nodes, ...more }));
  return checkFile(isJsonObject(file) ? file : {}, ['delay', 'group', 'switch']).map(
    ({ code, pointer }) => `${code} ${pointer}`,
  );
}

const delay = (id: string, ...dependsOn: string[]) => ({ id, type: 'delay', dependsOn });

describe('what is wrong with a file at once', () => {
  it.each([
    ['an id twice', [delay('a'), delay('a')], ['duplicate_id /nodes/1/id']],
    ['a bad id', [delay('1')], ['invalid_value /nodes/0/id']],
    ['no id', [{ type: 'delay' }], ['missing_field /nodes/0/id']],
    ['an unknown type', [{ id: 'a', type: 'dealy' }], ['unknown_node_type /nodes/0/type']],
    ['an unknown dependency', [delay('a', 'b')], ['unknown_dependency /nodes/0/dependsOn/0']],
    ['a circle', [delay('a', 'c'), delay('b', 'a'), delay('c', 'b')], ['dependency_cycle /nodes/0/dependsOn']],
    ['itself', [delay('a', 'a')], ['dependency_cycle /nodes/0/dependsOn']],
    ['an empty group', [{ id: 'g', type: 'group', nodes: [] }], ['missing_field /nodes/0']],
    [
      'a node of another group',
      [{ id: 'g', type: 'group', nodes: [delay('x', 'b')] }, delay('b')],
      ['unknown_dependency /nodes/0/nodes/0/dependsOn/0'],
    ],
    [
      'a case that is not there',
      [
        { id: 's', type: 'switch', with: { cases: [{ name: 'yes', when: 'true' }] } },
        delay('b', 's.no'),
        delay('c', 'b.x'),
      ],
      ['unknown_dependency /nodes/1/dependsOn/0', 'unknown_dependency /nodes/2/dependsOn/0'],
    ],
    ['nothing', [delay('a'), delay('b', 'a'), delay('c', 'a', 'b')], []],
    ['no nodes', [], ['no_nodes /nodes']],
    ['no list', 5, ['missing_field /nodes']],
  ])('%s', (_, nodes, expected) => {
    expect(codes(nodes)).toEqual(expected);
  });

  it('also in the workflows inside it', () => {
    expect(codes([delay('a')], { workflows: { inner: { name: 'i', nodes: [delay('a', 'x')] } } })).toEqual([
      'unknown_dependency /workflows/inner/nodes/0/dependsOn/0',
    ]);
  });

  it('is told once where the server says it as well', () => {
    const at = { message: '', place: null };
    const own = [
      { ...at, code: 'duplicate_id', pointer: '/nodes/1/id' },
      { ...at, code: 'dependency_cycle', pointer: '/nodes/0/dependsOn' },
    ];
    const servers = [
      { ...at, code: 'duplicate_id', pointer: '/nodes/1/id' },
      { ...at, code: 'dependency_cycle', pointer: '/nodes/2/dependsOn' },
    ];
    expect(joinProblems(own, servers)).toEqual(servers);
    expect(joinProblems(own, [])).toEqual(own);
    const empty = checkFile({ name: 'w', nodes: [] }, null);
    const theirs = [{ code: 'too_small', message: 'Too small', pointer: '/nodes', place: null }];
    expect(joinProblems(empty, theirs), 'an empty list in words').toEqual(empty);
  });
});

/** A browser's store without a browser. */
class MemoryStore {
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (value.length > 1000) throw new Error('full');
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  key(at: number): string | null {
    return [...this.#items.keys()][at] ?? null;
  }
}

describe('a draft', () => {
  it('is kept for each workflow, and dropped', () => {
    const store = new MemoryStore();
    const draft = { text: '{', version: 3, keptAt: 5 };
    expect(keepDraft(store, 'w', draft)).toBe(true);
    expect(keepDraft(store, null, { ...draft, version: null })).toBe(true);
    expect(findDraft(store, 'w')).toEqual(draft);
    expect(findDraft(store, null)?.version).toBeNull();
    dropDraft(store, 'w');
    expect(findDraft(store, 'w')).toBeNull();
  });

  it('is no more than the browser has room for, and the oldest go', () => {
    const store = new MemoryStore();
    expect(keepDraft(store, 'w', { text: 'x'.repeat(2000), version: 1, keptAt: 1 })).toBe(false);
    for (let i = 0; i < 30; i++) keepDraft(store, `w${i}`, { text: '', version: 1, keptAt: i });
    expect(store.length).toBe(20);
    expect(findDraft(store, 'w9')).toBeNull();
    expect(findDraft(store, 'w10')).not.toBeNull();
  });

  it('that something else wrote is none', () => {
    const store = new MemoryStore();
    store.setItem('flowprof.draft.w', '{"text":5}');
    expect(findDraft(store, 'w')).toBeNull();
    store.setItem('flowprof.draft.w', 'x');
    expect(findDraft(store, 'w')).toBeNull();
  });
});

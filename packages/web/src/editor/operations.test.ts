import type { JsonObject, JsonValue } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFile } from './checks.ts';
import { step, startHistory, undo, redo, MOST_STEPS } from './history.ts';
import { isList, isSame, parseJson, pathOf, valueAt } from './json.ts';
import {
  addNode,
  connect,
  disconnect,
  duplicateNode,
  faultOfConnection,
  homesFor,
  moveNode,
  removeNodes,
  renameNode,
  setParameter,
  setType,
} from './operations.ts';
import { edgesOf, outlineOf } from './outline.ts';

const FILE: JsonObject = {
  name: 'prices',
  nodes: [
    { id: 'load', type: 'delay', with: { ms: 1 } },
    {
      id: 'each',
      type: 'foreach',
      dependsOn: ['load'],
      with: { items: '${nodes.load.output}' },
      nodes: [
        { id: 'fetch', type: 'http', with: { url: 'https://x/${loops.each.item}' } },
        { id: 'price', type: 'transform', dependsOn: ['fetch'], with: { value: '${nodes.fetch.output.body}' } },
      ],
    },
    {
      id: 'all',
      type: 'switch',
      dependsOn: ['each'],
      with: { cases: [{ name: 'found', when: 'nodes.each.output.size() > 0' }], default: 'missing' },
    },
    { id: 'end', type: 'delay', dependsOn: ['all.missing', 'load'], when: 'nodes["load"].status == "nodes.load"' },
  ],
  output: { n: '${size(nodes.each.output)} of $${nodes.each}' },
};

/** The node of an id. */
function node(file: JsonObject, id: string): JsonObject {
  return outlineOf(file).byId.get(id)?.value ?? {};
}

function keyOf(file: JsonObject, id: string): string {
  return outlineOf(file).byId.get(id)?.key ?? '';
}

describe('an edit of a workflow file', () => {
  it('renames a node wherever it is named, and nothing that only looks like it', () => {
    const { file } = renameNode(FILE, keyOf(FILE, 'load'), 'load-all');
    expect(node(file, 'each')).toMatchObject({
      dependsOn: ['load-all'],
      with: { items: '${nodes["load-all"].output}' },
    });
    expect(node(file, 'end')).toMatchObject({
      dependsOn: ['all.missing', 'load-all'],
      when: 'nodes["load-all"].status == "nodes.load"',
    });
    const loop = renameNode(file, keyOf(file, 'each'), 'items').file;
    expect(node(loop, 'fetch')).toMatchObject({ with: { url: 'https://x/${loops.items.item}' } });
    expect(valueAt(loop, ['output', 'n'])).toBe('${size(nodes.items.output)} of $${nodes.each}');
    const branch = renameNode(FILE, keyOf(FILE, 'all'), 'any').file;
    expect(node(branch, 'end')['dependsOn']).toEqual(['any.missing', 'load']);
    expect(valueAt(node(branch, 'any'), ['with', 'cases'])).toEqual(valueAt(node(FILE, 'all'), ['with', 'cases']));
    expect(checkFile(file, null)).toEqual([]);
  });

  it('renames one of two nodes with the same id and leaves the references to the other', () => {
    const twice: JsonObject = { ...FILE, nodes: [{ id: 'load', type: 'delay' }, ...list(FILE, ['nodes'])] };
    const { file } = renameNode(twice, '/nodes/0', 'fresh');
    expect(node(file, 'each')['dependsOn']).toEqual(['load']);
  });

  it('adds nodes with ids of their own, where they are wanted', () => {
    const first = addNode(FILE, [], 'delay', { into: null, after: 'end' });
    expect(valueAt(first.file, pathOf(first.select ?? ''))).toEqual({
      id: 'delay',
      type: 'delay',
      dependsOn: ['end'],
      with: { ms: 1000 },
    });
    const second = addNode(first.file, [], 'delay', { into: keyOf(FILE, 'each'), after: null });
    expect(second.select).toBe('/nodes/1/nodes/2');
    expect(valueAt(second.file, ['nodes', 1, 'nodes', 2, 'id'])).toBe('delay_2');
    expect(addNode({}, [], 'group', { into: null, after: null }).file).toEqual({
      nodes: [{ id: 'group', type: 'group', nodes: [] }],
    });
  });

  it('removes a node, and what waited for it waits for what it waited for', () => {
    const { file } = removeNodes(FILE, [], [keyOf(FILE, 'each')]);
    expect(node(file, 'all')['dependsOn']).toEqual(['load']);
    expect(outlineOf(file).byId.has('fetch')).toBe(false);
    const chain = removeNodes(FILE, [], [keyOf(FILE, 'each'), keyOf(FILE, 'all'), keyOf(FILE, 'fetch')]).file;
    expect(node(chain, 'end')['dependsOn']).toEqual(['load']);
    expect(removeNodes(FILE, [], [keyOf(FILE, 'fetch')]).file).toMatchObject({
      nodes: [{}, { nodes: [{ id: 'price' }] }, {}, {}],
    });
    expect(node(removeNodes(FILE, [], [keyOf(FILE, 'fetch')]).file, 'price')['dependsOn']).toBeUndefined();
  });

  it('copies a group with all that is in it, under new ids that the copy reads', () => {
    const { file, select } = duplicateNode(FILE, [], keyOf(FILE, 'each'));
    expect(select).toBe('/nodes/2');
    expect(valueAt(file, ['nodes', 2])).toEqual({
      id: 'each_2',
      type: 'foreach',
      dependsOn: ['load'],
      with: { items: '${nodes.load.output}' },
      nodes: [
        { id: 'fetch_2', type: 'http', with: { url: 'https://x/${loops.each_2.item}' } },
        { id: 'price_2', type: 'transform', dependsOn: ['fetch_2'], with: { value: '${nodes.fetch_2.output.body}' } },
      ],
    });
    expect(checkFile(file, null)).toEqual([]);
  });

  it('connects only nodes beside each other that do not wait for each other already', () => {
    const outline = outlineOf(FILE);
    const fault = (from: string, to: string) =>
      faultOfConnection(outline, outline.byId.get(from)?.key ?? '', outline.byId.get(to)?.key ?? '');
    expect(fault('load', 'all')).toBeNull();
    expect(fault('end', 'load')).toContain('wait for each other');
    expect(fault('load', 'load')).toContain('itself');
    expect(fault('load', 'fetch')).toContain('beside');
    const joined = connect(FILE, keyOf(FILE, 'all'), 'load').file;
    expect(node(joined, 'all')['dependsOn']).toEqual(['each', 'load']);
    const parted = disconnect(joined, keyOf(FILE, 'all'), 'load').file;
    expect(parted).toEqual(FILE);
    expect(node(disconnect(FILE, keyOf(FILE, 'price'), 'fetch').file, 'price')).not.toHaveProperty('dependsOn');
  });

  it('moves a node into a group and out again', () => {
    const inside = moveNode(FILE, [], keyOf(FILE, 'load'), keyOf(FILE, 'each'));
    expect(inside.select).toBe('/nodes/0/nodes/2');
    expect(node(inside.file, 'each')['dependsOn']).toBeUndefined();
    const out = moveNode(inside.file, [], inside.select ?? '', null);
    expect(out.select).toBe('/nodes/3');
    expect(homesFor(outlineOf(FILE), keyOf(FILE, 'each'))).toEqual([]);
  });

  it('sets parameters and types', () => {
    const key = keyOf(FILE, 'load');
    expect(node(setParameter(FILE, key, 'ms', undefined), 'load')).toEqual({ id: 'load', type: 'delay' });
    expect(node(setType(FILE, key, 'group'), 'load')).toMatchObject({ type: 'group', nodes: [] });
  });

  it('works on a workflow inside the file', () => {
    const file: JsonObject = {
      ...FILE,
      workflows: { inner: { name: 'inner', nodes: [{ id: 'load', type: 'delay' }] } },
    };
    const added = addNode(file, ['workflows', 'inner'], 'delay', { into: null, after: 'load' });
    expect(added.select).toBe('/workflows/inner/nodes/1');
    const renamed = renameNode(added.file, '/workflows/inner/nodes/0', 'first').file;
    expect(valueAt(renamed, ['workflows', 'inner', 'nodes', 1, 'dependsOn'])).toEqual(['first']);
    expect(node(renamed, 'each')['dependsOn']).toEqual(['load']);
  });
});

function list(file: JsonObject, path: readonly (string | number)[]): readonly JsonValue[] {
  const value = valueAt(file, path);
  return isList(value) ? value : [];
}

/** Something to do with the node at a position. */
const anEdit = fc.record({
  what: fc.constantFrom('add', 'remove', 'copy', 'rename', 'connect', 'disconnect', 'move', 'type', 'parameter'),
  at: fc.nat(11),
  other: fc.nat(11),
  text: fc.constantFrom('a', 'b-2', 'load', 'each', 'switch'),
});
type AnEdit = typeof anEdit extends fc.Arbitrary<infer T> ? T : never;

function make(file: JsonObject, { what, at, other, text }: AnEdit): JsonObject {
  const outline = outlineOf(file);
  const [one, two] = [
    outline.nodes[at % (outline.nodes.length || 1)],
    outline.nodes[other % (outline.nodes.length || 1)],
  ];
  if (what === 'add')
    return addNode(file, [], text === 'switch' ? 'switch' : 'group', { into: null, after: null }).file;
  if (!one || !two) return file;
  switch (what) {
    case 'remove':
      return removeNodes(file, [], [one.key]).file;
    case 'copy':
      return outline.nodes.length > 40 ? file : duplicateNode(file, [], one.key).file;
    case 'rename':
      return outline.byId.has(text) ? file : renameNode(file, one.key, text).file;
    case 'connect':
      return faultOfConnection(outline, one.key, two.key) === null ? connect(file, two.key, one.id).file : file;
    case 'disconnect':
      return disconnect(file, one.key, one.dependsOn[0] ?? '').file;
    case 'move':
      return moveNode(file, [], one.key, homesFor(outline, one.key)[0]?.key ?? null).file;
    case 'type':
      return setType(file, one.key, text);
    case 'parameter':
      return setParameter(file, one.key, text, at);
    default:
      return file;
  }
}

describe('any sequence of edits', () => {
  it('undone gives the original, and redone the end again', () => {
    fc.assert(
      fc.property(fc.array(anEdit, { maxLength: 30 }), (edits) => {
        let history = startHistory(FILE);
        for (const edit of edits) history = step(history, make(history.present, edit));
        const end = history.present;
        const steps = history.past.length;
        for (let i = 0; i < steps; i++) history = undo(history);
        expect(history.present).toBe(FILE);
        expect(undo(history).present).toBe(FILE);
        for (let i = 0; i < steps; i++) history = redo(history);
        expect(history.present).toBe(end);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves ids unique and no dependency without its node, as long as types stay', () => {
    fc.assert(
      fc.property(fc.array(anEdit, { maxLength: 30 }), (edits) => {
        let file = FILE;
        for (const edit of edits) if (edit.what !== 'type' && edit.what !== 'parameter') file = make(file, edit);
        const codes = checkFile(file, null).map(({ code }) => code);
        expect(codes).not.toContain('duplicate_id');
        expect(codes).not.toContain('unknown_dependency');
        expect(codes).not.toContain('dependency_cycle');
        expect(edgesOf(outlineOf(file)).length).toBe(
          outlineOf(file).nodes.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('renamed to a free id and back is the file as it was', () => {
    fc.assert(
      fc.property(fc.array(anEdit, { maxLength: 10 }), fc.nat(11), (edits, at) => {
        let file = FILE;
        for (const edit of edits) if (edit.what !== 'type' && edit.what !== 'parameter') file = make(file, edit);
        const { nodes } = outlineOf(file);
        const one = nodes[at % (nodes.length || 1)];
        if (!one || nodes.filter(({ id }) => id === one.id).length > 1) return;
        const there = renameNode(file, one.key, 'fresh_one').file;
        expect(JSON.stringify(there)).not.toContain(`nodes.${one.id}.`);
        const back = renameNode(there, one.key, one.id).file;
        if (/^\w+$/.test(one.id)) expect(isSame(unquoted(back), unquoted(file))).toBe(true);
      }),
    );
  });

  it('keeps at most so many steps, and typing in one place is one of them', () => {
    let history = startHistory<number>(0);
    for (let i = 1; i <= MOST_STEPS + 50; i++) history = step(history, i);
    expect(history.past.length).toBe(MOST_STEPS);
    history = step(step(history, 1000, 'name'), 1001, 'name');
    expect(undo(history).present).toBe(MOST_STEPS + 50);
    expect(step(undo(history), 5, 'name').past.length).toBe(MOST_STEPS);
  });
});

/** `nodes["a"]` and `nodes.a` mean the same. */
function unquoted(file: JsonObject): JsonValue {
  return parseJson(JSON.stringify(file).replaceAll(/nodes\[\\"(\w+)\\"\]/g, 'nodes.$1'));
}

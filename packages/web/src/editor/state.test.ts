import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNode } from './operations.ts';
import { isChanged, openFile, reduceEditor, type EditorAction, type EditorState } from './state.ts';
import { readText } from './jsonText.ts';

const START = openFile({ file: { nodes: [{ type: 'delay', id: 'a' }], name: 'w' }, version: 2 });

function after(...actions: EditorAction[]): EditorState {
  return actions.reduce(reduceEditor, START);
}

const ADD: EditorAction = { kind: 'edit', make: (file) => addNode(file, [], 'delay', { into: null, after: null }) };

describe('a file that is edited', () => {
  it('is not changed by being opened, and is as it was after an undo', () => {
    expect(isChanged(START)).toBe(false);
    expect(isChanged(after(ADD))).toBe(true);
    expect(after(ADD).selected).toBe('/nodes/1');
    expect(isChanged(after(ADD, { kind: 'undo' }))).toBe(false);
    expect(after(ADD, { kind: 'undo' }, { kind: 'redo' }).text).toBe(after(ADD).text);
  });

  it('is not saved while it is new, and is once it was', () => {
    const fresh = openFile({ file: { name: 'n', nodes: [] }, version: null });
    expect(isChanged(fresh)).toBe(true);
    const { present: file } = fresh.history;
    expect(isChanged(reduceEditor(fresh, { kind: 'saved', base: { file, version: 1 } }))).toBe(false);
  });

  it('keeps a text that cannot be read, and lets nothing else write over it', () => {
    const broken = after({ kind: 'text', text: '{ "name": ' });
    expect(broken.fault).not.toBeNull();
    expect(isChanged(broken)).toBe(true);
    expect(reduceEditor(broken, ADD).text).toBe('{ "name": ');
    expect(reduceEditor(broken, { kind: 'undo' })).toMatchObject({ fault: null, text: START.text });
    const mended = reduceEditor(broken, { kind: 'text', text: '{ "name": "x" }' });
    expect(mended).toMatchObject({ fault: null, history: { present: { name: 'x' } }, text: '{ "name": "x" }' });
  });

  it('undoes typing at once', () => {
    const texts = ['{ "name": "x" }', '{ "name": "xy" }', '{ "name": "xyz" }'];
    const state = after(...texts.map((text): EditorAction => ({ kind: 'text', text })), { kind: 'undo' });
    expect(state.history.present).toBe(START.history.present);
  });

  it('has text and graph in step whatever is done', () => {
    const action = fc.oneof(
      fc.constant(ADD),
      fc.constantFrom<EditorAction>({ kind: 'undo' }, { kind: 'redo' }, { kind: 'repair' }),
      fc
        .constantFrom('{}', '{ "name": ', '{"nodes":[{"id":"z"}]}')
        .map((text): EditorAction => ({ kind: 'text', text })),
      fc.string().map((name): EditorAction => ({ kind: 'change', make: (file) => ({ ...file, name }), about: 'name' })),
    );
    fc.assert(
      fc.property(fc.array(action), (actions) => {
        const state = after(...actions);
        const read = readText(state.text);
        expect('fault' in read).toBe(state.fault !== null);
        if ('file' in read) expect(read.file).toEqual(state.history.present);
      }),
    );
  });
});

import type { JsonObject } from '@flowprof/model';
import { redo, startHistory, step, undo, type History } from './history.ts';
import { isSame, type Path } from './json.ts';
import { inOrder, readText, writeText, type TextFault } from './jsonText.ts';
import type { Edit } from './operations.ts';
import { rootOf } from './outline.ts';
import { pathOf } from './json.ts';

/** What was saved last. */
export interface Base {
  readonly file: JsonObject;
  /** Null for a workflow that does not exist yet. */
  readonly version: number | null;
}

/** A workflow file that is being edited. */
export interface EditorState {
  readonly base: Base;
  readonly history: History<JsonObject>;
  /** The file as text. While it has a fault it is ahead of the file, which then is as it was when it last could be read. */
  readonly text: string;
  readonly fault: TextFault | null;
  /** The key of the node that is looked at. */
  readonly selected: string | null;
  /** Where the workflow stands in the file that is looked at: empty for the file's own. */
  readonly root: Path;
}

export type EditorAction =
  /** @param about consecutive changes of the same are undone at once */
  | { readonly kind: 'change'; readonly make: (file: JsonObject) => JsonObject; readonly about?: string }
  /** A change after which another node is looked at. */
  | { readonly kind: 'edit'; readonly make: (file: JsonObject) => Edit }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'undo' | 'redo' }
  | { readonly kind: 'select'; readonly key: string | null }
  | { readonly kind: 'root'; readonly root: Path }
  /** Back to what can be read. */
  | { readonly kind: 'repair' }
  | { readonly kind: 'saved'; readonly base: Base }
  /** What was saved by somebody else is taken. */
  | { readonly kind: 'load'; readonly base: Base };

/** A file of which nothing is changed yet. */
export function openFile(base: Base): EditorState {
  const file = inOrder(base.file);
  return {
    base: { ...base, file },
    history: startHistory(file),
    text: writeText(file),
    fault: null,
    selected: null,
    root: [],
  };
}

/** Whether there is something to save. */
export function isChanged({ base, history, fault }: EditorState): boolean {
  return fault !== null || base.version === null || !isSame(history.present, base.file);
}

function atFile(state: EditorState, history: History<JsonObject>): EditorState {
  return { ...state, history, text: writeText(history.present), fault: null };
}

function typed(state: EditorState, text: string): EditorState {
  const read = readText(text);
  if ('fault' in read) return { ...state, text, fault: read.fault };
  const { present } = state.history;
  const history = isSame(present, read.file) ? state.history : step(state.history, read.file, 'text');
  return { ...state, text, fault: null, history };
}

/** What an action makes of the state. While the text has a fault only the text can be changed, so that nothing of it is lost. */
export function reduceEditor(state: EditorState, action: EditorAction): EditorState {
  const { history } = state;
  switch (action.kind) {
    case 'change':
      if (state.fault !== null) return state;
      return atFile(state, step(history, action.make(history.present), action.about ?? null));
    case 'edit': {
      if (state.fault !== null) return state;
      const { file, select } = action.make(history.present);
      return { ...atFile(state, step(history, file)), selected: select };
    }
    case 'text':
      return typed(state, action.text);
    case 'undo':
      return state.fault === null ? atFile(state, undo(history)) : atFile(state, history);
    case 'redo':
      return state.fault === null ? atFile(state, redo(history)) : state;
    case 'select':
      return { ...state, selected: action.key, ...(action.key !== null && { root: rootOf(pathOf(action.key)) }) };
    case 'root':
      return { ...state, root: action.root, selected: null };
    case 'repair':
      return atFile(state, history);
    case 'saved':
      return { ...state, base: action.base };
    case 'load':
      return openFile(action.base);
    default:
      return action satisfies never;
  }
}

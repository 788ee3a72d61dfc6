import { useEffect, useMemo, useReducer, useRef, useState, type Dispatch } from 'react';
import { BROWSER_KEPT } from '../api/storage.ts';
import { checkFile, joinProblems, type Problem } from './checks.ts';
import { dropDraft, findDraft, keepDraft, type Draft } from './draft.ts';
import { isSame } from './json.ts';
import { readText } from './jsonText.ts';
import { useServerProblems } from './queries.ts';
import { isChanged, openFile, reduceEditor, type Base, type EditorAction, type EditorState } from './state.ts';
import type { NodeType } from './params.ts';

/** What is being edited while the page is open, by workflow, so that going to another tab and back loses nothing. */
const sessions = new Map<string, EditorState>();
const MOST_SESSIONS = 5;
/** Whose drafts this page has kept: what another tab keeps of the same workflow is not this one's to drop. */
const keptHere = new Set<string>();

/** How long nothing must be typed before it is kept in the browser and checked by the server. Milliseconds. */
const KEPT_AFTER = 500;
const CHECKED_AFTER = 350;

function keepSession(key: string, state: EditorState): void {
  sessions.delete(key);
  sessions.set(key, state);
  for (const oldest of sessions.keys()) {
    if (sessions.size <= MOST_SESSIONS) break;
    sessions.delete(oldest);
  }
}

/** A draft that is worth being offered: one that says something else than what was saved. */
function offeredDraft(workflowId: string | null, base: Base): Draft | null {
  const draft = findDraft(BROWSER_KEPT, workflowId);
  if (draft === null) return null;
  const read = readText(draft.text);
  if (!('file' in read) || !isSame(read.file, base.file)) return draft;
  dropDraft(BROWSER_KEPT, workflowId);
  return null;
}

export interface Editor {
  readonly state: EditorState;
  readonly dispatch: Dispatch<EditorAction>;
  readonly isChanged: boolean;
  /** What was edited before and not saved, as long as it has not been decided on. */
  readonly offer: Draft | null;
  readonly takeOffer: (draft: Draft) => void;
  readonly dropOffer: () => void;
}

/** A workflow file in the editor, kept while the page is open and, unsaved, in the browser. */
export function useEditor(workflowId: string | null, base: Base): Editor {
  const key = workflowId ?? 'new';
  const [offer, setOffer] = useState(() => (sessions.has(key) ? null : offeredDraft(workflowId, base)));
  const [state, dispatch] = useReducer(reduceEditor, base, () => sessions.get(key) ?? openFile(base));
  const changed = isChanged(state);
  const isWorthKeeping = changed && (workflowId !== null || state.history.past.length > 0 || state.fault !== null);

  useEffect(() => {
    // A workflow that was new and is saved has an id, and its editor another place.
    if (workflowId === null && state.base.version !== null) {
      sessions.delete(key);
      if (keptHere.delete(key)) dropDraft(BROWSER_KEPT, workflowId);
    } else keepSession(key, state);
  }, [key, workflowId, state]);

  // What somebody else saved is shown where nothing of it was changed here.
  const { version } = state.base;
  useEffect(() => {
    if (!changed && base.version !== null && version !== base.version) dispatch({ kind: 'load', base });
  }, [changed, base, version]);

  const { text } = state;
  const keepNow = useRef<(() => void) | null>(null);
  useEffect(() => {
    keepNow.current = null;
    if (offer !== null) return undefined;
    const keep = (): void => {
      if (isWorthKeeping) {
        keptHere.add(key);
        keepDraft(BROWSER_KEPT, workflowId, { text, version, keptAt: Date.now() });
      } else if (keptHere.delete(key)) dropDraft(BROWSER_KEPT, workflowId);
    };
    keepNow.current = keep;
    const timer = setTimeout(keep, KEPT_AFTER);
    addEventListener('pagehide', keep);
    return () => {
      clearTimeout(timer);
      removeEventListener('pagehide', keep);
    };
  }, [offer, isWorthKeeping, text, version, workflowId, key]);
  // Who leaves for another page of the app does not wait until nothing is typed.
  useEffect(() => () => keepNow.current?.(), []);

  return {
    state,
    dispatch,
    isChanged: isWorthKeeping,
    offer,
    takeOffer: (draft) => {
      setOffer(null);
      keptHere.add(key);
      dispatch({ kind: 'load', base: { ...base, version: draft.version } });
      dispatch({ kind: 'text', text: draft.text });
    },
    dropOffer: () => {
      setOffer(null);
      dropDraft(BROWSER_KEPT, workflowId);
    },
  };
}

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}

export interface Checked {
  readonly problems: readonly Problem[];
  /** Whether the server has looked at the file as it is. */
  readonly isChecked: boolean;
  readonly error: Error | null;
}

/** What is wrong with the file: at once what can be seen here, and soon after what the server sees. */
export function useProblems(
  workspace: string,
  { history, fault }: EditorState,
  types: readonly NodeType[] | null,
): Checked {
  const { present } = history;
  const settled = useSettled(present, CHECKED_AFTER);
  const { data, error } = useServerProblems(workspace, fault === null ? settled : null);
  const names = useMemo(() => types && types.map(({ name }) => name), [types]);
  const own = useMemo(() => checkFile(present, names), [present, names]);
  const problems = useMemo(() => joinProblems(own, data?.problems ?? []), [own, data]);
  const isChecked = data !== undefined && data.file === present && fault === null;
  return { problems, isChecked, error };
}

import '../styles/editor.css';
import { isJsonObject } from '@flowprof/model';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type RefObject } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Problem } from './checks.ts';
import { pathOf, valueAt } from './json.ts';
import { offsetOf, readText } from './jsonText.ts';
import { NodePanel } from './NodePanel.tsx';
import { NodeTable } from './NodeTable.tsx';
import { addNode, connect, disconnect, faultOfConnection, removeNodes, type Place } from './operations.ts';
import {
  idOfDependency,
  innerWorkflows,
  nodeAround,
  outlineOf,
  rootOf,
  type Outline,
  type OutlineNode,
} from './outline.ts';
import type { NodeType } from './params.ts';
import { countByNode } from './problems.ts';
import { ProblemList } from './ProblemList.tsx';
import type { NodeTime } from './queries.ts';
import { SettingsPanel } from './SettingsPanel.tsx';
import type { EditorAction, EditorState } from './state.ts';
import { TextView, type TextPlace } from './TextView.tsx';
import { Toolbar } from './Toolbar.tsx';
import type { Checked } from './useEditor.ts';
import { useLook, type Look } from './useLook.ts';
import { WorkflowGraph } from './WorkflowGraph.tsx';

interface EditorProps {
  readonly state: EditorState;
  readonly dispatch: (action: EditorAction) => void;
  readonly types: readonly NodeType[];
  readonly times: ReadonlyMap<string, NodeTime>;
  readonly checked: Checked;
  /** Whether nothing may be changed by this user. */
  readonly isReadOnly: boolean;
  readonly isChanged: boolean;
  readonly predictPath: string | null;
  readonly onSave: () => void;
  /** Null where there is nothing to save or it cannot be run. */
  readonly onSaveAndRun: (() => void) | null;
}

/** What the parts of the editor share. */
interface PartProps extends EditorProps {
  readonly outline: Outline;
  readonly selected: OutlineNode | null;
  readonly look: Look;
  readonly counts: ReadonlyMap<string, number>;
  /** Whether nothing can be changed but the text. */
  readonly isLocked: boolean;
}

/** Which of the workflows in the file is shown. */
function RootChoice({ state, dispatch }: Pick<EditorProps, 'state' | 'dispatch'>) {
  const names = innerWorkflows(state.history.present);
  if (names.length === 0) return null;
  const at = String(state.root[1] ?? '');
  return (
    <label className="editor-root">
      <span>Workflow</span>
      <select
        className="select"
        value={at}
        onChange={({ target }) =>
          dispatch({ kind: 'root', root: target.value === '' ? [] : ['workflows', target.value] })
        }
      >
        <option value="">the file’s own</option>
        {names.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}

function Main({ state, dispatch, outline, selected, look, counts, times, isLocked }: PartProps) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const join = (from: string, to: string): void => {
    const fault = faultOfConnection(outline, from, to);
    setRefusal(fault);
    const id = outline.byKey.get(from)?.id ?? '';
    const isThere = outline.byKey.get(to)?.dependsOn.some((name) => idOfDependency(name) === id) === true;
    if (fault === null && !isThere) dispatch({ kind: 'edit', make: (file) => connect(file, to, id) });
  };
  if (look.views.main === 'list') {
    return (
      <NodeTable
        outline={outline}
        selected={selected?.key ?? null}
        found={look.found}
        times={times}
        problems={counts}
        onSelect={look.show}
      />
    );
  }
  return (
    <div className="editor-picture">
      <WorkflowGraph
        label="Graph of the workflow"
        outline={outline}
        selected={selected?.key ?? null}
        onSelect={(key) => dispatch({ kind: 'select', key })}
        times={times}
        problems={counts}
        found={look.found}
        shown={look.shown}
        {...(!isLocked && {
          edit: {
            onConnect: join,
            onDisconnect: (to, name) => dispatch({ kind: 'edit', make: (file) => disconnect(file, to, name) }),
            onRemove: (key) => dispatch({ kind: 'edit', make: (file) => removeNodes(file, state.root, [key]) }),
          },
        })}
      />
      {outline.nodes.length === 0 && (
        <p className="editor-empty muted">No nodes yet. Add the first one with “Add node”.</p>
      )}
      {outline.isCut && <p className="editor-empty muted">Only the first 2,000 nodes are drawn.</p>}
      {refusal !== null && (
        <div className="banner banner-warning editor-refusal" role="alert">
          <Icon name="warning" />
          <span>{refusal}</span>
          <Button className="icon-button" aria-label="Close" onPress={() => setRefusal(null)}>
            <Icon name="cross" />
          </Button>
        </div>
      )}
    </div>
  );
}

interface SideProps extends PartProps {
  readonly place: TextPlace | null;
}

function Side({ state, dispatch, outline, selected, look, types, checked, isReadOnly, isLocked, place }: SideProps) {
  const { history, root, text, fault } = state;
  if (look.views.side === 'text') {
    return (
      <TextView
        text={text}
        fault={fault}
        place={place}
        isDisabled={isReadOnly}
        onChange={(typed) => dispatch({ kind: 'text', text: typed })}
        onRepair={() => dispatch({ kind: 'repair' })}
      />
    );
  }
  const shared = { types, problems: checked.problems, isDisabled: isLocked, dispatch };
  const workflow = valueAt(history.present, root);
  if (selected === null) return <SettingsPanel {...shared} file={history.present} root={root} />;
  return (
    <NodePanel
      key={selected.key}
      {...shared}
      node={selected}
      outline={outline}
      workflow={workflow !== undefined && isJsonObject(workflow) ? workflow : {}}
      onClose={() => dispatch({ kind: 'select', key: null })}
    />
  );
}

function isTyping(target: EventTarget): boolean {
  return target instanceof Element && target.closest('input, textarea, select') !== null;
}

/** Undo, redo and saving by their usual keys. */
function useKeys({ dispatch, onSave, isReadOnly, isChanged }: EditorProps) {
  return (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || isReadOnly) return;
    const key = event.key.toLowerCase();
    if (key === 's') {
      event.preventDefault();
      if (isChanged) onSave();
    } else if ((key === 'z' || key === 'y') && !isTyping(event.target)) {
      event.preventDefault();
      dispatch({ kind: key === 'y' || event.shiftKey ? 'redo' : 'undo' });
    }
  };
}

/** Focuses the first control with a fault, once it is there. */
function useFocusOnFault(side: RefObject<HTMLDivElement | null>, asked: number): void {
  useEffect(() => {
    if (asked === 0) return;
    const control = side.current?.querySelector('[aria-invalid="true"]');
    if (control instanceof HTMLElement) control.focus();
  }, [side, asked]);
}

/** A workflow file to change: its graph or the table of its nodes, beside it forms or the text, below what is wrong. */
export function Editor(props: EditorProps) {
  const { state, dispatch, checked, isReadOnly } = props;
  const { history, root, fault } = state;
  const outline = useMemo(() => outlineOf(history.present, root), [history.present, root]);
  const selected = state.selected === null ? null : (outline.byKey.get(state.selected) ?? null);
  const look = useLook(outline, selected, dispatch);
  const counts = useMemo(() => countByNode(checked.problems, outline), [checked.problems, outline]);
  const [place, setPlace] = useState<TextPlace | null>(null);
  const [faultsShown, setFaultsShown] = useState(0);
  const side = useRef<HTMLDivElement>(null);
  const press = useKeys(props);
  useFocusOnFault(side, faultsShown);

  const showProblem = ({ pointer }: Problem): void => {
    const own = outlineOf(history.present, rootOf(pathOf(pointer)));
    const node = nodeAround(own, pointer);
    if (node) look.show(node.key);
    else dispatch({ kind: 'root', root: rootOf(pathOf(pointer)) });
    if (look.views.side === 'text') {
      const read = readText(state.text);
      setPlace({ offset: 'places' in read ? offsetOf(read.places, pointer) : 0 });
    } else setFaultsShown(faultsShown + 1);
  };

  const add = (type: string, at: Place): void => {
    const made = addNode(history.present, root, type, at);
    dispatch({ kind: 'edit', make: () => made });
    if (made.select !== null) look.show(made.select);
  };

  const part: PartProps = { ...props, outline, selected, look, counts, isLocked: isReadOnly || fault !== null };
  return (
    // The keys are heard wherever the focus is in the editor; each is a button as well.
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div className="editor" onKeyDown={press}>
      <Toolbar
        {...props}
        selected={selected}
        views={look.views}
        onViews={look.setViews}
        search={look.search}
        found={look.found && look.found.size}
        onSearch={look.setSearch}
        onNextFound={look.showNext}
        onAdd={add}
      />
      <RootChoice state={state} dispatch={dispatch} />
      <div className={`editor-body editor-body-${look.views.side}`}>
        <div className="editor-main">
          <Main {...part} />
          <ProblemList {...checked} outline={outline} onShow={showProblem} />
        </div>
        <div className="editor-side" ref={side}>
          <Side {...part} place={place} />
        </div>
      </div>
    </div>
  );
}

import { Button, Input, Label, SearchField, ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { Link } from 'react-router';
import { Icon } from '../components/Icon.tsx';
import type { Place } from './operations.ts';
import type { OutlineNode } from './outline.ts';
import { Palette } from './Palette.tsx';
import type { NodeType } from './params.ts';
import type { EditorAction, EditorState } from './state.ts';

/** What is looked at: the picture or the table, and beside it the form or the text. */
export interface Views {
  readonly main: 'graph' | 'list';
  readonly side: 'form' | 'text';
}

interface ToolbarProps {
  readonly state: EditorState;
  readonly dispatch: (action: EditorAction) => void;
  readonly types: readonly NodeType[];
  readonly selected: OutlineNode | null;
  /** Whether nothing may be changed by this user. */
  readonly isReadOnly: boolean;
  readonly isChanged: boolean;
  readonly views: Views;
  readonly onViews: (views: Views) => void;
  readonly search: string;
  readonly found: number | null;
  readonly onSearch: (text: string) => void;
  readonly onNextFound: () => void;
  readonly onAdd: (type: string, place: Place) => void;
  /** The address of what the edit would do to a past run; null where there is none. */
  readonly predictPath: string | null;
  readonly onSave: () => void;
  /** Null where there is nothing to save or it cannot be run. */
  readonly onSaveAndRun: (() => void) | null;
}

function Steps({ state, dispatch }: Pick<ToolbarProps, 'state' | 'dispatch'>) {
  const { history, fault } = state;
  return (
    <>
      <Button
        className="icon-button"
        aria-label="Undo"
        isDisabled={history.past.length === 0 && fault === null}
        onPress={() => dispatch({ kind: 'undo' })}
      >
        <Icon name="undo" />
      </Button>
      <Button
        className="icon-button"
        aria-label="Redo"
        isDisabled={history.future.length === 0}
        onPress={() => dispatch({ kind: 'redo' })}
      >
        <Icon name="redo" />
      </Button>
    </>
  );
}

function ViewChoice({ views, onViews }: Pick<ToolbarProps, 'views' | 'onViews'>) {
  return (
    <>
      <ToggleButtonGroup
        className="segmented"
        aria-label="Show the nodes as"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[views.main]}
        onSelectionChange={(keys) => onViews({ ...views, main: keys.has('list') ? 'list' : 'graph' })}
      >
        <ToggleButton id="graph" className="segment segment-word">
          Graph
        </ToggleButton>
        <ToggleButton id="list" className="segment segment-word">
          Table
        </ToggleButton>
      </ToggleButtonGroup>
      <ToggleButtonGroup
        className="segmented"
        aria-label="Beside them"
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[views.side]}
        onSelectionChange={(keys) => onViews({ ...views, side: keys.has('text') ? 'text' : 'form' })}
      >
        <ToggleButton id="form" className="segment segment-word">
          Form
        </ToggleButton>
        <ToggleButton id="text" className="segment segment-word">
          JSON
        </ToggleButton>
      </ToggleButtonGroup>
    </>
  );
}

function Search({
  search,
  found,
  onSearch,
  onNextFound,
}: Pick<ToolbarProps, 'search' | 'found' | 'onSearch' | 'onNextFound'>) {
  return (
    <SearchField className="search" value={search} onChange={onSearch} onSubmit={onNextFound}>
      <Label className="visually-hidden">Search nodes</Label>
      <Icon name="search" />
      <Input className="search-input editor-search" placeholder="Search nodes" />
      <output className="visually-hidden">{found === null ? '' : `${found} found`}</output>
    </SearchField>
  );
}

/** What can be done with the whole file. */
export function Toolbar(props: ToolbarProps) {
  const { state, dispatch, types, selected, isReadOnly, isChanged, onAdd, predictPath, onSave, onSaveAndRun } = props;
  return (
    <div className="editor-toolbar" role="toolbar" aria-label="Editor">
      {!isReadOnly && (
        <>
          <Palette types={types} selected={selected} isDisabled={state.fault !== null} onAdd={onAdd} />
          <Steps state={state} dispatch={dispatch} />
        </>
      )}
      <Search {...props} />
      <ViewChoice {...props} />
      <span className="spacer" />
      {isChanged && <span className="muted editor-unsaved">Not saved</span>}
      {predictPath !== null && (
        <Link
          className="button button-small"
          to={predictPath}
          title="What a past run would have taken with these changes"
        >
          <Icon name="chart" />
          Predict
        </Link>
      )}
      {onSaveAndRun && (
        <Button className="button button-small" onPress={onSaveAndRun}>
          <Icon name="play" />
          Save and run
        </Button>
      )}
      {!isReadOnly && (
        <Button className="button button-small button-primary" isDisabled={!isChanged} onPress={onSave}>
          Save
        </Button>
      )}
    </div>
  );
}

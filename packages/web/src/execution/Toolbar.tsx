import type { ChartMode } from '@flowprof/flame';
import type { ReactNode, Ref } from 'react';
import { Button, Input, SearchField, ToggleButton } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { ChartMenu } from './ChartMenu.tsx';
import { matchStepOf } from './pageKeys.ts';
import type { IdleKind } from './urlState.ts';
import { ModeSwitch } from './modes/ModeSwitch.tsx';

interface ToolbarProps {
  readonly mode: ChartMode;
  readonly onMode: (mode: ChartMode) => void;
  readonly search: string;
  /** How many spans match; null while nothing is searched. */
  readonly matches: number | null;
  readonly onSearch: (text: string) => void;
  /** To the next match (1) or the previous one (-1). */
  readonly onMatch: (direction: 1 | -1) => void;
  readonly searchRef: Ref<HTMLInputElement>;
  readonly criticalPath: boolean;
  readonly onCriticalPath: (on: boolean) => void;
  readonly queue: boolean;
  readonly onQueue: (on: boolean) => void;
  /** Null while nothing is cut. */
  readonly cutIdle: IdleKind | null;
  readonly onCutIdle: (kind: IdleKind | null) => void;
  /** Shows more (above 1) or less (below 1) of the run. */
  readonly onZoom: (factor: number) => void;
  readonly onFit: () => void;
  readonly onHelp: () => void;
  /** More controls, before the last. */
  readonly children?: ReactNode;
}

function SearchBox({ search, matches, onSearch, onMatch, searchRef }: Omit<ToolbarProps, 'onZoom'>) {
  return (
    <div className="toolbar-search">
      <SearchField
        className="search"
        aria-label="Search the spans"
        value={search}
        onChange={onSearch}
        onKeyDown={(event) => {
          const step = matchStepOf(event);
          if (step === null) event.continuePropagation();
          else onMatch(step);
        }}
      >
        <Icon name="search" />
        <Input className="search-input" placeholder="Search spans" ref={searchRef} />
        <Button className="search-clear" aria-label="Clear the search">
          <Icon name="cross" />
        </Button>
      </SearchField>
      <output className="muted matches">
        {matches !== null && `${matches.toLocaleString('en')} ${matches === 1 ? 'match' : 'matches'}`}
      </output>
    </div>
  );
}

/** The controls of the chart; each has a key too. */
export function Toolbar(props: ToolbarProps) {
  const { criticalPath, onCriticalPath, queue, onQueue, cutIdle, onCutIdle, onZoom, onFit, onHelp } = props;
  // What is merged has no order in time.
  const isClock = props.mode === 'time' || props.mode === 'gantt';
  return (
    <div className="toolbar" role="toolbar" aria-label="Chart">
      <ModeSwitch mode={props.mode} onMode={props.onMode} />
      <SearchBox {...props} />
      <span className="spacer" />
      <ToggleButton className="icon-button" isDisabled={!isClock} isSelected={criticalPath} onChange={onCriticalPath}>
        Critical path<kbd>C</kbd>
      </ToggleButton>
      <ToggleButton className="icon-button" isSelected={queue} onChange={onQueue}>
        Queue time<kbd>Q</kbd>
      </ToggleButton>
      <ToggleButton
        className="icon-button"
        isDisabled={!isClock}
        isSelected={cutIdle !== null}
        onChange={(cut) => onCutIdle(cut ? 'both' : null)}
      >
        Cut idle<kbd>I</kbd>
      </ToggleButton>
      <span className="toolbar-divider" />
      <Button className="icon-button" aria-label="Zoom in" onPress={() => onZoom(1 / 2)}>
        <Icon name="zoomIn" />
      </Button>
      <Button className="icon-button" aria-label="Zoom out" onPress={() => onZoom(2)}>
        <Icon name="zoomOut" />
      </Button>
      <Button className="icon-button" aria-label="Show the whole run" onPress={onFit}>
        <Icon name="fit" />
      </Button>
      {props.children}
      <ChartMenu cutIdle={cutIdle} onCutIdle={onCutIdle} />
      <Button className="icon-button" aria-label="Shortcuts" onPress={onHelp}>
        <Icon name="help" />
      </Button>
    </div>
  );
}

import { useState } from 'react';
import {
  Autocomplete,
  Button,
  DialogTrigger,
  Dialog,
  Input,
  Label,
  Menu,
  MenuItem,
  Popover,
  SearchField,
  Text,
  useFilter,
} from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { OutlineNode } from './outline.ts';
import { TYPE_WORDS, type NodeType } from './params.ts';
import type { Place } from './operations.ts';

interface PaletteProps {
  readonly types: readonly NodeType[];
  readonly selected: OutlineNode | null;
  readonly isDisabled: boolean;
  readonly onAdd: (type: string, place: Place) => void;
}

/** Where a new node goes when nothing else is said: into an empty group, else after the selected node. */
function usualPlace(selected: OutlineNode | null): Place {
  if (selected === null) return { into: null, after: null };
  const nodes = selected.value['nodes'];
  const isEmpty = selected.isContainer && !(Array.isArray(nodes) && nodes.length > 0);
  if (isEmpty) return { into: selected.key, after: null };
  return { into: selected.parent, after: selected.id === '' ? null : selected.id };
}

/** Places that a new node can have, with their words. */
function placesFor(selected: OutlineNode | null): readonly (readonly [words: string, place: Place])[] {
  const free: readonly [string, Place] = ['On its own', { into: null, after: null }];
  if (selected === null) return [free];
  const places: (readonly [string, Place])[] = [];
  if (selected.isContainer) places.push([`Inside ${selected.label}`, { into: selected.key, after: null }]);
  if (selected.id !== '') places.push([`After ${selected.label}`, { into: selected.parent, after: selected.id }]);
  return [...places, free];
}

function isSamePlace(a: Place, b: Place): boolean {
  return a.into === b.into && a.after === b.after;
}

/** The node types, to choose one of a new node. */
export function Palette({ types, selected, isDisabled, onAdd }: PaletteProps) {
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<number | null>(null);
  const { contains } = useFilter({ sensitivity: 'base' });
  const places = placesFor(selected);
  const usual = places.findIndex(([, place]) => isSamePlace(place, usualPlace(selected)));
  const at = chosen ?? Math.max(0, usual);
  const open = (now: boolean): void => {
    setOpen(now);
    setChosen(null);
  };
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={open}>
      <Button className="button button-small button-primary" isDisabled={isDisabled}>
        <Icon name="plus" />
        Add node
      </Button>
      <Popover className="popover palette" placement="bottom start">
        <Dialog aria-label="Add a node" className="palette-dialog">
          {places.length > 1 && (
            <label className="palette-place">
              <span>Where</span>
              <select className="select" value={at} onChange={(event) => setChosen(Number(event.target.value))}>
                {places.map(([words], index) => (
                  <option key={words} value={index}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          )}
          <Autocomplete filter={(text, query) => contains(text, query)}>
            {/* It was opened to be searched. */}
            {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
            <SearchField className="search palette-search" autoFocus>
              <Label className="visually-hidden">Search node types</Label>
              <Icon name="search" />
              <Input className="search-input" placeholder="Search node types" />
            </SearchField>
            <Menu
              className="menu"
              aria-label="Node types"
              renderEmptyState={() => <p className="muted palette-empty">No node type has this in its name.</p>}
              onAction={(key) => {
                const place = places[at]?.[1] ?? { into: null, after: null };
                open(false);
                onAdd(String(key), place);
              }}
            >
              {types.map(({ name }) => (
                <MenuItem key={name} id={name} className="menu-item" textValue={`${name} ${TYPE_WORDS[name] ?? ''}`}>
                  <Text slot="label">{name}</Text>
                  <Text slot="description" className="muted">
                    {TYPE_WORDS[name] ?? 'A type of this server'}
                  </Text>
                </MenuItem>
              ))}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}

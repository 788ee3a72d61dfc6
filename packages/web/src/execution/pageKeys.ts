import { PALETTE_KEYS } from '../shell/commands.ts';

/** What a key does on the page of an execution, beside those of the chart itself. */
export type PageKey = 'search' | 'note' | 'next-match' | 'previous-match' | 'palette';

export interface PageBinding {
  readonly id: PageKey;
  /** How the key is shown in the list of shortcuts. */
  readonly shown: string;
  readonly does: string;
}

/** The keys of the page, as the list of shortcuts shows them; `pageKeyOf` and the palette look them up. */
export const PAGE_BINDINGS: readonly PageBinding[] = [
  { id: 'search', shown: '/', does: 'Search' },
  { id: 'search', shown: 'Ctrl + F', does: 'Search' },
  { id: 'next-match', shown: 'Enter', does: 'In the search: next match' },
  { id: 'previous-match', shown: 'Shift + Enter', does: 'In the search: previous match' },
  { id: 'note', shown: 'N', does: 'Write a note on the selected range' },
  { id: 'palette', shown: PALETTE_KEYS, does: 'All commands' },
];

/** What the pointer does over the chart. */
export const GESTURES: readonly Pick<PageBinding, 'shown' | 'does'>[] = [
  { shown: 'Wheel', does: 'Scroll; zoom where that is set' },
  { shown: 'Ctrl + wheel', does: 'Zoom at the pointer; pinch on a touchpad or screen' },
  { shown: 'Shift + wheel', does: 'Move left and right' },
  { shown: 'Drag', does: 'Move' },
  { shown: 'Shift + drag', does: 'Select a range of time' },
  { shown: 'Double click', does: 'Fit the span' },
  { shown: 'Drag on the overview', does: 'Outside the window: a new one; inside: move it; on an edge: resize it' },
];

type Press = Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What a key press on the page means; letters by their place but for what the browser itself has on a letter. */
export function pageKeyOf({ code, key, ctrlKey, metaKey, altKey, shiftKey }: Press): PageKey | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    const isF = /^[a-z]$/i.test(key) ? key.toLowerCase() === 'f' : code === 'KeyF';
    return isF && !shiftKey ? 'search' : null;
  }
  if (key === '/') return 'search';
  return code === 'KeyN' && !shiftKey ? 'note' : null;
}

/** Where Enter leads to in the search: to the next match (1) or the previous one (-1); null for other keys. */
export function matchStepOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): 1 | -1 | null {
  if (key !== 'Enter') return null;
  return shiftKey ? -1 : 1;
}

import { useEffect, useRef, useSyncExternalStore } from 'react';

/** Something that can be done here and now, for the palette of commands. */
export interface PageCommand {
  readonly id: string;
  readonly label: string;
  /** What it belongs to; commands of a section stand together. */
  readonly section: string;
  /** The keys that do the same, as they are shown. */
  readonly keys?: string;
  readonly run: () => void;
}

type Source = () => readonly PageCommand[];

const sources = new Set<Source>();

/** All commands that the parts of the page offer now, those of the part that came first in front. */
export function commandsNow(): PageCommand[] {
  return [...sources].flatMap((source) => source());
}

/** Offers commands while the component is there. They are asked for when the palette opens, and not before. */
export function useCommands(commands: Source): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  useEffect(() => {
    const source: Source = () => latest.current();
    sources.add(source);
    return () => {
      sources.delete(source);
    };
  }, []);
}

const listeners = new Set<() => void>();
let isOpen = false;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function usePaletteOpen(): boolean {
  return useSyncExternalStore(listen, () => isOpen);
}

export function openPalette(open: boolean): void {
  isOpen = open;
  for (const listener of listeners) listener();
}

/** What of a key press the palette looks at. */
type Press = Pick<KeyboardEvent, 'code' | 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** How the key of the palette is shown. */
export const PALETTE_KEYS = 'Ctrl + Shift + P';

/** Ctrl+Shift+P, or Cmd+Shift+P; by what the key prints, and by its place where that is no Latin letter. */
export function isPaletteKey({ code, key, ctrlKey, metaKey, shiftKey, altKey }: Press): boolean {
  const isP = /^[a-z]$/i.test(key) ? key.toLowerCase() === 'p' : code === 'KeyP';
  return isP && shiftKey && !altKey && ctrlKey !== metaKey;
}

/** Things by a word, in the order in which each word first comes. */
export function groupedBy<T>(things: readonly T[], wordOf: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const word = wordOf(thing);
    const group = groups.get(word);
    if (group) group.push(thing);
    else groups.set(word, [thing]);
  }
  return groups;
}

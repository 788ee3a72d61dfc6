import { useSyncExternalStore } from 'react';

/** A key that was just made, with its text, which is told this once. */
export interface FreshKey {
  readonly name: string;
  readonly text: string;
  /** The server asks for a key from now on, and this tab signs in with it. */
  readonly endsLocalMode: boolean;
}

// Outside of the page's components: the page is made anew when the server begins to ask who is there, and what is told
// only once must not be lost by that.
let held: FreshKey | null = null;
const listeners = new Set<() => void>();

/** Holds a key until its text was taken note of. */
export function holdFreshKey(key: FreshKey | null): void {
  held = key;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The key that was just made; null when there is none to tell. */
export function useFreshKey(): FreshKey | null {
  return useSyncExternalStore(subscribe, () => held);
}

import { useSyncExternalStore } from 'react';

/** What the plain wheel does over the chart; kept in the browser, since it is a matter of the hand and not of the run. */
export type Wheel = 'scroll' | 'zoom';

const KEY = 'flowprof.wheel';
const listeners = new Set<() => void>();
/** What was chosen where nothing can be stored. */
let fallback: Wheel = 'scroll';

function chosen(): Wheel {
  try {
    const text = localStorage.getItem(KEY);
    return text === 'zoom' || text === 'scroll' ? text : fallback;
  } catch {
    return fallback;
  }
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}

export function useWheel(): Wheel {
  return useSyncExternalStore(listen, chosen);
}

export function chooseWheel(wheel: Wheel): void {
  fallback = wheel;
  try {
    localStorage.setItem(KEY, wheel);
  } catch {
    // The choice then holds for this page only.
  }
  for (const listener of listeners) listener();
}

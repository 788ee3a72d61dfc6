import { useSyncExternalStore } from 'react';
import { TAB_KEPT } from './storage.ts';

/** The tab keeps it, and no other page or later visit has it. */
const STORAGE_KEY = 'flowprof.credential';

const listeners = new Set<() => void>();

/** The API key or token that requests are sent with; null when there is none. */
export function credential(): string | null {
  return TAB_KEPT.getItem(STORAGE_KEY);
}

/** Keeps a credential for as long as the tab is open; null forgets it. */
export function keepCredential(value: string | null): void {
  if (value === null) TAB_KEPT.removeItem(STORAGE_KEY);
  else TAB_KEPT.setItem(STORAGE_KEY, value);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether there is a credential, kept up to date. */
export function useHasCredential(): boolean {
  return useSyncExternalStore(subscribe, () => credential() !== null);
}

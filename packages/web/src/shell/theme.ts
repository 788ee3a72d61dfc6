import { useSyncExternalStore } from 'react';

/** What the reader chose; `system` follows the device. */
export const THEME_CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];
export type Theme = 'light' | 'dark';

const KEY = 'flowprof.theme';
const DARK = '(prefers-color-scheme: dark)';

/** Whether a text names a choice, e.g. one that was stored by another version. */
export function isThemeChoice(text: string | null): text is ThemeChoice {
  return THEME_CHOICES.some((choice) => choice === text);
}

/** The theme that a choice means on a device. */
export function resolveTheme(choice: ThemeChoice, systemIsDark: boolean): Theme {
  if (choice !== 'system') return choice;
  return systemIsDark ? 'dark' : 'light';
}

/** The stored choice. Storage may be forbidden, full or hold something else: then the system's. */
function storedChoice(): ThemeChoice {
  try {
    const text = localStorage.getItem(KEY);
    return isThemeChoice(text) ? text : 'system';
  } catch {
    return 'system';
  }
}

const listeners = new Set<() => void>();
let choice: ThemeChoice = 'system';

/** Puts the choice on the document, where the style sheets read it. */
function apply(): void {
  if (choice === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = choice;
  for (const listener of listeners) listener();
}

/** Reads the stored choice and follows the device and other tabs. Called once, before the first paint. */
export function startTheme(): void {
  choice = storedChoice();
  apply();
  matchMedia(DARK).addEventListener('change', apply);
  addEventListener('storage', (event) => {
    if (event.key !== KEY) return;
    choice = storedChoice();
    apply();
  });
}

/** Takes a new choice and remembers it where that is possible. */
export function chooseTheme(next: ThemeChoice): void {
  choice = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // The choice then holds for this page only.
  }
  apply();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, () => choice);
}

/** The theme in force. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => resolveTheme(choice, matchMedia(DARK).matches));
}

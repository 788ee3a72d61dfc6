import { TAB_KEPT } from '../api/storage.ts';

/** The tab remembers when it was last loaded anew by itself. */
const STORAGE_KEY = 'flowprof.reloaded';
/** So long it is not done again, so that no page loads itself for ever. Milliseconds. */
const ONCE_MS = 60_000;

/** Whether the page may load itself anew, after it did so at `last`. Milliseconds since the epoch; null for never. */
export function mayReload(last: string | null, now: number): boolean {
  const time = Number(last ?? Number.NaN);
  return !(Math.abs(now - time) < ONCE_MS);
}

/** Loads the page anew if the server is there, which a page that is gone does not tell. */
async function reloadIfThere(): Promise<void> {
  try {
    const answer = await fetch(location.pathname, { method: 'HEAD' });
    if (answer.ok) location.reload();
  } catch {
    // The server is away: what failed stays on the page, with a button to try again.
  }
}

/**
 * A page that was opened before the server was renewed asks for parts that are not there any more: it is loaded anew,
 * once.
 */
export function reloadWhenRenewed(): void {
  addEventListener('vite:preloadError', () => {
    const now = Date.now();
    if (!mayReload(TAB_KEPT.getItem(STORAGE_KEY), now)) return;
    TAB_KEPT.setItem(STORAGE_KEY, String(now));
    void reloadIfThere();
  });
}

/** What of a browser's storage is used. */
export type Kept = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

/** In place of a storage that the browser forbids: it lasts as long as the page is open. */
class PageStorage implements Kept {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** A storage of the browser, or one of the page's own where a reader forbids sites to store anything: then even its name throws. */
export function storageOr(open: () => Kept): Kept {
  try {
    const storage = open();
    storage.getItem('');
    return storage;
  } catch {
    return new PageStorage();
  }
}

/** What stays in the browser. */
export const BROWSER_KEPT = storageOr(() => localStorage);
/** What stays in the tab. */
export const TAB_KEPT = storageOr(() => sessionStorage);

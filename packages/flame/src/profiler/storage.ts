/**
 * Where profiles are kept: texts by key, as a browser's storage has them, and a way to hear of what other tabs change.
 * Everything may fail; what is thrown for want of room has the name `QuotaExceededError`.
 */
export interface ProfilerStorage {
  keys(): Promise<readonly string[]>;
  read(key: string): Promise<string | null>;
  write(key: string, text: string): Promise<void>;
  remove(key: string): Promise<void>;
  /** Tells of keys that another tab changed; null when that may be any. */
  subscribe?(listener: (key: string | null) => void): () => void;
}

/** Whether a storage said that it is full. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && /^(?:QuotaExceededError|NS_ERROR_DOM_QUOTA_REACHED)$/.test(error.name);
}

/** Keeps nothing beyond the page: for tests, servers, and what another place keeps anyway. */
export function memoryStorage(): ProfilerStorage {
  const texts = new Map<string, string>();
  return {
    keys: () => Promise.resolve([...texts.keys()]),
    read: (key) => Promise.resolve(texts.get(key) ?? null),
    write: (key, text) => Promise.resolve(void texts.set(key, text)),
    remove: (key) => Promise.resolve(void texts.delete(key)),
  };
}

/** What is thrown becomes a promise that is rejected. */
async function attempt<T>(work: () => T): Promise<T> {
  return work();
}

/** Keeps profiles in `localStorage`, beside whatever else a page has there. Smaller than IndexedDB, and open to read. */
export function webStorage(storage: Storage, prefix = 'flowprof.profiler/'): ProfilerStorage {
  return {
    keys: () =>
      attempt(() => {
        const keys: string[] = [];
        for (let i = 0; i < storage.length; i++) {
          const key = storage.key(i);
          if (key?.startsWith(prefix) === true) keys.push(key.slice(prefix.length));
        }
        return keys;
      }),
    read: (key) => attempt(() => storage.getItem(prefix + key)),
    write: (key, text) => attempt(() => storage.setItem(prefix + key, text)),
    remove: (key) => attempt(() => storage.removeItem(prefix + key)),
    subscribe: (listener) => {
      const listen = ({ key, storageArea }: StorageEvent): void => {
        if (storageArea !== storage) return;
        if (key === null) listener(null);
        else if (key.startsWith(prefix)) listener(key.slice(prefix.length));
      };
      addEventListener('storage', listen);
      return () => removeEventListener('storage', listen);
    },
  };
}

const TEXTS = 'profiles';

/** A request to IndexedDB as a promise. */
function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(TEXTS));
    request.addEventListener('success', () => {
      // another tab with a later version of this package must not wait for this one
      request.result.addEventListener('versionchange', () => request.result.close());
      resolve(request.result);
    });
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB cannot be opened')));
    request.addEventListener('blocked', () => reject(new Error('IndexedDB is held by another tab')));
  });
}

/** What a transaction came to: all of it, or nothing. */
function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => resolve());
    transaction.addEventListener('abort', () => reject(transaction.error ?? new Error('IndexedDB gave up')));
  });
}

/** Keeps profiles in IndexedDB, which has more room than `localStorage` and holds nothing up. */
export function indexedDbStorage(name = 'flowprof-profiler'): ProfilerStorage {
  let database: Promise<IDBDatabase> | null = null;
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  const open = (): Promise<IDBDatabase> => {
    database ??= openDatabase(name).catch((error: unknown) => {
      database = null;
      throw error;
    });
    return database;
  };
  const change = async (key: string, work: (texts: IDBObjectStore) => void): Promise<void> => {
    const transaction = (await open()).transaction(TEXTS, 'readwrite');
    const done = committed(transaction);
    work(transaction.objectStore(TEXTS));
    await done;
    // a channel reaches the tabs of this origin only, and takes no other argument
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel?.postMessage(key);
  };
  const texts = async (): Promise<IDBObjectStore> => (await open()).transaction(TEXTS, 'readonly').objectStore(TEXTS);
  return {
    keys: async () => (await answerOf((await texts()).getAllKeys())).map(String),
    read: async (key) => {
      const text: unknown = await answerOf((await texts()).get(key));
      return typeof text === 'string' ? text : null;
    },
    write: (key, text) => change(key, (store) => store.put(text, key)),
    remove: (key) => change(key, (store) => store.delete(key)),
    subscribe: (listener) => {
      const listen = ({ data }: MessageEvent<unknown>): void => listener(typeof data === 'string' ? data : null);
      channel?.addEventListener('message', listen);
      return () => channel?.removeEventListener('message', listen);
    },
  };
}

/** What a page has: IndexedDB where there is one, else nothing (a server that renders, a browser that forbids it). */
export function browserStorage(): ProfilerStorage | null {
  return typeof indexedDB === 'undefined' ? null : indexedDbStorage();
}

import type { Store } from '../api.ts';
import { openStore, type StoreOptions } from '../store.ts';
import { debianBinaries, startPlainServer, type PlainServer } from './plain-server.ts';
import { LogBook, temporaryFolder, testClock, testRandom } from './support.ts';

/** A kind of database that the suite runs on. */
export interface BackendCase {
  readonly name: string;
  readonly start: () => Promise<RunningBackend>;
}

export interface RunningBackend {
  readonly store: Store;
  readonly book: LogBook;
  /** What it was opened with. */
  readonly options: StoreOptions;
  readonly stop: () => Promise<void>;
}

async function startEmbedded(): Promise<RunningBackend> {
  const { folder, remove } = await temporaryFolder();
  const book = new LogBook();
  const options = { dataDir: `${folder}/data`, clock: testClock, random: testRandom, log: book.log };
  const store = await openStore(options);
  return {
    store,
    book,
    options,
    async stop() {
      await store.close();
      await remove();
    },
  };
}

async function onServer(server: PlainServer): Promise<RunningBackend> {
  const book = new LogBook();
  await server.admin('postgres', `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'of the keeper'`);
  await server.admin('postgres', 'CREATE DATABASE profiles OWNER keeper');
  const databaseUrl = server.url('keeper', 'of the keeper', 'profiles');
  const options = {
    databaseUrl,
    dataDir: '/nonexistent',
    clock: testClock,
    random: testRandom,
    log: book.log,
    journalKey: new Uint8Array(32).fill(7),
  };
  const store = await openStore(options);
  return {
    store,
    book,
    options,
    async stop() {
      await store.close();
      await server.stop();
    },
  };
}

/** Every backend that can be had on this machine: the embedded one and an ordinary server always. */
export async function backendCases(): Promise<BackendCase[]> {
  const cases: BackendCase[] = [
    { name: 'embedded', start: startEmbedded },
    { name: 'server', start: async () => onServer(await startPlainServer()) },
  ];
  const debian = await debianBinaries();
  if (debian !== null) {
    cases.push({ name: `server at ${debian.root}`, start: async () => onServer(await startPlainServer(debian)) });
  }
  return cases;
}

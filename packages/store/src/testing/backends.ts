import type { Clock } from '@flowprof/model';
import type { Store } from '../api.ts';
import { openStore, type StoreOptions } from '../store.ts';
import { createCitusDatabase } from './citus.ts';
import { debianBinaries, startPlainServer, type PlainServer } from './plain-server.ts';
import { LogBook, temporaryFolder, testClock, testRandom } from './support.ts';

/** A kind of database that the suite runs on. */
export interface BackendCase {
  readonly name: string;
  /** @param clock the machine's when absent */
  readonly start: (clock?: Clock) => Promise<RunningBackend>;
}

export interface RunningBackend {
  readonly store: Store;
  readonly book: LogBook;
  /** What it was opened with. */
  readonly options: StoreOptions;
  readonly stop: () => Promise<void>;
}

async function startEmbedded(clock: Clock = testClock): Promise<RunningBackend> {
  const { folder, remove } = await temporaryFolder();
  const book = new LogBook();
  const options = { dataDir: `${folder}/data`, clock, random: testRandom, log: book.log };
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

async function onServer(server: PlainServer, clock?: Clock): Promise<RunningBackend> {
  await server.admin('postgres', `CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'of the keeper'`);
  await server.admin('postgres', 'CREATE DATABASE profiles OWNER keeper');
  return onUrl(server.url('keeper', 'of the keeper', 'profiles'), () => server.stop(), clock);
}

async function onCitus(superuserUrl: string, clock?: Clock): Promise<RunningBackend> {
  const { ownerUrl, remove } = await createCitusDatabase(superuserUrl);
  return onUrl(ownerUrl, remove, clock);
}

async function onUrl(
  databaseUrl: string,
  remove: () => Promise<void>,
  clock: Clock = testClock,
): Promise<RunningBackend> {
  const book = new LogBook();
  const options = {
    databaseUrl,
    dataDir: '/nonexistent',
    clock,
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
      await remove();
    },
  };
}

/**
 * Every backend that can be had on this machine: the embedded one and an ordinary server always; PostgreSQL of the
 * Debian package where it is installed; Citus where `FLOWPROF_TEST_CITUS_URL` is a superuser's URL of a coordinator.
 */
export async function backendCases(): Promise<BackendCase[]> {
  const cases: BackendCase[] = [
    { name: 'embedded', start: startEmbedded },
    { name: 'server', start: async (clock) => onServer(await startPlainServer(), clock) },
  ];
  const debian = await debianBinaries();
  if (debian !== null) {
    cases.push({
      name: `server at ${debian.root}`,
      start: async (clock) => onServer(await startPlainServer(debian), clock),
    });
  }
  const citus = process.env['FLOWPROF_TEST_CITUS_URL'];
  if (citus) cases.push({ name: 'citus', start: (clock) => onCitus(citus, clock) });
  return cases;
}

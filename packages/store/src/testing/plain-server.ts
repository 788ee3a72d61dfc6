import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { Client } from 'pg';
import { findBinaries, linkLibraries, type Binaries } from '../embedded/binaries.ts';
import { findLauncher } from '../embedded/launcher.ts';
import { systemTimers, until } from '../timers.ts';
import { temporaryFolder } from './support.ts';

const SUPERUSER = 'admin';
const PASSWORD = 'of the administrator';

/** An ordinary PostgreSQL that listens on loopback, as an operator would run it. */
export interface PlainServer {
  readonly superuserUrl: string;
  readonly url: (user: string, password: string, database: string) => string;
  /** Runs statements as the superuser. */
  readonly admin: (database: string, ...statements: string[]) => Promise<void>;
  /** Stops it and removes its data. */
  readonly stop: () => Promise<void>;
}

/** The PostgreSQL of the Debian package, if this machine has one of version 15 or newer. */
export async function debianBinaries(): Promise<Binaries | null> {
  const versions = (await readdir('/usr/lib/postgresql').catch(() => []))
    .map(Number)
    .filter((version) => version >= 15);
  const version = Math.min(...versions);
  const root = `/usr/lib/postgresql/${version}`;
  if (!existsSync(`${root}/bin/initdb`)) return null;
  const catalog = `/usr/share/postgresql/${version}/postgres.bki`;
  return { root, initdb: `${root}/bin/initdb`, postgres: `${root}/bin/postgres`, catalog };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function query(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts a server in a folder of its own. */
export async function startPlainServer(binaries: Binaries = findBinaries()): Promise<PlainServer> {
  const { folder, remove } = await temporaryFolder();
  const data = path.join(folder, 'data');
  const passwordFile = path.join(folder, 'password');
  await mkdir(data, { mode: 0o700 });
  await writeFile(passwordFile, `${PASSWORD}\n`);
  const isPackaged = existsSync(path.join(binaries.root, 'pg-symlinks.json'));
  const libraries = isPackaged ? await linkLibraries(binaries, folder) : {};
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', ...libraries };
  const launcher = await findLauncher(
    { binaries, dataDir: folder, runDir: data, env },
    async ({ uid, gid }) => {
      for (const target of [data, passwordFile, folder]) await chown(target, uid, gid);
    },
    () => undefined,
  );
  const flags = ['-D', data, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const initdb = launcher.start(binaries.initdb, [...flags, '--encoding=UTF8', '--locale=C', '--no-sync'], 'ignore');
  await once(initdb, 'close');
  const port = await freePort();
  const url = (user: string, password: string, database: string): string =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  const superuserUrl = url(SUPERUSER, PASSWORD, 'postgres');
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const child = launcher.start(binaries.postgres, ['-D', data, ...settings.flatMap((one) => ['-c', one])], 'ignore');
  const serves = (): Promise<boolean> =>
    query(superuserUrl, 'SELECT 1').then(
      () => true,
      () => false,
    );
  if (!(await until(systemTimers, 20, 1000, serves))) {
    throw new Error(`the server did not start: ${await readFile(path.join(data, 'postmaster.pid'), 'utf8')}`);
  }
  return {
    superuserUrl,
    url,
    admin: (database, ...statements) => query(url(SUPERUSER, PASSWORD, database), ...statements),
    async stop() {
      child.kill('SIGINT');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await remove();
    },
  };
}

import { holderOf } from '@flowprof/store';

import { hasDatabase } from '../services/data-folder.ts';
import { systemRandom } from '../services/system.ts';
import { apiClient, type ApiClient } from './api-client.ts';
import { CommandFailure, UsageError } from './errors.ts';
import type { CliIo } from './io.ts';
import { hostsOf, journalKeyOf, startFailure } from './settings.ts';

const DEFAULT_URL = 'http://127.0.0.1:7420';
const DEFAULT_DATA_DIR = '.flowprof';
/** How long the default address is given to show that a flowprof is there. */
const PROBE_MS = 2000;

export interface ConnectOptions {
  /** The data folder when the command was given one; else `FLOWPROF_DATA_DIR`, else `.flowprof`. */
  readonly dataDir?: string | undefined;
  /**
   * Whether a database may be made where there is none. Without it, and without a data folder being named, whatever
   * serves at the default address is asked.
   */
  readonly mayCreate?: boolean;
  /** Whether the command comes to its end by itself after Ctrl-C; else it is broken off. */
  readonly endsItself?: boolean;
}

/** How a server is reached that has the wanted database. */
type Way =
  | { readonly kind: 'named' | 'running'; readonly url: URL }
  /** Nobody serves it: it takes a server in this process. */
  | { readonly kind: 'private'; readonly dataDir: string };

function urlOf(text: string, source: string): URL {
  if (!URL.canParse(text)) throw new UsageError(`${source} is no URL: ${text}`);
  const url = new URL(text);
  // What listens on every address is reached by the one of this machine.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url;
}

async function answers(url: string): Promise<boolean> {
  const probe = fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(PROBE_MS) });
  return probe.then(
    async (response) => {
      await response.body?.cancel();
      return response.ok;
    },
    () => false,
  );
}

/** @throws {UsageError} @throws {CommandFailure} when the data folder is held by a flowprof that does not serve */
async function wayTo(options: ConnectOptions, env: CliIo['env']): Promise<Way> {
  const named = env['FLOWPROF_URL'];
  if (named) return { kind: 'named', url: urlOf(named, 'FLOWPROF_URL') };
  const stated = options.dataDir ?? (env['FLOWPROF_DATA_DIR'] || undefined);
  const dataDir = stated ?? DEFAULT_DATA_DIR;
  if (env['DATABASE_URL']) return { kind: 'private', dataDir };
  const holder = await holderOf(dataDir);
  if (holder?.url) return { kind: 'running', url: urlOf(holder.url, `the address in the lock of ${dataDir}`) };
  if (holder) {
    throw new CommandFailure(
      `${dataDir} is in use by flowprof with process id ${holder.pid}, which does not serve; try again when it does or has ended`,
    );
  }
  if (options.mayCreate || hasDatabase(dataDir)) return { kind: 'private', dataDir };
  if (stated === undefined && (await answers(DEFAULT_URL))) return { kind: 'running', url: new URL(DEFAULT_URL) };
  const where = stated === undefined ? `, and no server at ${DEFAULT_URL}` : '';
  throw new UsageError(
    `there is no flowprof database in ${dataDir}${where}; FLOWPROF_URL names a server, FLOWPROF_DATA_DIR a data folder`,
  );
}

/** Starts a server that lets only this command in, looks after nothing else, and reaches no services. */
async function startPrivate(dataDir: string, io: CliIo): Promise<{ api: ApiClient; close: () => Promise<void> }> {
  const token = Buffer.from(systemRandom(new Uint8Array(32))).toString('hex');
  const journalKey = journalKeyOf(io.env['FLOWPROF_JOURNAL_KEY']);
  const { startServer } = await import('../http/server.ts');
  try {
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir,
      databaseUrl: io.env['DATABASE_URL'] || undefined,
      journalKey,
      services: { acquire: () => Promise.reject(new Error('a command runs nothing')) },
      temporalHosts: hostsOf(io.env, 'FLOWPROF_TEMPORAL_HOSTS'),
      log: io.env['FLOWPROF_LOG'] ?? 'error',
      background: false,
      operatorToken: token,
    });
    return { api: apiClient(new URL(server.url), token), close: () => server.close() };
  } catch (error) {
    throw startFailure(error);
  }
}

/** Does something until Ctrl-C or SIGTERM. @throws {CommandFailure} then; what was begun goes on unheard */
async function untilInterrupted<T>(io: CliIo, work: () => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const interrupted = new Promise<never>((_, reject) => {
    stop.signal.addEventListener('abort', () => reject(new CommandFailure('interrupted')));
  });
  const forget = io.onInterrupt(() => stop.abort());
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    forget();
  }
}

/**
 * Lets a command work with a server that has the wanted database: the one that `FLOWPROF_URL` names; else the running
 * one that holds the data folder; else one started in this process for as long as the command takes, which lets only
 * this command in. `FLOWPROF_API_KEY` is sent to the former two.
 * @throws {UsageError} when there is no such server or database
 * @throws {CommandFailure} when it cannot be used, and what `use` throws
 */
export async function withServer<T>(
  options: ConnectOptions,
  io: CliIo,
  use: (api: ApiClient) => Promise<T>,
): Promise<T> {
  const way = await wayTo(options, io.env);
  if (way.kind !== 'private') return use(apiClient(way.url, io.env['FLOWPROF_API_KEY'] || undefined));
  const { api, close } = await startPrivate(way.dataDir, io);
  try {
    return await (options.endsItself === true ? use(api) : untilInterrupted(io, () => use(api)));
  } finally {
    await close();
  }
}

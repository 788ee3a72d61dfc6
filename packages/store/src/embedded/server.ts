import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, open, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Clock, RandomBytes } from '@flowprof/model';
import { Client } from 'pg';
import { codeOf, messageOf, StoreError } from '../errors.ts';
import type { StoreLog } from '../log.ts';
import { until, type StoreTimers } from '../timers.ts';
import { findBinaries, linkLibraries, type Binaries } from './binaries.ts';
import {
  clusterDir,
  EMBEDDED_OWNER,
  initialise,
  loadSecrets,
  makeRunDir,
  removeRunDir,
  stopOrphans,
  type Secrets,
} from './cluster.ts';
import { findLauncher, type Launcher } from './launcher.ts';
import { lockDataDir, type DataDirLock } from './lock.ts';
import { processesIn } from './processes.ts';

const PORT = 5432;
const START_ATTEMPTS = 8;
const READY_POLL_MS = 15;
const STOP_GRACE_POLLS = 600;
const MAX_BACKOFF_MS = 2000;

/** `-c` settings. Everything durable stays at PostgreSQL's defaults: fsync, synchronous commits, full page writes. */
const SETTINGS = [
  `port=${PORT}`,
  'listen_addresses=',
  'unix_socket_permissions=0700',
  'max_connections=60',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=1GB',
  'io_method=sync',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
  'lc_messages=C',
];

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly timers: StoreTimers;
  readonly log: StoreLog;
}

/**
 * The PostgreSQL that flowprof starts itself, as a child process on a private socket.
 *
 *     starting ──ready──► up ──exit──► restarting ──ready──► up
 *                          └──stop()──► stopped ◄──stop()──┘
 */
export class EmbeddedServer {
  readonly host: string;
  readonly port = PORT;
  readonly owner = EMBEDDED_OWNER;
  readonly secrets: Secrets;
  readonly #binaries: Binaries;
  readonly #launcher: Launcher;
  readonly #lock: DataDirLock;
  readonly #options: EmbeddedOptions;
  #child: ChildProcess | null = null;
  #up = false;
  #stopping = false;
  #restarting: Promise<void> = Promise.resolve();

  private constructor(
    options: EmbeddedOptions,
    parts: { binaries: Binaries; launcher: Launcher; lock: DataDirLock; secrets: Secrets; runDir: string },
  ) {
    this.#options = options;
    this.#binaries = parts.binaries;
    this.#launcher = parts.launcher;
    this.#lock = parts.lock;
    this.secrets = parts.secrets;
    this.host = parts.runDir;
  }

  /**
   * Locks the data folder, makes the database if there is none, and starts it.
   * @throws {StoreError} `data_dir_in_use`, `data_dir_unreachable`, `data_dir_incompatible`, `embedded_unsupported`
   *   or `embedded_start_failed`
   */
  static async start(options: EmbeddedOptions): Promise<EmbeddedServer> {
    const { log, random, timers } = options;
    // Others must be able to pass where the server runs as another user; what is secret inside is closed itself.
    await mkdir(options.dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    const dataDir = await realpath(options.dataDir);
    const token = Buffer.from(random(new Uint8Array(8))).toString('hex');
    const lock = await lockDataDir(dataDir, { now: options.clock.now(), token, log });
    let runDir: string | null = null;
    try {
      await stopOrphans(clusterDir(dataDir), timers, log);
      await removeRunDir(lock.previous?.runDir ?? null);
      const binaries = findBinaries();
      runDir = await makeRunDir();
      await lock.setRunDir(runDir);
      const launcher = await prepare(binaries, dataDir, runDir, log);
      const secrets = await loadSecrets(dataDir, random);
      await initialise({ binaries, dataDir, runDir, log }, launcher, secrets);
      const server = new EmbeddedServer({ ...options, dataDir }, { binaries, launcher, lock, secrets, runDir });
      await server.#startWithin(START_ATTEMPTS);
      return server;
    } catch (error) {
      await removeRunDir(runDir);
      await lock.release();
      throw error;
    }
  }

  /** Whether the server runs and has taken connections since its last start. */
  get isUp(): boolean {
    return this.#up;
  }

  /** Tells whoever wants the same data folder where this flowprof serves. */
  announce(url: string): Promise<void> {
    return this.#lock.setUrl(url);
  }

  /** Stops the server in order, and gives up the lock on the data folder. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#up = false;
    this.#child?.kill('SIGINT');
    await this.#restarting;
    // A restart may have put another child in its place meanwhile.
    const child = this.#child;
    child?.kill('SIGINT');
    if (child && !(await until(this.#options.timers, READY_POLL_MS, STOP_GRACE_POLLS, () => hasExited(child)))) {
      child.kill('SIGQUIT');
      if (!hasExited(child)) await once(child, 'exit');
    }
    // Processes whose postmaster was killed leave by themselves, a moment later.
    await this.#untilEmpty(STOP_GRACE_POLLS);
    await removeRunDir(this.host);
    await this.#lock.release();
    this.#options.log({ type: 'database_stopped' });
  }

  /** Starts the server, several times if need be. After the attempts it throws, unless they are unlimited. */
  async #startWithin(attempts: number): Promise<void> {
    const { log, timers } = this.#options;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#startOnce();
        return;
      } catch (error) {
        if (this.#stopping) return;
        log({ type: 'database_start_failed', attempt, reason: messageOf(error) });
        if (attempt >= attempts || !isWorthRetrying(error)) throw error;
        await timers.sleep(Math.min(MAX_BACKOFF_MS, 50 * 2 ** attempt));
      }
    }
  }

  async #startOnce(): Promise<void> {
    if (this.#stopping) throw new StoreError('database_unavailable');
    const { dataDir, log } = this.#options;
    const folder = clusterDir(dataDir);
    // A new postmaster refuses to start while processes of a killed one are left.
    await this.#untilEmpty(100);
    const logFile = path.join(dataDir, 'postgres.log');
    const output = await open(logFile, 'w', 0o600);
    const settings = [...SETTINGS, `unix_socket_directories=${this.host}`].flatMap((setting) => ['-c', setting]);
    const child = this.#launcher.start(
      this.#binaries.postgres,
      ['-D', folder, ...settings],
      ['ignore', output.fd, output.fd],
    );
    child.on('error', () => undefined);
    await output.close();
    this.#child = child;
    const version = await this.#ready(child, logFile);
    this.#up = true;
    log({ type: 'database_started', pid: child.pid ?? 0, version });
    if (hasExited(child)) this.#onExit(child);
    else child.once('exit', () => this.#onExit(child));
  }

  /** Waits, not for ever, until no process of the cluster is left. */
  async #untilEmpty(polls: number): Promise<void> {
    const { dataDir, timers } = this.#options;
    const folder = clusterDir(dataDir);
    await until(timers, READY_POLL_MS, polls, async () => ((await processesIn(folder)) ?? []).length === 0);
  }

  /** Waits until the server takes connections and returns its version. */
  async #ready(child: ChildProcess, logFile: string): Promise<string> {
    for (;;) {
      if (hasExited(child) || child.pid === undefined) {
        const tail = (await readFile(logFile, 'utf8').catch(() => '')).slice(-2000).trim();
        throw new StoreError('embedded_start_failed', `PostgreSQL did not start: ${tail || 'it said nothing'}`);
      }
      if (this.#stopping) child.kill('SIGINT');
      const client = new Client({
        host: this.host,
        port: PORT,
        user: EMBEDDED_OWNER,
        password: this.secrets.owner,
        database: 'postgres',
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
        return rows[0]?.server_version ?? '';
      } catch (error) {
        if (codeOf(error) === '28P01') {
          throw new StoreError('data_dir_incompatible', 'The stored password of the database is wrong', error);
        }
        await this.#options.timers.sleep(READY_POLL_MS);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  #onExit(child: ChildProcess): void {
    this.#up = false;
    if (this.#stopping) return;
    this.#options.log({ type: 'database_exited', code: child.exitCode, signal: child.signalCode });
    // Goes on for as long as it takes: a full disk may be given space again.
    this.#restarting = this.#startWithin(Number.POSITIVE_INFINITY).catch((error: unknown) => {
      this.#options.log({ type: 'database_start_failed', attempt: 0, reason: messageOf(error) });
    });
  }
}

function hasExited(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof StoreError) || error.code === 'embedded_start_failed';
}

async function prepare(binaries: Binaries, dataDir: string, runDir: string, log: StoreLog): Promise<Launcher> {
  const libraries = await linkLibraries(binaries, runDir);
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC', ...libraries };
  const give = (owner: { uid: number; gid: number }): Promise<void> => chown(runDir, owner.uid, owner.gid);
  return findLauncher({ binaries, dataDir, runDir, env }, give, log);
}

/** A real Temporal server for tests: `temporal server start-dev`, with its data in a file, so that it can be killed. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from './temporal.mjs';

export interface TemporalServer {
  /** `host:port` of its frontend. */
  readonly address: string;
  /** A namespace that is there from the beginning. */
  readonly namespace: 'default';
  /** Runs Temporal's own command against it, e.g. `cli('workflow', 'terminate', '-w', id)`; gives what it prints. */
  cli(...args: readonly string[]): Promise<string>;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port with what it had written. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

const STARTING_MS = 30_000;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port was given'));
        else resolve(address.port);
      });
    });
  });
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`temporal ${args.join(' ')}: ${stderr.trim() || error.message}`));
    });
  });
}

/** Resolves once the frontend answers. */
async function untilServing(program: string, address: string, child: ChildProcess): Promise<void> {
  const until = performance.now() + STARTING_MS;
  while (child.exitCode === null) {
    const said = await output(program, ['operator', 'cluster', 'health', '--address', address]).catch(() => '');
    if (said.includes('SERVING')) return;
    if (performance.now() > until) break;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`the Temporal server at ${address} does not answer`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/**
 * Starts a server of its own; `npm test` gets the program for it (`scripts/lib/temporal.mjs`).
 * @param more further arguments of `temporal server start-dev`, e.g. `['--search-attribute', 'Colour=Keyword']`
 */
export async function startTemporalServer(more: readonly string[] = []): Promise<TemporalServer> {
  const program = findTemporal();
  if (program === null)
    throw new Error(
      'there is no Temporal CLI: node -e "import(\'./scripts/lib/temporal.mjs\').then((m) => m.ensureTemporal())" gets it',
    );
  const folder = await mkdtemp(join(tmpdir(), 'flowprof-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port)];
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      program,
      [...args, '--db-filename', join(folder, 'temporal.db'), '--log-level', 'never', ...more],
      {
        stdio: 'ignore',
      },
    );
    await untilServing(program, address, child).catch(async (error: unknown) => {
      await end(child, 'SIGKILL');
      throw error;
    });
    return child;
  };
  let child = await start();
  const stopWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  return {
    address,
    namespace: 'default',
    cli: (...command) => output(program, [...command, '--address', address]),
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, 'SIGKILL');
      child = await start();
    },
    close: async () => {
      process.off('exit', stopWithUs);
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

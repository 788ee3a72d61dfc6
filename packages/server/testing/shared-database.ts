import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '@flowprof/store';
import { z } from 'zod';
import { systemClock, systemRandom } from '../src/services/system.ts';

/** A PostgreSQL that several servers use. */
export interface SharedDatabase {
  /** For `ServerOptions.databaseUrl`. */
  readonly url: string;
  stop(): Promise<void>;
}

async function field(file: string, name: string): Promise<string> {
  return z.looseObject({ [name]: z.string() }).parse(JSON.parse(await readFile(file, 'utf8')))[name] ?? '';
}

/** Starts an embedded PostgreSQL and tells how others get at it. */
export async function startSharedDatabase(): Promise<SharedDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-shared-'));
  const holder = await openStore({ dataDir, clock: systemClock, random: systemRandom, log: () => undefined });
  const host = await field(join(dataDir, 'flowprof.lock'), 'runDir');
  const password = await field(join(dataDir, 'database-secret.json'), 'owner');
  return {
    url: `postgresql://flowprof_owner:${password}@localhost:5432/flowprof?host=${encodeURIComponent(host)}`,
    async stop() {
      await holder.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

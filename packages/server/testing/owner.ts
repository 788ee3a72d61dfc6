import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { z } from 'zod';

const secretSchema = z.object({ owner: z.string(), app: z.string() });

const USERS = { owner: 'flowprof_owner', app: 'flowprof_app' } as const;

/** Connects to the embedded database of a test's server, as the owner of the tables or as the application. */
export async function connectAs(who: 'owner' | 'app', dataDir: string): Promise<Client> {
  const secrets = secretSchema.parse(JSON.parse(await readFile(join(dataDir, 'database-secret.json'), 'utf8')));
  const lines = (await readFile(join(dataDir, 'postgres-18', 'postmaster.pid'), 'utf8')).split('\n');
  const client = new Client({
    host: lines[4] ?? '',
    port: Number(lines[3]),
    user: USERS[who],
    password: secrets[who],
    database: 'flowprof',
  });
  await client.connect();
  return client;
}

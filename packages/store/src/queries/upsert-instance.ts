import { hostname } from 'node:os';
import type { Client } from 'pg';

/** Enters a server, and takes the advisory lock that shows that it lives for as long as the connection does. */
export async function upsertInstance(client: Client, instanceId: string, lockClass: number): Promise<void> {
  await client.query(
    `INSERT INTO server_instances (instance_id, host, pid, started_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (instance_id) DO NOTHING`,
    [instanceId, hostname(), process.pid],
  );
  await client.query(
    'SELECT pg_advisory_lock($2::integer, lock_number::integer) FROM server_instances WHERE instance_id = $1',
    [instanceId, lockClass],
  );
}

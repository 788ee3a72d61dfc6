import { hostname } from 'node:os';
import type { Client } from 'pg';

/**
 * Enters a server, and takes the advisory lock that shows that it lives for as long as the connection does. Whoever sees
 * the row sees the lock.
 */
export async function upsertInstance(client: Client, instanceId: string, lockClass: number): Promise<void> {
  await client.query('BEGIN');
  const { rows } = await client.query<{ lock_number: string }>(
    `INSERT INTO server_instances AS i (instance_id, host, pid, started_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (instance_id) DO UPDATE SET pid = excluded.pid
     RETURNING lock_number`,
    [instanceId, hostname(), process.pid],
  );
  await client.query('SELECT pg_advisory_lock($1::integer, $2::integer)', [lockClass, rows[0]?.lock_number]);
  await client.query('COMMIT');
}

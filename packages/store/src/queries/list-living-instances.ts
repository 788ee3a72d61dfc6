import type { Micros } from '@flowprof/model';
import type { Sql } from '../database.ts';
import { INSTANCE_LOCKS } from '../instance.ts';

/**
 * The servers that hold the advisory lock of their row, or may: a database that was started less than `grace` ago
 * gave up all locks, and those who live need a moment to take theirs again. The owner's.
 */
export async function listLivingInstances(sql: Sql, grace: Micros): Promise<string[]> {
  const rows = await sql.rows(
    `SELECT i.instance_id FROM server_instances i
     WHERE clock_timestamp() - pg_postmaster_start_time() < $2::bigint * interval '1 microsecond'
       OR EXISTS (SELECT FROM pg_locks l
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.classid = $1::bigint::oid
           AND l.objid = i.lock_number::oid
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))`,
    [INSTANCE_LOCKS, grace],
  );
  return rows.map((row) => row.text('instance_id'));
}

import type { Sql } from '../database.ts';

/**
 * Forgets the servers that are none of the given; the owner's. It must see one state of the data: a server that enters
 * itself meanwhile then makes it fail, and is not forgotten.
 */
export async function deleteDeadInstances(sql: Sql, livingInstances: readonly string[]): Promise<void> {
  await sql.run('DELETE FROM server_instances WHERE instance_id <> ALL ($1::uuid[])', [livingInstances]);
}

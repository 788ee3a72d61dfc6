import type { AlertLoad } from '../alerts/api.ts';
import type { Sql } from '../database.ts';

/** What fires and what waits to be told, in all workspaces; the owner's. */
export async function measureAlerts(sql: Sql): Promise<AlertLoad> {
  const [rules] = await sql.rows(`SELECT count(*) AS firing FROM alert_rules WHERE enabled AND status = 'firing'`, []);
  const [deliveries] = await sql.rows(`SELECT count(*) AS waiting FROM alert_deliveries WHERE state = 'waiting'`, []);
  return { firing: rules?.int('firing') ?? 0, waiting: deliveries?.int('waiting') ?? 0 };
}

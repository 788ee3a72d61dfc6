import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a data folder has a database of ours. */
export function hasDatabase(dataDir: string): boolean {
  return existsSync(join(dataDir, 'database-secret.json'));
}

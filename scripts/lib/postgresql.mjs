import { existsSync, readdirSync } from 'node:fs';
import { run } from './run.mjs';

const PACKAGES = '/usr/lib/postgresql';
const LEAST_VERSION = 15;

function isThere() {
  const versions = existsSync(PACKAGES) ? readdirSync(PACKAGES) : [];
  return versions.some(
    (version) => Number(version) >= LEAST_VERSION && existsSync(`${PACKAGES}/${version}/bin/initdb`),
  );
}

/**
 * Finds the PostgreSQL of Debian for the tests that run on an ordinary server, or gets it where we may install it.
 * @returns {Promise<string | null>} why there is none, or null
 */
export async function ensurePostgresql() {
  if (isThere()) return null;
  if (process.getuid?.() !== 0) return 'there is no PostgreSQL of Debian, and only root may install one';
  if (!existsSync('/usr/bin/apt-get')) return 'there is no PostgreSQL of Debian, and no apt to install one';
  process.stderr.write('Getting PostgreSQL ...\n');
  await run('apt-get', ['update', '-qq'], { quiet: true });
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const { output } = await run('apt-get', ['install', '-y', '-qq', 'postgresql'], { quiet: true, env });
  return isThere() ? null : `apt could not install PostgreSQL: ${output.trim().split('\n').at(-1) ?? ''}`;
}

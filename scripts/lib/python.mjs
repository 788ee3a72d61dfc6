import { existsSync } from 'node:fs';
import { run } from './run.mjs';

async function isThere() {
  const { code } = await run('python3', ['-c', 'import requests'], { quiet: true }).catch(() => ({ code: 1 }));
  return code === 0;
}

/**
 * Finds a Python with `requests` for the examples in it, or gets them: from Debian where we may install, else from pip.
 * @returns {Promise<string | null>} why there is none, or null
 */
export async function ensurePython() {
  if (await isThere()) return null;
  process.stderr.write('Getting Python and requests ...\n');
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await run('apt-get', ['update', '-qq'], { quiet: true });
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '-y', '-qq', 'python3', 'python3-requests'], { quiet: true, env });
  }
  if (!(await isThere())) {
    await run('python3', ['-m', 'pip', 'install', '--quiet', '--user', 'requests'], { quiet: true }).catch(() => null);
  }
  return (await isThere()) ? null : 'there is no python3 with requests, and neither apt nor pip could install them';
}

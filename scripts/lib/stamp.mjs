import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', 'public', '.cache', '.flowprof']);

/** All files below the given files and folders, sorted. */
function filesBelow(root, paths) {
  const found = [];
  const open = paths.map((path) => join(root, path)).filter((path) => existsSync(path));
  while (open.length > 0) {
    const path = open.pop();
    if (!statSync(path).isDirectory()) found.push(path);
    else for (const name of readdirSync(path)) if (!SKIPPED.has(name)) open.push(join(path, name));
  }
  return found.sort();
}

/** A digest of the contents of files and folders. */
export function digestOf(root, paths) {
  const hash = createHash('sha256');
  for (const path of filesBelow(root, paths)) {
    hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0');
  }
  return hash.digest('hex');
}

/** Whether a step was last done for this very digest. */
export function isDone(stampFile, digest) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest;
}

/** Remembers that a step was done for a digest. */
export function markDone(stampFile, digest) {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, digest);
}

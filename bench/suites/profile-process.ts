import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Suite } from '../suite.ts';

const root = join(import.meta.dirname, '../..');
const main = join(root, 'packages/server/dist/cli/main.js');
const file = join(root, 'fixtures/pytorch-hta/control.json.gz');

/** What has to be done at least: unpacking and parsing, by a process that loads nothing else. */
const FLOOR = `JSON.parse(require('zlib').gunzipSync(require('fs').readFileSync(${JSON.stringify(file)})).toString())`;

function node(...args: readonly string[]): unknown {
  return execFileSync(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** A file of one event: what is left is starting the program. */
function smallFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'flowprof-bench-')), 'small.json');
  writeFileSync(path, '[{"name":"a","ph":"X","ts":1,"dur":2,"pid":1,"tid":1}]');
  return path;
}

/** Whole processes, from the start to the end, as a person at a terminal waits for them. */
export const profileProcess: Suite = {
  name: 'profile-process',
  about: 'flowprof profile of a Chrome trace of 109,123 events (35 MB of JSON, gzip), the whole process',
  open: async () => {
    if (!existsSync(main)) throw new Error('build it first: npm run build');
    const small = smallFile();
    return {
      floor: { name: 'node: gunzip and JSON.parse', run: () => node('-e', FLOOR) },
      tasks: [
        { name: 'flowprof profile', run: () => node(main, 'profile', file) },
        { name: 'flowprof profile --json', run: () => node(main, 'profile', '--json', file) },
        { name: 'flowprof profile of one event', run: () => node(main, 'profile', small) },
        { name: 'flowprof --version', run: () => node(main, '--version') },
        { name: 'node: nothing', run: () => node('-e', '0') },
      ],
      turnsMs: 20_000,
      close: async () => undefined,
    };
  },
};

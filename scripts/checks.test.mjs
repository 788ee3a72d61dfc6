import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKS } from './lib/checks.mjs';
import { ROOT } from './lib/prepare.mjs';

const LEFT_OUT = new Set(['node_modules', 'dist', 'public', '.git', '.cache', '.flowprof', 'fixtures', 'test-results']);

/** A copy of the repository whose packages see each other and not the originals. */
function copyTree() {
  const tree = mkdtempSync(join(tmpdir(), 'flowprof-checks-'));
  cpSync(ROOT, tree, { recursive: true, filter: (path) => path === ROOT || !LEFT_OUT.has(basename(path)) });
  const rooms = new Set(['@flowprof', 'flowprof']);
  const linkAll = (from, to) => {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(from)) if (!rooms.has(name)) symlinkSync(join(from, name), join(to, name));
  };
  linkAll(join(ROOT, 'node_modules'), join(tree, 'node_modules'));
  mkdirSync(join(tree, 'node_modules', '@flowprof'));
  for (const room of readdirSync(join(tree, 'packages'))) {
    const { name } = JSON.parse(readFileSync(join(tree, 'packages', room, 'package.json'), 'utf8'));
    symlinkSync(join(tree, 'packages', room), join(tree, 'node_modules', name));
    const own = join(ROOT, 'packages', room, 'node_modules');
    try {
      linkAll(own, join(tree, 'packages', room, 'node_modules'));
    } catch {
      // a room without packages of its own
    }
  }
  return tree;
}

/** What breaks each check: the files that are added, and what the check then has to name. */
const BREAKS = [
  {
    check: 'types',
    title: 'a type error',
    files: { 'packages/model/src/broken.ts': "export const wrong: number = 'text';\n" },
    names: 'broken.ts',
  },
  {
    check: 'lint',
    title: 'an any',
    files: { 'packages/model/src/broken.ts': 'export function broken(value: any): unknown {\n  return value;\n}\n' },
    names: 'no-explicit-any',
  },
  {
    check: 'format',
    title: 'a file that is not formatted',
    files: { 'packages/model/src/broken.ts': 'export   const broken=1\n' },
    names: 'broken.ts',
  },
  {
    check: 'imports',
    title: 'a room that reaches up',
    files: { 'packages/model/src/broken.ts': "export type { Store } from '@flowprof/store';\n" },
    names: 'room-model',
  },
  {
    check: 'imports',
    title: 'another room by its path',
    files: { 'packages/conductor/src/broken.ts': "export { isUuid } from '../../model/src/ids.ts';\n" },
    names: 'by-package-name',
  },
  {
    check: 'imports',
    title: 'a cycle',
    files: {
      'packages/model/src/broken.ts': "export { b as a } from './broken-too.ts';\n",
      'packages/model/src/broken-too.ts': "export { a as b } from './broken.ts';\n",
    },
    names: 'no-cycle',
  },
  {
    check: 'imports',
    title: 'Node in the model',
    files: { 'packages/model/src/broken.ts': "export { readFileSync } from 'node:fs';\n" },
    names: 'model-runs-in-a-browser',
  },
  {
    check: 'unused',
    title: 'a file that nothing uses',
    files: { 'packages/conductor/src/broken.ts': 'export const broken = 1;\n' },
    names: 'broken.ts',
  },
  {
    check: 'packages',
    title: 'an entry that leads nowhere',
    files: {
      'packages/ingest/package.json': JSON.stringify({
        name: '@flowprof/ingest',
        version: '0.1.0',
        type: 'module',
        files: ['dist'],
        exports: './dist/missing.js',
      }),
    },
    names: 'missing.js',
  },
];

describe('each check fails when what it guards is broken', () => {
  let tree;
  beforeAll(() => {
    tree = copyTree();
  });
  afterAll(() => rmSync(tree, { recursive: true, force: true }));

  it.each(BREAKS)('$check: $title', { timeout: 120_000 }, async ({ check, files, names }) => {
    const before = new Map();
    for (const [name, text] of Object.entries(files)) {
      const path = join(tree, name);
      try {
        before.set(path, readFileSync(path, 'utf8'));
      } catch {
        before.set(path, null);
      }
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
    try {
      const { code, output } = await CHECKS[check](tree);
      expect(output).toContain(names);
      expect(code).not.toBe(0);
    } finally {
      for (const [path, text] of before) {
        if (text === null) rmSync(path);
        else writeFileSync(path, text);
      }
    }
  });
});

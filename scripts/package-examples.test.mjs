import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROOT } from './lib/prepare.mjs';

/** A copy of what packing needs, so that no other test sees what it puts there for a moment. */
let tree;

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'flowprof-pack-'));
  for (const path of ['examples', 'scripts', 'packages/server/package.json', 'packages/server/bin']) {
    cpSync(join(ROOT, path), join(tree, path), { recursive: true });
  }
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

it('the published command has the example workflows that its demo loads, and packing leaves nothing behind', () => {
  const room = join(tree, 'packages', 'server');
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--silent'], { cwd: room, encoding: 'utf8' });
  const [{ files }] = JSON.parse(packed);
  const names = files.map(({ path }) => path).filter((path) => path.startsWith('examples/workflows/'));
  const examples = readdirSync(join(ROOT, 'examples', 'workflows'));
  expect(examples.length).toBeGreaterThan(0);
  expect(names.toSorted()).toEqual(examples.map((name) => `examples/workflows/${name}`).toSorted());
  expect(existsSync(join(room, 'examples'))).toBe(false);
});

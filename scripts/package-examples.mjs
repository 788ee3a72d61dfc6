// Run by npm while it packs packages/server: `add` puts the example workflows where `flowprof demo` looks for them in
// the published package, `remove` takes them away again. In the repository they are read from their own place.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './lib/prepare.mjs';

const target = join(ROOT, 'packages', 'server', 'examples');
rmSync(target, { recursive: true, force: true });
if (process.argv[2] === 'add') cpSync(join(ROOT, 'examples'), target, { recursive: true });

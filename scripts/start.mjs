// `npm start`: from a fresh clone to a served flame chart. Everything after the first start is quick.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, ROOT } from './lib/prepare.mjs';

await ensureInstalled();
await ensureBuilt();

// in this very process, so that a signal to it reaches the server
const launcher = join(ROOT, 'packages', 'server', 'bin', 'flowprof.js');
process.argv.splice(1, process.argv.length - 1, launcher, 'demo', ...process.argv.slice(2));
await import(launcher);

// `npm run check [name ...]`: types, lint, format, import rules, unused code, package entries.
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { CHECKS, runChecks } from './lib/checks.mjs';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length > 0) {
  process.stderr.write(`no such check: ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}\n`);
  process.exit(2);
}
await ensureInstalled();
if (names.length === 0 || names.includes('packages')) await ensureBuilt();
const { failed } = await runChecks(names.length === 0 ? undefined : names);
process.exitCode = failed === 0 ? 0 : 1;

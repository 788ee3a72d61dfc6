import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ROOT } from './prepare.mjs';
import { run } from './run.mjs';

const PUBLISHED = ['model', 'conductor', 'store', 'ingest', 'server', 'flame'];

/** A tool of node_modules, run in a tree that may be another than this repository. */
function tool(tree, packageName, file, args) {
  return run(process.execPath, [bin(packageName, file), ...args], { cwd: tree, quiet: true });
}

/** How many source files the rooms have: what the import rules must at least have looked at. */
function countSources(tree) {
  const rooms = readdirSync(join(tree, 'packages'));
  return rooms
    .flatMap((room) => readdirSync(join(tree, 'packages', room, 'src'), { recursive: true, encoding: 'utf8' }))
    .filter((name) => /[.]tsx?$/.test(name)).length;
}

/** The import rules. A checker that finds no modules finds no mistakes either, so their number is checked too. */
async function checkImports(tree) {
  const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'packages'];
  const preload = ['--import', join(import.meta.dirname, 'swc-reads-tsx.mjs')];
  const cruiser = bin('dependency-cruiser', 'bin/dependency-cruise.mjs');
  const { output } = await run(process.execPath, [...preload, cruiser, ...args], { cwd: tree, quiet: true });
  const start = output.indexOf('{\n');
  if (start === -1) return { code: 1, output };
  const { summary } = JSON.parse(output.slice(start));
  const expected = countSources(tree);
  const lines = summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
  if (summary.totalCruised < expected) lines.push(`only ${summary.totalCruised} of ${expected} modules were checked`);
  return { code: lines.length === 0 ? 0 : 1, output: lines.join('\n') };
}

/** Whether each package that is published can be imported as its package.json says; needs a build. */
async function checkPackages(tree) {
  let output = '';
  for (const name of PUBLISHED) {
    const result = await tool(join(tree, 'packages', name), 'publint', 'src/cli.js', ['run', '.', '--strict']);
    if (result.code !== 0) output += result.output;
  }
  return { code: output === '' ? 0 : 1, output };
}

/** The checks of the repository by name; each takes the folder of a tree and answers with an exit code and output. */
export const CHECKS = {
  types: (tree) => tool(tree, 'typescript', 'bin/tsc', ['-b']),
  lint: (tree) => tool(tree, 'oxlint', 'bin/oxlint', ['--deny-warnings']),
  format: (tree) => tool(tree, 'oxfmt', 'bin/oxfmt', ['--check']),
  imports: checkImports,
  unused: (tree) => tool(tree, 'knip', 'bin/knip.js', ['--no-progress', '--treat-config-hints-as-errors']),
  packages: checkPackages,
};

/**
 * Runs checks one after the other and says how each went.
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(names = Object.keys(CHECKS), tree = ROOT) {
  let failed = 0;
  for (const name of names) {
    const { code, output } = await CHECKS[name](tree);
    process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
    if (code !== 0) {
      failed++;
      process.stdout.write(`${output.trimEnd()}\n`);
    }
  }
  return { passed: names.length - failed, failed };
}

import { join } from 'node:path';
import { must } from './run.mjs';
import { digestOf, isDone, markDone } from './stamp.mjs';

/** The folder of the repository. */
export const ROOT = join(import.meta.dirname, '..', '..');

const PACKAGES = ['model', 'conductor', 'store', 'ingest', 'server', 'flame', 'web'];
const SOURCES = [
  ...PACKAGES.flatMap((name) => [
    `packages/${name}/src`,
    `packages/${name}/package.json`,
    `packages/${name}/tsconfig.json`,
  ]),
  'packages/web/index.html',
  'packages/web/report.html',
  'packages/web/vite.config.ts',
  'packages/web/vite.report.config.ts',
  'tsconfig.base.json',
];

/** Installs the dependencies, unless those of this very lock file are there. */
export async function ensureInstalled() {
  const stamp = join(ROOT, 'node_modules', '.flowprof-installed');
  const digest = digestOf(ROOT, ['package-lock.json']);
  if (isDone(stamp, digest)) return;
  await must('Installing dependencies', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT });
  markDone(stamp, digest);
}

/** Compiles the packages and builds the web app, unless it was done for these very sources. */
export async function ensureBuilt() {
  const stamp = join(ROOT, '.cache', 'built');
  const digest = digestOf(ROOT, SOURCES);
  if (isDone(stamp, digest)) return;
  await must(
    'Compiling',
    process.execPath,
    [bin('typescript', 'bin/tsc'), '-b', ...PACKAGES.map((name) => `packages/${name}`)],
    {
      cwd: ROOT,
    },
  );
  process.stderr.write('Bundling workflow code ...\n');
  const { bundleWorkflows } = await import('./workflow-bundles.mjs');
  await bundleWorkflows(ROOT);
  await must('Building the web app', process.execPath, [bin('vite', 'bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(ROOT, 'packages', 'web'),
  });
  await must(
    'Building the page for single executions',
    process.execPath,
    [bin('vite', 'bin/vite.js'), 'build', '--config', 'vite.report.config.ts', '--logLevel', 'warn'],
    { cwd: join(ROOT, 'packages', 'web') },
  );
  markDone(stamp, digest);
}

/** The path of a tool's script, so that it starts without a shell. */
export function bin(packageName, file) {
  return join(ROOT, 'node_modules', packageName, file);
}

// `npm test`: installs what is missing, runs every test, and ends with `N passed, N failed` alone on a line.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bin, ensureBuilt, ensureInstalled, ROOT } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';

const reports = join(ROOT, '.cache', 'reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });

/** A report, or null when the runner died before it could write one. */
function readReport(name) {
  try {
    return JSON.parse(readFileSync(join(reports, name), 'utf8'));
  } catch {
    return null;
  }
}

/** What some tests need besides Node, and how it is got: each resolves with why it is not there, or null. */
async function getNeeds() {
  const { ensurePostgresql } = await import('./lib/postgresql.mjs');
  const { ensureTemporal } = await import('./lib/temporal.mjs');
  const needs = [
    ['tests on PostgreSQL of Debian', await ensurePostgresql()],
    ['tests on a Temporal server', await ensureTemporal()],
  ].filter(([, missing]) => missing !== null);
  const isCi = Boolean(process.env.CI);
  for (const [what, missing] of needs) process.stdout.write(`${what} ${isCi ? 'cannot run' : 'skipped'}: ${missing}\n`);
  return {
    failed: isCi ? needs.length : 0,
    skipped: isCi ? [] : needs.map(([what, missing]) => `${what}: ${missing}`),
  };
}

async function runUnitTests() {
  const needs = await getNeeds();
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${join(reports, 'unit.json')}`];
  const { code } = await run(process.execPath, [bin('vitest', 'vitest.mjs'), ...args], { cwd: ROOT });
  const report = readReport('unit.json');
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
  // a file that cannot be loaded fails without a test of its own
  const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 || code !== 0 ? 1 : 0);
  const names = [...skipped.map((test) => test.fullName), ...needs.skipped];
  return { passed: report.numPassedTests, failed: failed + needs.failed, skipped: names };
}

async function runBrowserTests() {
  const { ensureChromium } = await import('./lib/chromium.mjs');
  const missing = await ensureChromium();
  if (missing !== null) {
    const isCi = Boolean(process.env.CI);
    process.stdout.write(`browser tests ${isCi ? 'cannot run' : 'skipped'}: ${missing}\n`);
    return { passed: 0, failed: isCi ? 1 : 0, skipped: isCi ? [] : [`browser tests: ${missing}`] };
  }
  const args = ['test', '--config', 'e2e/playwright.config.ts', '--reporter=list,json'];
  const { code } = await run(process.execPath, [bin('@playwright/test', 'cli.js'), ...args], {
    cwd: ROOT,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'browser.json'), FORCE_COLOR: '0' },
  });
  const report = readReport('browser.json');
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const { expected, unexpected, flaky, skipped } = report.stats;
  const names = skipped > 0 ? [`${skipped} browser tests`] : [];
  return { passed: expected, failed: Math.max(unexpected + flaky, code === 0 ? 0 : 1), skipped: names };
}

await ensureInstalled();
await ensureBuilt();
const results = [await runUnitTests(), await runBrowserTests()];
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
const skipped = results.flatMap((result) => result.skipped);
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
process.stdout.write(
  `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`,
);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

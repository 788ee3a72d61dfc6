/**
 * Makes the pictures of docs/formats: converts a file of each kind into a page and takes a picture of it.
 *
 *   node scripts/format-pictures.mjs          all of them
 *   node scripts/format-pictures.mjs argo     only these
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from '@playwright/test';
import { ROOT } from './lib/prepare.mjs';

/** The file of each picture, below `fixtures/`; `null` for the example in the page itself. */
const PICTURES = {
  airflow: 'airflow/run-with-tasks.json',
  argo: 'argo/nestedDAG.yaml',
  chrome: 'bazel/tiny.json.gz',
  cromwell: 'cromwell/forkjoin_metadata_papi_v1alpha2.json',
  'github-actions': 'github-actions/run-16620109074-jobs.json',
  html: 'deathstarbench/compose-post.json.gz',
  jaeger: 'deathstarbench/compose-post.json.gz',
  kestra: 'kestra/each-sequential.json',
  n8n: 'n8n/execution-folded.json',
  nextflow: 'nextflow-trace/execution_trace.txt',
  otlp: 'otlp/success-trace.otlp',
  speedscope: 'speedscope/two-sampled.speedscope.json',
  'step-functions': 'step-functions/orders.json',
  'task-list': null,
  temporal: 'temporal/sdk-go/duplicate-child-workflow.json',
  wfcommons: 'wfformat-mit/trace.json',
  wta: 'wta-askalon/tasks.jsonl',
  zipkin: 'zipkin/yelp.json',
};

const SIZE = { width: 1280, height: 720 };
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const target = join(ROOT, 'docs', 'images', 'formats');
const folder = mkdtempSync(join(tmpdir(), 'flowprof-pictures-'));
const wanted = process.argv.slice(2);
const names = Object.keys(PICTURES).filter((name) => wanted.length === 0 || wanted.includes(name));

/** The first CSV in the page of a format, as a file. */
function exampleOf(name) {
  const page = readFileSync(join(ROOT, 'docs', 'formats', `${name}.md`), 'utf8');
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, /```csv\n([^]*?)```/.exec(page)?.[1] ?? '');
  return file;
}

/** Opens the page of a file, and takes its picture once the chart is painted. */
async function picture(browser, name) {
  const page = join(folder, `${name}.html`);
  const launcher = join(ROOT, 'packages', 'server', 'bin', 'flowprof.js');
  const file = PICTURES[name] === null ? exampleOf(name) : join(ROOT, 'fixtures', PICTURES[name]);
  execFileSync(process.execPath, [launcher, 'convert', file, page, '--execution', '1'], { stdio: 'inherit' });
  const tab = await browser.newPage({ viewport: SIZE, colorScheme: 'light', timezoneId: 'UTC', locale: 'en-GB' });
  await tab.goto(pathToFileURL(page).href);
  await tab.locator('canvas').first().waitFor();
  // What moves into place has done so, and the canvas was painted after it.
  await tab.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  await tab
    .waitForFunction(() => document.querySelector('.accounting') !== null, undefined, { timeout: 10_000 })
    .catch(() => {});
  await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await tab.screenshot({ path: join(target, `${name}.png`) });
  await tab.close();
  process.stdout.write(`${name}\n`);
}

mkdirSync(target, { recursive: true });
const executablePath = existsSync(chromium.executablePath()) ? undefined : SYSTEM_CHROMIUM;
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  for (const name of names) {
    try {
      await picture(browser, name);
    } catch (error) {
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    }
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

// `npm run bench:browser [contestant ...] [scene ...]`: how long charts take to show, zoom, pan and search many spans, and
// the memory that they hold, in a headless Chromium that draws without a graphics card.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, parse } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import { busyBetween, eventsOf } from './trace.ts';

const ROOT = join(import.meta.dirname, 'page');
const RESULTS = join(import.meta.dirname, '../results/browser.json');
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const FRAMES = 60;
const SEARCHED = 'fetch';
const SCENES = ['1m', '5m'];
/** Scenes that only we are measured with. */
const OURS_ONLY = new Set(['5m']);
const OURS = 'flowprof';
const RUNS = 3;

interface Row {
  readonly contestant: string;
  readonly scene: string;
  /** From the columns to the picture, and how much of it the main thread was busy; medians of the runs. */
  readonly loadMs: number;
  readonly loadBusyMs: number;
  /** How long the main thread was busy for a frame. */
  readonly zoomBusyMs: { readonly median: number; readonly p95: number };
  readonly panBusyMs: { readonly median: number; readonly p95: number };
  /** From the text to the picture; null where a chart has no search. */
  readonly searchMs: number | null;
  readonly searchBusyMs: number | null;
  /** What the page holds more once the chart is there: objects and buffers, after garbage was collected. */
  readonly memoryMiB: number;
}

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

const spread = (values: readonly number[]): Row['zoomBusyMs'] => ({
  median: quantile(values, 0.5),
  p95: quantile(values, 0.95),
});

async function servePages(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), 'flowprof-bench-browser-'));
  const conditions = ['@flowprof/source', 'module', 'browser', 'import', 'default'];
  const shared = { root: ROOT, configFile: false, logLevel: 'error', resolve: { conditions } } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true, assetsInlineLimit: 0 }, worker: { format: 'es' } });
  const server = await preview({ ...shared, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the pages are not served');
  return { url, close: () => server.close() };
}

/** Bytes that the page's scripts hold, buffers included. */
async function heldBy(session: CDPSession): Promise<number> {
  for (let i = 0; i < 3; i++) await session.send('HeapProfiler.collectGarbage');
  const usage = await session.send('Runtime.getHeapUsage');
  return usage.usedSize + usage.backingStorageSize;
}

async function recorded(browser: Browser, page: Page, kind: string, work: () => Promise<unknown>): Promise<number[]> {
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  await work();
  return busyBetween(eventsOf(await browser.stopTracing()), kind);
}

async function measured(browser: Browser, url: string, contestant: string, scene: string): Promise<Row> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(0);
  try {
    await page.goto(`${url}?contestant=${contestant}&scene=${scene}`);
    await page.waitForSelector('body[data-ready]');
    await page.evaluate(() => window.bench.prepare());
    const session = await page.context().newCDPSession(page);
    const before = await heldBy(session);
    let loadMs = 0;
    const loadBusy = await recorded(browser, page, 'load', async () => {
      loadMs = await page.evaluate(() => window.bench.load());
    });
    const memory = (await heldBy(session)) - before;
    const zoom = await recorded(browser, page, 'zoom', () =>
      page.evaluate((count) => window.bench.frames('zoom', count), FRAMES),
    );
    const pan = await recorded(browser, page, 'pan', () =>
      page.evaluate((count) => window.bench.frames('pan', count), FRAMES),
    );
    let searchMs: number | null = null;
    const search = await recorded(browser, page, 'search', async () => {
      searchMs = await page.evaluate((text) => window.bench.search(text), SEARCHED);
    });
    return {
      contestant,
      scene,
      loadMs,
      loadBusyMs: loadBusy[0] ?? Number.NaN,
      zoomBusyMs: spread(zoom),
      panBusyMs: spread(pan),
      searchMs,
      searchBusyMs: search[0] ?? null,
      memoryMiB: memory / 2 ** 20,
    };
  } finally {
    await page.close();
  }
}

/** The row of medians of some runs. */
function medianRow(rows: readonly Row[]): Row {
  const [first] = rows;
  if (first === undefined) throw new Error('nothing was measured');
  const of = (pick: (row: Row) => number): number => Math.round(quantile(rows.map(pick), 0.5) * 100) / 100;
  return {
    ...first,
    loadMs: of((row) => row.loadMs),
    loadBusyMs: of((row) => row.loadBusyMs),
    zoomBusyMs: { median: of((row) => row.zoomBusyMs.median), p95: of((row) => row.zoomBusyMs.p95) },
    panBusyMs: { median: of((row) => row.panBusyMs.median), p95: of((row) => row.panBusyMs.p95) },
    searchMs: first.searchMs === null ? null : of((row) => row.searchMs ?? Number.NaN),
    searchBusyMs: first.searchBusyMs === null ? null : of((row) => row.searchBusyMs ?? Number.NaN),
    memoryMiB: of((row) => row.memoryMiB),
  };
}

function say(row: Row): void {
  const { zoomBusyMs: zoom, panBusyMs: pan } = row;
  console.log(
    `${row.contestant.padEnd(16)} ${row.scene.padEnd(5)} load ${row.loadMs} ms (busy ${row.loadBusyMs})  ` +
      `zoom ${zoom.median} / ${zoom.p95} ms  pan ${pan.median} / ${pan.p95} ms  ` +
      `search ${row.searchMs ?? '–'} ms  memory ${row.memoryMiB} MiB`,
  );
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && 'contestant' in value && 'scene' in value;
}

/** What was measured before, of the contestants and scenes that are not measured now. */
function keptRows(fresh: readonly Row[]): Row[] {
  if (!existsSync(RESULTS)) return [];
  const read: unknown = JSON.parse(readFileSync(RESULTS, 'utf8'));
  const rows: unknown = typeof read === 'object' && read !== null && 'rows' in read ? read.rows : null;
  if (!Array.isArray(rows)) return [];
  return rows
    .filter(isRow)
    .filter((row) => !fresh.some((one) => one.contestant === row.contestant && one.scene === row.scene));
}

async function main(): Promise<void> {
  const all = readdirSync(join(ROOT, 'contestants')).map((file) => parse(file).name);
  const asked = process.argv.slice(2);
  const some = all.filter((name) => asked.includes(name));
  const contestants = some.length > 0 ? some : all;
  const askedScenes = asked.filter((name) => !all.includes(name));
  const scenes = askedScenes.length > 0 ? askedScenes : SCENES;
  const { url, close } = await servePages();
  const executablePath = existsSync(chromium.executablePath()) ? undefined : SYSTEM_CHROMIUM;
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args });
  const rows: Row[] = [];
  for (const scene of scenes) {
    for (const contestant of contestants) {
      if (OURS_ONLY.has(scene) && contestant !== OURS) continue;
      const runs: Row[] = [];
      for (let run = 0; run < RUNS; run++) runs.push(await measured(browser, url, contestant, scene));
      const row = medianRow(runs);
      say(row);
      rows.push(row);
    }
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    browser: browser.version(),
  };
  const about = `charts in headless Chromium without a graphics card, ${RUNS} runs each, ${FRAMES} frames`;
  const kept = { name: 'browser', about, machine, rows: [...rows, ...keptRows(rows)] };
  writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
  await browser.close();
  await close();
}

await main();

// `npm run bench:browser [contestant ...] [scene ...]`: how long charts take to show, zoom, pan and search many spans, and
// the memory that they hold, in a headless Chromium that draws without a graphics card.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, parse } from 'node:path';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { build, preview } from 'vite';
import { otherApps } from './apps.ts';
import { busyBetween, eventsOf } from './trace.ts';

const OURS_ROOT = join(import.meta.dirname, 'page');
/** Other charts have packages of their own, which `npm run bench:browser-peers` installs. */
const PEERS_ROOT = join(import.meta.dirname, 'peers');
const RESULTS = join(import.meta.dirname, '../results/browser.json');
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const FRAMES = 60;
const SEARCHED = 'fetch';
const SCENES = ['1m', '5m'];
/** Scenes that only we are measured with. */
const OURS_ONLY = new Set(['5m']);
const OURS = 'flowprof';
const RUNS = 3;

/** After so long a contestant is given up. */
const PATIENCE_MS = 240_000;

interface Spread {
  readonly median: number;
  readonly p95: number;
}

interface Row {
  readonly contestant: string;
  readonly scene: string;
  /** From the columns to the picture, and how much of it the main thread was busy; medians of the runs. */
  readonly loadMs: number;
  readonly loadBusyMs: number;
  /** How long the main thread was busy for a frame. */
  readonly zoomBusyMs: Spread | null;
  readonly panBusyMs: Spread | null;
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

const spread = (values: readonly number[]): Spread | null =>
  values.length === 0 ? null : { median: quantile(values, 0.5), p95: quantile(values, 0.95) };

interface Pages {
  readonly url: string;
  readonly contestants: readonly string[];
  readonly close: () => Promise<void>;
}

/** Builds and serves the page of a folder of contestants. */
async function servePages(root: string): Promise<Pages> {
  const outDir = mkdtempSync(join(tmpdir(), 'flowprof-bench-browser-'));
  const conditions = ['@flowprof/source', 'module', 'browser', 'import', 'default'];
  const define = { 'process.env.NODE_ENV': '"production"' };
  const plugins = [otherApps()];
  const alias = { '@grafana/assistant': join(PEERS_ROOT, 'no-assistant.js') };
  const shared = {
    root,
    configFile: false,
    logLevel: 'error',
    plugins,
    define,
    resolve: { conditions, alias },
  } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true, assetsInlineLimit: 0 }, worker: { format: 'es' } });
  const server = await preview({ ...shared, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the pages are not served');
  const contestants = readdirSync(join(root, 'contestants')).map((file) => parse(file).name);
  return { url, contestants, close: () => server.close() };
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
  page.setDefaultTimeout(PATIENCE_MS);
  const tooLong = setTimeout(() => void page.close(), PATIENCE_MS);
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
    clearTimeout(tooLong);
    await page.close();
  }
}

/** The row of medians of some runs. */
function medianRow(rows: readonly Row[]): Row {
  const [first] = rows;
  if (first === undefined) throw new Error('nothing was measured');
  const of = (pick: (row: Row) => number): number => Math.round(quantile(rows.map(pick), 0.5) * 100) / 100;
  const ofSpread = (pick: (row: Row) => Spread | null): Spread | null =>
    pick(first) === null
      ? null
      : { median: of((row) => pick(row)?.median ?? Number.NaN), p95: of((row) => pick(row)?.p95 ?? Number.NaN) };
  return {
    ...first,
    loadMs: of((row) => row.loadMs),
    loadBusyMs: of((row) => row.loadBusyMs),
    zoomBusyMs: ofSpread((row) => row.zoomBusyMs),
    panBusyMs: ofSpread((row) => row.panBusyMs),
    searchMs: first.searchMs === null ? null : of((row) => row.searchMs ?? Number.NaN),
    searchBusyMs: first.searchBusyMs === null ? null : of((row) => row.searchBusyMs ?? Number.NaN),
    memoryMiB: of((row) => row.memoryMiB),
  };
}

const shown = (value: Spread | null): string => (value === null ? '–' : `${value.median} / ${value.p95} ms`);

function say(row: Row): void {
  console.log(
    `${row.contestant.padEnd(16)} ${row.scene.padEnd(5)} load ${row.loadMs} ms (busy ${row.loadBusyMs})  ` +
      `zoom ${shown(row.zoomBusyMs)}  pan ${shown(row.panBusyMs)}  ` +
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

/** Medians of some runs, or null where the contestant could not do it. */
async function rowOf(browser: Browser, url: string, contestant: string, scene: string): Promise<Row | null> {
  const runs: Row[] = [];
  try {
    for (let run = 0; run < RUNS; run++) runs.push(await measured(browser, url, contestant, scene));
  } catch (error) {
    const [why] = String(error).split('\n');
    console.log(`${contestant.padEnd(16)} ${scene.padEnd(5)} gave up: ${why}`);
    return null;
  }
  return medianRow(runs);
}

const ratio = (what: string, a: number | null | undefined, b: number | null | undefined, wanted: number): void => {
  if (a === null || a === undefined || b === null || b === undefined) return;
  console.log(`${what}: ${(a / b).toFixed(3)} (at most ${wanted})`);
};

/** What a figure of ours is of a peer's; the targets that the renderer was built for. */
function compareWith(rows: readonly Row[]): void {
  const rowFor = (name: string): Row | undefined => rows.find((row) => row.contestant === name && row.scene === '1m');
  const ours = rowFor(OURS);
  if (ours === undefined) return;
  const tree = rowFor('flame-chart-js');
  const grafana = rowFor('grafana');
  // Of those that show ranges of time: Grafana's keeps nothing to move about in.
  const leanest = [tree, rowFor('speedscope')].flatMap((row) => (row === undefined ? [] : [row.memoryMiB]));
  ratio('load / flame-chart-js', ours.loadMs, tree?.loadMs, 0.25);
  ratio('load / Grafana', ours.loadMs, grafana?.loadMs, 0.7);
  ratio('zoom / flame-chart-js, median', ours.zoomBusyMs?.median, tree?.zoomBusyMs?.median, 0.2);
  ratio('zoom / flame-chart-js, p95', ours.zoomBusyMs?.p95, tree?.zoomBusyMs?.p95, 0.3);
  ratio('pan / flame-chart-js, median', ours.panBusyMs?.median, tree?.panBusyMs?.median, 0.2);
  ratio('pan / flame-chart-js, p95', ours.panBusyMs?.p95, tree?.panBusyMs?.p95, 0.2);
  ratio('memory / leanest peer', ours.memoryMiB, leanest.length === 0 ? null : Math.min(...leanest), 0.4);
  ratio('search / speedscope', ours.searchMs, rowFor('speedscope')?.searchMs, 0.3);
}

async function main(): Promise<void> {
  const pages = [await servePages(OURS_ROOT)];
  if (existsSync(join(PEERS_ROOT, 'node_modules'))) pages.push(await servePages(PEERS_ROOT));
  else console.log('other charts are left out: `npm run bench:browser-peers` installs them');
  const all = pages.flatMap(({ url, contestants }) => contestants.map((name) => ({ name, url })));
  const asked = process.argv.slice(2);
  const some = all.filter(({ name }) => asked.includes(name));
  const contestants = some.length > 0 ? some : all;
  const askedScenes = asked.filter((name) => !all.some((one) => one.name === name));
  const scenes = askedScenes.length > 0 ? askedScenes : SCENES;
  const executablePath = existsSync(chromium.executablePath()) ? undefined : SYSTEM_CHROMIUM;
  const software = ['--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];
  const args = ['--no-sandbox', ...software, '--disable-background-networking'];
  const rows: Row[] = [];
  let version = '';
  for (const scene of scenes) {
    for (const { name, url } of contestants) {
      if (OURS_ONLY.has(scene) && name !== OURS) continue;
      // A browser each, so that what one leaves behind is nobody else's.
      const browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args });
      version = browser.version();
      const row = await rowOf(browser, url, name, scene);
      await browser.close();
      if (row === null) continue;
      say(row);
      rows.push(row);
    }
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    browser: version,
  };
  const about = `charts in headless Chromium without a graphics card, ${RUNS} runs each, ${FRAMES} frames`;
  const kept = { name: 'browser', about, machine, rows: [...rows, ...keptRows(rows)] };
  writeFileSync(RESULTS, `${JSON.stringify(kept, null, 2)}\n`);
  compareWith(rows);
  for (const { close } of pages) await close();
}

await main();

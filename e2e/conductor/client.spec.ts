import { EventEmitter, once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConductor, z, type Conductor, type ExecutionResult } from '@flowprof/conductor';
import { KeptRuns, serveConductor, webSocketChannel } from '@flowprof/conductor/rpc';
import { expect, test } from '@playwright/test';
import { build, preview } from 'vite';
import { WebSocketServer } from 'ws';
import type { Lost } from './page/main.ts';

const ROOT = join(import.meta.dirname, 'page');
const ID = '018d0d8e-7c00-7000-8000-000000000001';

/** The page, built for browsers only: an import of a module of Node fails the build or the page. */
async function servePage(): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), 'flowprof-conductor-'));
  const conditions = ['@flowprof/source', 'module', 'browser', 'import', 'default'];
  const shared = { root: ROOT, configFile: false, logLevel: 'error', resolve: { conditions } } as const;
  await build({ ...shared, build: { outDir, emptyOutDir: true } });
  const server = await preview({ ...shared, build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the page is not served');
  return { url, close: () => server.close() };
}

interface Desktop {
  readonly url: string;
  /** The results as they are here. */
  readonly results: readonly ExecutionResult[];
  /** Lets nodes of type `hold` go on. */
  readonly open: () => void;
  /** Breaks all connections without a word. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** A conductor with the node types of the test, that keeps the results it gives. */
function createDesktop(opened: Promise<void>, results: ExecutionResult[]): Pick<Conductor, 'node'> {
  const conductor = createConductor();
  conductor.register('tick', {
    params: z.strictObject({ count: z.int() }),
    phase: 'execute',
    run: ({ count }, context) => {
      for (let step = 1; step <= count; step++) context.progress((100 * step) / count, `step ${step}`);
      return count;
    },
  });
  conductor.register('hold', { params: z.strictObject({}), phase: 'execute', run: () => opened.then(() => 'held') });
  return {
    node: {
      run: async (definition, options) => {
        const result = await conductor.node.run(definition, options);
        results.push(result);
        return result;
      },
    },
  };
}

async function serveDesktop(): Promise<Desktop> {
  const gate = new EventEmitter();
  const opened = once(gate, 'open').then(() => undefined);
  const results: ExecutionResult[] = [];
  const conductor = createDesktop(opened, results);
  const runs = new KeptRuns();
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise<void>((resolve) => server.once('listening', () => resolve()));
  server.on('connection', (socket) => serveConductor(conductor, webSocketChannel(socket), { runs }));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const cut = (): void => {
    for (const socket of server.clients) socket.terminate();
  };
  const close = async (): Promise<void> => {
    cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `ws://127.0.0.1:${address.port}`, results, open: () => void gate.emit('open'), cut, close };
}

let site: Awaited<ReturnType<typeof servePage>>;
let desktop: Desktop;
test.beforeAll(async () => {
  site = await servePage();
});
test.afterAll(() => site.close());
test.beforeEach(async ({ page }) => {
  desktop = await serveDesktop();
  await page.goto(site.url);
});
test.afterEach(() => desktop.close());

test('the trace arrives whole in the page: browser to desktop and back', async ({ page }) => {
  const outcome = await page.evaluate(([url, id]) => window.conductorClient.run(url, 'nested', id), [
    desktop.url,
    ID,
  ] as const);
  const [here] = desktop.results;
  if (!('trace' in outcome) || here === undefined) throw new Error('the run was lost');
  expect(here.trace.events.length).toBeGreaterThan(100_000);
  expect(outcome.trace === JSON.stringify(here.trace)).toBe(true);
  expect(outcome.recording.spans).toBe(here.recording.spans.length);
  expect(outcome.recording.starts).toEqual([...here.recording.spans.start.subarray(0, here.recording.spans.length)]);
  expect(outcome.batches).toBeGreaterThan(0);
});

test('a connection that breaks during a run is an error with which the page attaches to it again', async ({ page }) => {
  const running = page.evaluate(([url, id]) => window.conductorClient.run(url, 'held', id), [desktop.url, ID] as const);
  await expect(page).toHaveTitle(/batches/);
  desktop.cut();
  const lost = await running;
  if (!('code' in lost)) throw new Error('the connection was to break');
  expect(lost).toEqual({ code: 'connection_lost', executionId: ID, lastSeq: expect.any(Number) } satisfies Record<
    keyof Lost,
    unknown
  >);
  const attached = page.evaluate(([url, error]) => window.conductorClient.attach(url, error), [
    desktop.url,
    lost,
  ] as const);
  desktop.open();
  const { trace } = await attached;
  expect(JSON.parse(trace)).toMatchObject({ executionId: ID });
  expect(trace).toBe(JSON.stringify(desktop.results[0]?.trace));
});

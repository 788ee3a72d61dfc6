import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestServer } from '../../testing/harness.ts';
import { systemTimers } from '../services/system.ts';
import { StartError } from './errors.ts';
import { listen } from './listen.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function newApp() {
  const app = Fastify().withTypeProvider<ZodTypeProvider>();
  open.push(app);
  return app;
}

async function failure(work: () => unknown): Promise<StartError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

/** A server on a port that others want, too. */
async function takePort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  open.push(other);
  const address = other.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('listen', () => {
  it('takes any free port for 0 and says which', async () => {
    const app = newApp();
    app.get('/', async () => 'here');
    const url = await listen(app, '127.0.0.1', 0);
    expect(await (await fetch(url)).text()).toBe('here');
  });

  it('names a port that is in use', async () => {
    const port = await takePort();
    const error = await failure(() => listen(newApp(), '127.0.0.1', port));
    expect([error.code, error.message]).toEqual(['port_in_use', expect.stringContaining(String(port))]);
  });

  it('says that this machine lacks an address', async () => {
    const error = await failure(() => listen(newApp(), '192.0.2.1', 0));
    expect(error.code).toBe('address_unavailable');
  });
});

describe('a server that cannot listen', () => {
  it('leaves nothing behind that goes on', async () => {
    let sleeping = 0;
    const sleep = (ms: number, signal: AbortSignal): Promise<void> => {
      sleeping++;
      return systemTimers.sleep(ms, signal).finally(() => sleeping--);
    };
    const port = await takePort();
    const dataDir = await mkdtemp(join(tmpdir(), 'flowprof-listen-'));
    try {
      const error = await failure(() => startTestServer({ port, dataDir, timers: { sleep } }));
      expect([error.code, sleeping]).toEqual(['port_in_use', 0]);
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});

import { createServer } from 'node:net';
import { once } from 'node:events';
import Fastify from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterEach, describe, expect, it } from 'vitest';
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

describe('listen', () => {
  it('takes any free port for 0 and says which', async () => {
    const app = newApp();
    app.get('/', async () => 'here');
    const url = await listen(app, '127.0.0.1', 0);
    expect(await (await fetch(url)).text()).toBe('here');
  });

  it('names a port that is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    open.push(other);
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const error = await failure(() => listen(newApp(), '127.0.0.1', port));
    expect([error.code, error.message]).toEqual(['port_in_use', expect.stringContaining(String(port))]);
  });

  it('says that this machine lacks an address', async () => {
    const error = await failure(() => listen(newApp(), '192.0.2.1', 0));
    expect(error.code).toBe('address_unavailable');
  });
});

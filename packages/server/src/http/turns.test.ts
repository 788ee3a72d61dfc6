import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/harness.ts';

let test: TestServer;

beforeAll(async () => {
  test = await startTestServer();
  await test.call('/api/workspaces', { json: { slug: 'only', name: 'Only' } });
});

afterAll(() => test.close());

/** Asks for a page and goes away without waiting for it. */
async function askAndLeave(path: string): Promise<void> {
  const { hostname, port } = new URL(test.server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  socket.destroySoon();
  await once(socket, 'close');
}

it('gives the turns of those back who went away, were answered or were refused', async () => {
  await Promise.all(Array.from({ length: 100 }, () => askAndLeave('/api/workflows')));
  const answers = await Promise.all([
    ...Array.from({ length: 40 }, () => test.call('/api/workflows')),
    ...Array.from({ length: 40 }, () => test.call('/api/workflows/00000000-0000-4000-8000-000000000000')),
    ...Array.from({ length: 40 }, () => test.call('/api/projects', { json: { slug: 'No', name: 'No' } })),
  ]);
  const count = (status: number): number => answers.filter((answer) => answer.status === status).length;
  expect([count(200), count(404), count(400)]).toEqual([40, 40, 40]);
  expect((await test.call('/api/workflows')).status).toBe(200);
});

import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openConnection, type ConnectObserver } from './connect.ts';
import { Resolver, type Resolved } from './resolve.ts';

const CLOSED = { privateAddresses: false, allow: [] };
const SILENT: ConnectObserver = { enter: () => {}, resolved: () => {} };
const NEVER = new AbortController().signal;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

/** A server on loopback that counts who reaches it. */
async function target(): Promise<{ port: number; reached: () => number }> {
  let count = 0;
  const server = createServer((socket) => {
    count++;
    socket.destroy();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return { port: address.port, reached: () => count };
}

/** A resolver whose answers change with each question, as those of a name server that rebinds. */
function answering(...answers: string[][]): Resolver {
  let asked = 0;
  let time = 0;
  // Each question comes a minute after the one before.
  return new Resolver(
    () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? []),
    () => (time += 60_000),
  );
}

describe('a name that is bound anew', () => {
  test.each<[string, string[][]]>([
    ['to loopback after it was public', [['127.0.0.1']]],
    ['to a public and a private address at once', [['127.0.0.1', '93.184.215.14']]],
    ['to the private one last', [['93.184.215.14', '127.0.0.1']]],
    ['to loopback inside IPv6', [['::ffff:127.0.0.1']]],
    ['to what is no address', [['localhost']]],
  ])('%s is refused before anything is connected to', async (_, answers) => {
    const { port, reached } = await target();
    const options = { policy: CLOSED, ca: [], resolver: answering(...answers) };
    const opened = openConnection({ host: 'rebind.example', port, secure: false }, options, SILENT, NEVER);
    await expect(opened).rejects.toMatchObject({ code: 'address_refused', retryable: false });
    expect(reached()).toBe(0);
  });

  test('is asked for once a connection, and what was checked is what is connected to', async () => {
    const { port, reached } = await target();
    const policy = { privateAddresses: false, allow: [`127.0.0.1:${port}`] };
    // The second answer would be another server, had the name been asked for again when connecting.
    const options = { policy, ca: [], resolver: answering(['127.0.0.1'], ['127.0.0.2']) };
    const host = { host: 'rebind.example', port, secure: false };
    (await openConnection(host, options, SILENT, NEVER)).destroy();
    await expect(openConnection(host, options, SILENT, NEVER)).rejects.toMatchObject({ code: 'address_refused' });
    expect(reached()).toBe(1);
  });
});

/** A resolver that counts its lookups, each of which takes 3 ms. */
function counting(): { resolver: Resolver; asked: () => number; pass: (ms: number) => void } {
  let asked = 0;
  let now = 0;
  const resolver = new Resolver(
    (host) => {
      asked++;
      now += 3;
      return host === 'none' ? Promise.reject(new Error('no such name')) : Promise.resolve(['192.0.2.1']);
    },
    () => now,
  );
  return { resolver, asked: () => asked, pass: (ms) => (now += ms) };
}

describe('the resolver', () => {
  test('shares the lookups of requests that begin together, for ten seconds', async () => {
    const { resolver, asked, pass } = counting();
    const both: Resolved[] = await Promise.all([resolver.resolve('a'), resolver.resolve('a')]);
    expect(both.map(({ cached }) => cached)).toEqual([false, true]);
    expect(both[0]).toEqual({ addresses: ['192.0.2.1'], ms: 3, cached: false });
    pass(10_000);
    expect((await resolver.resolve('a')).cached).toBe(false);
    resolver.forget('a');
    expect((await resolver.resolve('a')).cached).toBe(false);
    expect(asked()).toBe(3);
  });

  test('keeps no failure', async () => {
    const { resolver, asked } = counting();
    await expect(resolver.resolve('none')).rejects.toThrow('no such name');
    await expect(resolver.resolve('none')).rejects.toThrow('no such name');
    expect(asked()).toBe(2);
  });
});

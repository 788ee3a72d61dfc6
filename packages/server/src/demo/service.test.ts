import { toEpochMicros, type Clock, type EpochMicros } from '@flowprof/model';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DemoServices, UnknownServiceError } from './demo-services.ts';
import { FlakyCounter } from './flaky.ts';
import { startDemoService, type DemoService } from './service.ts';

/** A clock that stands still until it is moved. */
class HandClock implements Clock {
  #now = 1_700_000_000_000_000;
  now(): EpochMicros {
    return toEpochMicros(this.#now);
  }
  advanceMs(ms: number): void {
    this.#now += ms * 1000;
  }
}

const clock = new HandClock();
let service: DemoService;

beforeAll(async () => {
  service = await startDemoService({ clock });
});

afterAll(() => service.close());

/** Asks for the prices of items. */
function ask(items: readonly number[]): Promise<Response> {
  return post('/quotes', { items });
}

/** The answers to the calls of one turn of a flaky key. */
function turnOf(key: string): number[] {
  const failures = new FlakyCounter('flowprof').failuresOf(key);
  return [...Array.from({ length: failures }, () => 503), 200];
}

const get = (path: string): Promise<Response> => fetch(service.url + path);

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(service.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
}

describe('catalogue', () => {
  test('the same seed gives the same items in pages that add up', async () => {
    const first: unknown = await (await get('/catalogue/items?limit=2')).json();
    expect(first).toMatchInlineSnapshot(`
      {
        "items": [
          {
            "category": "books",
            "id": 1,
            "name": "compact dictionary",
            "price_cents": 35703,
            "rating": 4.3,
            "sku": "BOO-0001",
            "stock": 164,
          },
          {
            "category": "office",
            "id": 2,
            "name": "solar monitor",
            "price_cents": 27949,
            "rating": 2.2,
            "sku": "OFF-0002",
            "stock": 70,
          },
        ],
        "limit": 2,
        "skip": 0,
        "total": 480,
      }
    `);
    const last: unknown = await (await get('/catalogue/items?skip=479&limit=10')).json();
    expect(last).toMatchObject({ total: 480, skip: 479, limit: 10, items: [{ id: 480 }] });
  });

  test('a category filters, a search ranks by rating, an id finds', async () => {
    expect(await (await get('/catalogue/items?category=tools&limit=1')).json()).toMatchObject({
      items: [{ category: 'tools' }],
    });
    expect(await (await get('/catalogue/search?q=quiet%20tent&limit=1')).json()).toMatchObject({
      items: [{ name: 'quiet tent', category: 'outdoor' }],
    });
    expect(await (await get('/catalogue/items/7')).json()).toMatchObject({ id: 7 });
  });

  test('some items are broken, so that validating them finds something', async () => {
    const page: unknown = await (await get('/catalogue/items?limit=480')).json();
    expect(JSON.stringify(page)).toContain('"price_cents":null');
    expect(JSON.stringify(page)).toContain('"stock":-1');
  });
});

test.each([
  ['GET', '/nowhere', 404, 'not_found'],
  ['GET', '/catalogue/items/481', 404, 'not_found'],
  ['GET', '/catalogue/items?limit=501', 400, 'invalid_request'],
  ['GET', '/catalogue/items?colour=red', 400, 'invalid_request'],
  ['GET', '/reports/sales?size=501', 400, 'invalid_request'],
  ['GET', '/flaky', 400, 'invalid_request'],
  ['GET', '/warehouse/batches/none', 404, 'not_found'],
])('%s %s is refused with %i %s as problem+json', async (_, path, status, code) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code });
});

test.each([
  ['/payments', { amount_cents: 0, currency: 'EUR', reference: 'r' }, 400],
  ['/payments', { amount_cents: 1, currency: 'eur', reference: 'r' }, 400],
  ['/payments', '{', 400],
  ['/warehouse/batches', { table: 'Robert"; drop', rows: [{}] }, 400],
  ['/warehouse/batches', { table: 'items', rows: [{ text: 'x'.repeat(2 * 1024 * 1024) }] }, 413],
])('POST %s refuses a bad body', async (path, body, status) => {
  expect((await post(path, body)).status).toBe(status);
});

test('a payment is signed once per idempotency key', async () => {
  const payment = { amount_cents: 1250, currency: 'EUR', reference: 'order-1' };
  const key = { 'idempotency-key': 'k-1' };
  const [first, second] = await Promise.all([post('/payments', payment, key), post('/payments', payment, key)]);
  expect(first.status).toBe(201);
  const taken: unknown = await first.json();
  expect(taken).toMatchObject({ ...payment, status: 'captured' });
  expect(await second.json()).toEqual(taken);
  expect(await (await post('/payments', payment)).json()).not.toEqual(taken);
  const other = await post('/payments', { ...payment, amount_cents: 1 }, key);
  expect([other.status, await other.json()]).toMatchObject([409, { code: 'idempotency_conflict' }]);
});

test('a report really adds up its lines, the same for the same size', async () => {
  const first: unknown = await (await get('/reports/sales?size=3')).json();
  expect(await (await get('/reports/sales?size=3')).json()).toEqual(first);
  expect(first).toMatchInlineSnapshot(`
    {
      "categories": [
        {
          "category": "outdoor",
          "orders": 447,
          "revenue_cents": 56902189,
          "units": 2285,
        },
        {
          "category": "office",
          "orders": 422,
          "revenue_cents": 54923726,
          "units": 2109,
        },
        {
          "category": "garden",
          "orders": 375,
          "revenue_cents": 45536621,
          "units": 1854,
        },
        {
          "category": "kitchen",
          "orders": 355,
          "revenue_cents": 44865518,
          "units": 1866,
        },
        {
          "category": "books",
          "orders": 313,
          "revenue_cents": 44474743,
          "units": 1585,
        },
        {
          "category": "audio",
          "orders": 377,
          "revenue_cents": 42351376,
          "units": 1920,
        },
        {
          "category": "tools",
          "orders": 397,
          "revenue_cents": 41455982,
          "units": 1908,
        },
        {
          "category": "toys",
          "orders": 314,
          "revenue_cents": 34775850,
          "units": 1576,
        },
      ],
      "compressed_bytes": 7535,
      "order_lines": 3000,
      "revenue_cents": 365286005,
      "seal": "ec8ede06a0d27faee000fc4739c6c2949ca21d61403096cac391f82c1333ffa2",
      "size": 3,
    }
  `);
});

test('quotes are signed, and the token bucket refuses what is above its rate and says when to come again', async () => {
  clock.advanceMs(10_000);
  const answer: unknown = await (await ask([1, 2])).json();
  expect(answer).toMatchObject({ quotes: [{ item: 1 }, { item: 2 }] });
  expect((await ask([481])).status).toBe(404);
  const refused = await ask([1]);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(refused.headers.get('retry-after-ms')).toBe('500');
  clock.advanceMs(499);
  expect((await ask([1])).status).toBe(429);
  clock.advanceMs(1);
  expect((await ask([1])).status).toBe(200);
});

test('a flaky call fails as often as its seed says, then succeeds, and so on', async () => {
  const seen = new Set<number>();
  for (const key of ['a', 'b', 'c', 'd', 'e']) {
    const turn = turnOf(key);
    for (const status of [...turn, ...turn]) expect((await get(`/flaky?key=${key}`)).status).toBe(status);
    seen.add(turn.length);
  }
  expect(seen).toEqual(new Set([2, 3]));
});

test('the warehouse counts what it keeps and lets go of the oldest batches', async () => {
  const batch = { table: 'items', rows: Array.from({ length: 5000 }, (_, n) => ({ n })) };
  const first: unknown = await (await post('/warehouse/batches', batch)).json();
  expect(first).toMatchObject({ table: 'items', rows: 5000 });
  for (let i = 0; i < 20; i++) await post('/warehouse/batches', batch);
  expect(await (await get('/warehouse/stats')).json()).toEqual({
    batches: 20,
    rows: 100_000,
    evicted_batches: 1,
    tables: [{ table: 'items', batches: 20, rows: 100_000 }],
  });
});

describe('sharing', () => {
  test('the service starts with the first holder and stops after the last', async () => {
    const host = new DemoServices(clock);
    const [a, b] = await Promise.all([host.acquire(['demo']), host.acquire(['demo'])]);
    expect(a.services).toEqual(b.services);
    const url = `http://${a.allow[0] ?? ''}`;
    expect(a.services).toEqual({ demo: { url } });
    a.release();
    a.release();
    expect((await fetch(`${url}/catalogue/items/1`)).status).toBe(200);
    b.release();
    await host.settled();
    await expect(fetch(`${url}/catalogue/items/1`)).rejects.toThrow();
    const again = await host.acquire(['demo']);
    expect(again.allow).not.toEqual(a.allow);
    again.release();
    await host.settled();
  });

  test('a workflow that asks for nothing starts nothing, an unknown name is an error', async () => {
    const host = new DemoServices(clock);
    expect((await host.acquire([])).allow).toEqual([]);
    await expect(host.acquire(['demo', 'mail'])).rejects.toThrow(UnknownServiceError);
  });
});

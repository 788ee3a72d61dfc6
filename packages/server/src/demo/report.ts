import { scrypt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

import type { CatalogueItem } from './catalogue.ts';
import { seededRandom, seedOf } from './random.ts';

/** The largest report, in thousands of order lines. */
export const MAX_REPORT_SIZE = 500;

/** Order lines that are made and added up before other requests get their turn. */
const LINES_PER_TURN = 5_000;

const compress = promisify(gzip);

function deriveKey(secret: Uint8Array, salt: string, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, { N: cost, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}

/** What a report says of one category. */
interface CategorySales {
  readonly category: string;
  readonly orders: number;
  readonly units: number;
  readonly revenue_cents: number;
}

export interface SalesReport {
  readonly size: number;
  readonly order_lines: number;
  readonly categories: readonly CategorySales[];
  readonly revenue_cents: number;
  readonly compressed_bytes: number;
  /** A scrypt key over the compressed lines: proof that they were made. */
  readonly seal: string;
}

interface Totals {
  orders: number;
  units: number;
  revenue: number;
}

/**
 * Makes `size` thousand order lines from the seed, adds them up by category, compresses them, and seals them with
 * scrypt. It is slow because it computes: the lines on the event loop in short turns, the rest in the thread pool.
 */
export async function makeReport(seed: string, items: readonly CatalogueItem[], size: number): Promise<SalesReport> {
  const random = seededRandom(seedOf(`${seed}/report/${size}`));
  const lineCount = size * 1000;
  const lines = new Uint32Array(lineCount * 2);
  const totals = new Map<string, Totals>();
  for (let line = 0; line < lineCount; line++) {
    const item = random.pick(items);
    const units = random.integer(1, 9);
    lines[line * 2] = item.id;
    lines[line * 2 + 1] = units;
    const sum = totals.get(item.category) ?? { orders: 0, units: 0, revenue: 0 };
    sum.orders++;
    sum.units += units;
    sum.revenue += units * (item.price_cents ?? 0);
    totals.set(item.category, sum);
    if (line % LINES_PER_TURN === LINES_PER_TURN - 1) await nextTurn();
  }
  const compressed = await compress(new Uint8Array(lines.buffer), { level: 6 });
  const cost = size >= 100 ? 2 ** 15 : 2 ** 14;
  const seal = await deriveKey(compressed, seed, cost);
  const categories = [...totals]
    .map(([category, sum]) => ({ category, orders: sum.orders, units: sum.units, revenue_cents: sum.revenue }))
    .sort((a, b) => b.revenue_cents - a.revenue_cents);
  return {
    size,
    order_lines: lineCount,
    categories,
    revenue_cents: categories.reduce((sum, { revenue_cents }) => sum + revenue_cents, 0),
    compressed_bytes: compressed.length,
    seal: seal.toString('hex'),
  };
}

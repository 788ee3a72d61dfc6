import { generateKeyPairSync, sign } from 'node:crypto';

import { z } from 'zod';

import type { Catalogue } from './catalogue.ts';
import { DemoProblem } from './problem.ts';

const MAX_ITEMS = 500;

/** How many signatures are made in the thread pool at once. */
const SIGNED_AT_ONCE = 16;

export const quoteSchema = z.strictObject({ items: z.array(z.int().min(1)).min(1).max(MAX_ITEMS) });

/** What an item costs today; `signature` is Ed25519 over id and price. */
interface Quote {
  readonly item: number;
  readonly sku: string;
  readonly quote_cents: number;
  readonly signature: string;
}

/** Prices items, and signs each price for real. */
export class Quotes {
  readonly #privateKey = generateKeyPairSync('ed25519').privateKey;
  readonly #catalogue: Catalogue;

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** @throws {DemoProblem} `not_found` for an item that is not in the catalogue */
  async price(ids: readonly number[]): Promise<{ readonly quotes: readonly Quote[]; readonly total_cents: number }> {
    const quotes: Quote[] = [];
    for (let at = 0; at < ids.length; at += SIGNED_AT_ONCE) {
      quotes.push(...(await Promise.all(ids.slice(at, at + SIGNED_AT_ONCE).map((id) => this.#quote(id)))));
    }
    return { quotes, total_cents: quotes.reduce((sum, { quote_cents: cents }) => sum + cents, 0) };
  }

  async #quote(id: number): Promise<Quote> {
    const item = this.#catalogue.find(id);
    if (item === null) throw new DemoProblem(404, 'not_found', 'no such item');
    const cents = Math.round((item.price_cents ?? 0) * 0.97);
    const signature = await this.#sign(Buffer.from(`${id}:${cents}`));
    return { item: id, sku: item.sku, quote_cents: cents, signature };
  }

  #sign(data: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      sign(null, data, this.#privateKey, (error, signature) => {
        if (error) reject(error);
        else resolve(signature.toString('base64url'));
      });
    });
  }
}

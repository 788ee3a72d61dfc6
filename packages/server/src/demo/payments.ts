import { createHash, generateKeyPairSync, pbkdf2, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';

import { z } from 'zod';

import { BoundedMap } from './bounded-map.ts';
import { DemoProblem } from './problem.ts';

/** How many payments are remembered by their idempotency key. */
const MAX_PAYMENTS = 2_000;

/** Rounds of PBKDF2 over the reference, in the thread pool: some milliseconds of real work. */
const HASH_ROUNDS = 20_000;

export const paymentSchema = z.strictObject({
  amount_cents: z.int().min(1).max(100_000_000),
  currency: z.string().regex(/^[A-Z]{3}$/),
  reference: z.string().min(1).max(200),
});

export type PaymentRequest = z.infer<typeof paymentSchema>;

/** A payment that was taken; `signature` is Ed25519 over `digest`. */
export interface Payment extends PaymentRequest {
  readonly payment_id: string;
  readonly status: 'captured';
  readonly digest: string;
  readonly signature: string;
}

const derive = promisify(pbkdf2);

function fingerprintOf(request: PaymentRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.amount_cents, request.currency, request.reference]))
    .digest('hex');
}

/** Takes payments: hashes and signs each for real, and answers a repeated idempotency key with the same payment. */
export class Payments {
  readonly #privateKey = generateKeyPairSync('ed25519').privateKey;
  readonly #taken = new BoundedMap<string, { readonly fingerprint: string; readonly payment: Promise<Payment> }>(
    MAX_PAYMENTS,
  );

  /**
   * Takes a payment, once per idempotency key.
   * @throws {DemoProblem} `idempotency_conflict` when the key came with another payment before
   */
  take(request: PaymentRequest, idempotencyKey: string | null): Promise<Payment> {
    if (idempotencyKey === null) return this.#make(request);
    const fingerprint = fingerprintOf(request);
    const known = this.#taken.get(idempotencyKey);
    if (known) {
      if (known.fingerprint === fingerprint) return known.payment;
      const message = 'this idempotency key was used for another payment';
      return Promise.reject(new DemoProblem(409, 'idempotency_conflict', message));
    }
    const payment = this.#make(request);
    this.#taken.set(idempotencyKey, { fingerprint, payment });
    return payment;
  }

  async #make(request: PaymentRequest): Promise<Payment> {
    const digest = await derive(JSON.stringify(request), request.reference, HASH_ROUNDS, 32, 'sha256');
    return {
      ...request,
      payment_id: `pay_${randomUUID()}`,
      status: 'captured',
      digest: digest.toString('hex'),
      signature: sign(null, digest, this.#privateKey).toString('base64url'),
    };
  }
}

import type { Clock } from '@flowprof/model';
import { fastify, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import { z } from 'zod';

import { Catalogue } from './catalogue.ts';
import { FlakyCounter } from './flaky.ts';
import { paymentSchema, Payments } from './payments.ts';
import { DemoProblem } from './problem.ts';
import { quoteSchema, Quotes } from './quotes.ts';
import { makeReport, MAX_REPORT_SIZE } from './report.ts';
import { TokenBucket } from './token-bucket.ts';
import { batchSchema, Warehouse } from './warehouse.ts';

/** The seed from which everything is made unless another one is given. */
const DEMO_SEED = 'flowprof';

const CATALOGUE_SIZE = 480;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** The rate limit of `/quotes`: bursts of 2, then 2 a second. */
const QUOTE_LIMIT = { capacity: 2, perSecond: 2 } as const;

/** A demo service that listens. */
export interface DemoService {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** `127.0.0.1:<port>` */
  readonly authority: string;
  /** Stops listening and ends every connection. */
  close(): Promise<void>;
}

export interface DemoServiceOptions {
  readonly clock: Clock;
  /** Gives the catalogue, the reports and which calls of `/flaky` fail; `DEMO_SEED` when absent. */
  readonly seed?: string;
}

const whole = (least: number, most: number): z.ZodCoercedNumber => z.coerce.number().int().min(least).max(most);

const pageSchema = z.strictObject({
  skip: whole(0, 1_000_000).default(0),
  limit: whole(1, 500).default(50),
  category: z.string().max(50).optional(),
});
const searchSchema = z.strictObject({ q: z.string().max(200), limit: whole(1, 100).default(20) });
const itemSchema = z.strictObject({ id: whole(1, 1_000_000) });
const reportSchema = z.strictObject({ size: whole(1, MAX_REPORT_SIZE).default(20) });
const flakySchema = z.strictObject({ key: z.string().min(1).max(200) });
const batchIdSchema = z.strictObject({ id: z.string().max(100) });
const idempotencySchema = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });

/** Reads what a request brings. @throws {DemoProblem} `invalid_request`, naming the field */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DemoProblem(400, 'invalid_request', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

function present<T>(value: T | null, what: string): T {
  if (value === null) throw new DemoProblem(404, 'not_found', `no such ${what}`);
  return value;
}

function sendProblem(reply: FastifyReply, problem: DemoProblem): FastifyReply {
  const { status, code, message, headers } = problem;
  return reply
    .code(status)
    .headers({ ...headers, 'content-type': 'application/problem+json' })
    .send(JSON.stringify({ type: `/problems/${code}`, title: message, status, code }));
}

function addShop(app: FastifyInstance, catalogue: Catalogue, payments: Payments, seed: string): void {
  app.get('/catalogue/items', (request) => catalogue.list(read(pageSchema, request.query)));
  app.get('/catalogue/items/:id', (request) => present(catalogue.find(read(itemSchema, request.params).id), 'item'));
  app.get('/catalogue/search', (request) => {
    const { q, limit } = read(searchSchema, request.query);
    return catalogue.search(q, limit);
  });
  app.post('/payments', async (request, reply) => {
    const key = read(idempotencySchema, request.headers)['idempotency-key'] ?? null;
    const payment = await payments.take(read(paymentSchema, request.body), key);
    return reply.code(201).send(payment);
  });
  app.get('/reports/sales', (request) => makeReport(seed, catalogue.items, read(reportSchema, request.query).size));
}

function addLimited(app: FastifyInstance, quotes: Quotes, bucket: TokenBucket): void {
  app.post('/quotes', async (request, reply) => {
    const { items } = read(quoteSchema, request.body);
    const waitMs = bucket.take();
    void reply.headers({ 'ratelimit-limit': String(bucket.capacity), 'ratelimit-remaining': String(bucket.remaining) });
    if (waitMs > 0) {
      const retryAfter = String(Math.ceil(waitMs / 1000));
      const headers = { 'retry-after': retryAfter, 'retry-after-ms': String(waitMs) };
      throw new DemoProblem(429, 'rate_limited', 'too many quotes at once', headers);
    }
    return quotes.price(items);
  });
}

function addFlaky(app: FastifyInstance, flaky: FlakyCounter): void {
  app.get('/flaky', (request) => {
    const { key } = read(flakySchema, request.query);
    const { call, fails } = flaky.call(key);
    if (fails) throw new DemoProblem(503, 'unavailable', 'this call fails, a later one will not');
    return { key, call, status: 'ok' };
  });
}

function addWarehouse(app: FastifyInstance, warehouse: Warehouse): void {
  app.post('/warehouse/batches', (request, reply) =>
    reply.code(201).send(warehouse.load(read(batchSchema, request.body))),
  );
  app.get('/warehouse/batches/:id', (request) =>
    present(warehouse.find(read(batchIdSchema, request.params).id), 'batch'),
  );
  app.delete('/warehouse/batches/:id', (request) => ({
    dropped: warehouse.drop(read(batchIdSchema, request.params).id),
  }));
  app.get('/warehouse/stats', () => warehouse.stats());
}

/**
 * Starts the service that the example workflows call, on loopback and a port that the system chooses. What it does is
 * described in `docs/demo-service.md`. None of its answers waits: what is slow computes.
 */
export async function startDemoService(options: DemoServiceOptions): Promise<DemoService> {
  const seed = options.seed ?? DEMO_SEED;
  const app = fastify({ bodyLimit: MAX_BODY_BYTES, forceCloseConnections: true });
  app.setNotFoundHandler((_, reply) => sendProblem(reply, new DemoProblem(404, 'not_found', 'no such route')));
  app.setErrorHandler((error: FastifyError | DemoProblem, _, reply) => {
    if (error instanceof DemoProblem) return sendProblem(reply, error);
    const status = error.statusCode ?? 500;
    return sendProblem(reply, new DemoProblem(status, status < 500 ? 'invalid_request' : 'internal', error.message));
  });
  const catalogue = new Catalogue(seed, CATALOGUE_SIZE);
  addShop(app, catalogue, new Payments(), seed);
  addLimited(app, new Quotes(catalogue), new TokenBucket(options.clock, QUOTE_LIMIT));
  addFlaky(app, new FlakyCounter(seed));
  addWarehouse(app, new Warehouse());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, authority: new URL(url).host, close: () => app.close() };
}

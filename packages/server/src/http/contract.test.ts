import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ApiDocument, type DescribedOperation } from '../../testing/api-document.ts';
import { VALID_CALLS } from '../../testing/contract/fixtures.ts';
import { CANARY, HostileRequests, type Request } from '../../testing/contract/hostile.ts';
import { World } from '../../testing/contract/world.ts';
import { startTestServer, type TestServer } from '../../testing/harness.ts';

let test: TestServer;
let world: World;
let document: ApiDocument;

/** What was asked of the document before tests are declared: the operations of a server of this version. */
const operations = await (async () => {
  const server = await startTestServer();
  const { body } = await server.call('/api/openapi.json');
  await server.close();
  return new ApiDocument(body).operations;
})();

beforeAll(async () => {
  test = await startTestServer({ operatorToken: World.token });
  world = await World.open(test);
  document = new ApiDocument((await test.call('/api/openapi.json')).body);
});

afterAll(() => test.close());

/** An answer with its bytes. */
interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function send({ method }: DescribedOperation, { path, headers, body }: Request): Promise<Received> {
  const url = test.server.url + path;
  const response = await fetch(url, { method, headers, ...(body !== undefined && method !== 'GET' && { body }) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What is wrong with an answer by the document; null when nothing is. */
function faultOf({ responses }: DescribedOperation, { status, headers, text }: Received): string | null {
  const documented = responses[String(status)];
  if (!documented) return `${status} is not documented: ${text.slice(0, 300)}`;
  const missing = ['X-Request-Id', ...(status === 401 ? ['WWW-Authenticate'] : [])].filter(
    (name) => !headers.has(name),
  );
  const unlisted = ['Location', 'Retry-After'].filter((name) => headers.has(name) && !(name in documented.headers));
  if (missing.length + unlisted.length > 0)
    return `headers: ${missing.join()} missing, ${unlisted.join()} undocumented`;
  if (documented.content === undefined) return text === '' ? null : 'there is a body';
  const type = headers.get('content-type')?.split(';', 1)[0] ?? '';
  const media = documented.content[type];
  if (!media) return `${type} is not documented`;
  if (media.schema === undefined || !type.endsWith('json')) return null;
  return document.faultsOf(media.schema, JSON.parse(text));
}

function validCallOf({ operationId }: DescribedOperation) {
  const make = VALID_CALLS[operationId];
  if (!make) throw new Error(`${operationId} has no valid call in testing/contract/fixtures.ts`);
  return make(world);
}

async function requestsOf(operation: DescribedOperation): Promise<HostileRequests> {
  const headers = operation.path.includes('{workspace}') ? World.credential : World.headers;
  return new HostileRequests(operation, await validCallOf(operation), headers);
}

const named = operations.map((operation): [string, DescribedOperation] => [operation.operationId, operation]);

describe('the contract', () => {
  it('has a valid call of every operation, and of nothing else', () => {
    expect(Object.keys(VALID_CALLS).sort()).toEqual(operations.map(({ operationId }) => operationId).sort());
  });

  it.each(named)('%s answers a valid call as it is documented', async (_, operation) => {
    const { status } = await validCallOf(operation);
    const received = await send(operation, (await requestsOf(operation)).valid());
    expect([received.status, faultOf(operation, received)], received.text.slice(0, 500)).toEqual([status, null]);
    const { headers } = operation.responses[String(status)] ?? { headers: {} };
    // This machine's user is not counted.
    const told = Object.keys(headers).filter((name) => !name.startsWith('RateLimit-'));
    for (const name of told) expect(received.headers.has(name), name).toBe(true);
  });
});

/** Memory in use once all that nobody holds is gone, in MiB. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  z.custom<() => void>().parse(runInNewContext('gc'))();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

/**
 * Watches how long this thread, in which the server runs, does not come to its events.
 * @returns ends that, and says the most milliseconds between two looks; of these only what the process computed, for others
 *   may have had the processor
 */
function watchBlocking(): () => number {
  let longest = 0;
  let [at, cpu] = [performance.now(), process.cpuUsage()];
  const look = (): void => {
    const { user, system } = process.cpuUsage(cpu);
    longest = Math.max(longest, Math.min(performance.now() - at, (user + system) / 1000));
    [at, cpu] = [performance.now(), process.cpuUsage()];
  };
  const timer = setInterval(look, 5);
  return () => {
    clearInterval(timer);
    look();
    return longest;
  };
}

/** Sends every hostile request of an operation one after the other. @returns what went wrong, and how many were sent */
async function attack(operation: DescribedOperation): Promise<{ faults: string[]; sent: number }> {
  const faults: string[] = [];
  let requests = (await requestsOf(operation)).all();
  for (let at = 0; at < requests.length; at++) {
    const request = requests[at];
    if (!request) break;
    const blocked = watchBlocking();
    const received = await send(operation, request);
    const blockedMs = blocked();
    const { status, text } = received;
    const problem =
      status >= 400 && text.includes(CANARY) ? `repeats what was sent: ${text}` : faultOf(operation, received);
    const what = status >= 500 ? `answered ${status}: ${text}` : problem;
    // Files are read in threads of their own, whose start takes a processor longer than that.
    if (blockedMs > 100 && !text.includes('unreadable_file'))
      faults.push(`${request.about}: blocked for ${blockedMs} ms`);
    const body = request.body === undefined ? '' : ` ${String(request.body).slice(0, 120)}`;
    if (what !== null) faults.push(`${request.about}: ${request.path.slice(0, 200)}${body}: ${what.slice(0, 400)}`);
    // What the call was about may be gone or changed now.
    if (status < 300 && operation.method !== 'GET') requests = (await requestsOf(operation)).all();
  }
  return { faults, sent: requests.length };
}

describe('hostile input', () => {
  it.each(named)('%s refuses it as documented, or bears it', { timeout: 120_000 }, async (_, operation) => {
    const { faults, sent } = await attack(operation);
    expect(faults).toEqual([]);
    expect(sent).toBeGreaterThan(5);
  });

  it('leaves prototypes as they were, and memory where it was', async () => {
    const list = operations.find(({ operationId }) => operationId === 'createProject');
    if (!list) throw new Error('createProject is missing');
    await attack(list);
    const before = heapInUse();
    for (let round = 0; round < 3; round++) await attack(list);
    expect(heapInUse() - before).toBeLessThan(10);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(Reflect.has({}, 'polluted')).toBe(false);
  });

  it('of any JSON is answered as documented by every operation that reads a body', { timeout: 120_000 }, async () => {
    const reading = operations.filter(({ requestBody }) => requestBody?.content['application/json'] !== undefined);
    for (const operation of reading) {
      const valid = (await requestsOf(operation)).valid();
      const headers = { ...valid.headers, 'content-type': 'application/json' };
      await fc.assert(
        fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async (body) => {
          expect(faultOf(operation, await send(operation, { ...valid, headers, body }))).toBeNull();
        }),
        { numRuns: 15, seed: 7420 },
      );
    }
  });
});

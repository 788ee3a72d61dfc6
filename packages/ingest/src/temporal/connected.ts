import type { TemporalClient, TemporalCredentials, TemporalTarget, TemporalTools } from './api.ts';
import { Caller } from './caller.ts';
import { Channel } from './channel.ts';
import { check } from './check.ts';
import { descriptionOf } from './describe.ts';
import { TemporalError } from './errors.ts';
import { HistoryReader } from './history.ts';
import { RateLimiter, type Rate } from './limiter.ts';
import { list } from './listing.ts';
import { describeRequest } from './messages.ts';
import { probe } from './probe.ts';
import { MACHINE_WAITS } from './waits.ts';

/** Servers list ten times a second for a namespace, for everyone together. */
const LISTINGS: Rate = { perSecond: 8, burst: 4 };
const REQUESTS: Rate = { perSecond: 400, burst: 100 };
const PATIENCE_MS = 15_000;
const TIMEOUT_MS = 10_000;

/** A client by gRPC, with all that is loaded for that. */
export function connectTemporal(
  target: TemporalTarget,
  shown: TemporalCredentials,
  tools: TemporalTools,
): TemporalClient {
  const waits = tools.waits ?? MACHINE_WAITS;
  const resolve = tools.resolve ?? null;
  const { namespace } = target;
  const channel = new Channel(target, shown, resolve);
  const caller = new Caller(channel, {
    waits,
    random: tools.random ?? Math.random,
    patienceMs: tools.patienceMs ?? PATIENCE_MS,
    listings: tools.listings ?? new RateLimiter(LISTINGS, waits),
    requests: tools.requests ?? new RateLimiter(REQUESTS, waits),
  });
  /** An error with its cause, where it can be found. */
  const explain = async (error: TemporalError): Promise<TemporalError> => {
    if (error.code !== 'unreachable' && error.code !== 'timed_out') return error;
    const found = await probe(target, shown, resolve);
    return found === null ? error : new TemporalError(found.code, found.message, { cause: error });
  };
  const explained = async (thrown: unknown): Promise<never> => {
    throw thrown instanceof TemporalError ? await explain(thrown) : thrown;
  };
  async function* stream<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    try {
      yield* source;
    } catch (error) {
      await explained(error);
    }
  }
  return {
    check: (signal) => check({ caller, waits, namespace, explain, signal }),
    list: (request) => stream(list(caller, namespace, request)),
    history: (run, request = {}) =>
      stream(new HistoryReader(caller, waits, namespace, run, request).read(request.after ?? 0)),
    describe: async (workflowId, runId, { before = null, signal } = {}) => {
      const request = describeRequest(namespace, workflowId, runId);
      const asked = { timeoutMs: TIMEOUT_MS, signal };
      const answer = await caller.call('DescribeWorkflowExecution', request, asked).catch(explained);
      return descriptionOf(answer, namespace, before);
    },
    close: () => channel.close(),
  };
}

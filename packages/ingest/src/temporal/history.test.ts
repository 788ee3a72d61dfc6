import proto from '@temporalio/proto';
import { assert, asyncProperty, integer, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HistoryPiece, HistoryRequest } from './api.ts';
import type { Calls } from './caller.ts';
import { TemporalError } from './errors.ts';
import { HistoryReader } from './history.ts';
import type { Waits } from './limiter.ts';
import { rawEventsOf } from './wire.ts';

const { GetWorkflowExecutionHistoryRequest, GetWorkflowExecutionHistoryResponse } =
  proto.temporal.api.workflowservice.v1;
const [STARTED, COMPLETED, SCHEDULED, TASK_STARTED, SIGNALED] = [1, 2, 5, 6, 26];

interface Event {
  readonly eventId: number;
  readonly eventType: number;
}

/** Nobody has to wait. */
const WAITS: Waits = { now: () => 0, wait: () => Promise.resolve() };

function pageOf(events: readonly Event[], token: string): Uint8Array {
  const message = GetWorkflowExecutionHistoryResponse.fromObject({
    history: { events },
    nextPageToken: Buffer.from(token),
  });
  return GetWorkflowExecutionHistoryResponse.encode(message).finish();
}

function eventsOfTypes(types: readonly number[]): readonly Event[] {
  return types.map((eventType, index) => ({ eventId: index + 1, eventType }));
}

/** A server that answers with what a function gives for each page token. */
function serverOf(answer: (token: string, method: string) => Uint8Array): Calls & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    call: async (method, request) => {
      const { nextPageToken } = GetWorkflowExecutionHistoryRequest.decode(request);
      const token = Buffer.from(nextPageToken).toString('utf8');
      asked.push(token);
      return answer(token, method);
    },
  };
}

/** A history in pages of some length, forwards and backwards. */
function pagesOf(events: readonly Event[], length: number) {
  return (token: string, method: string): Uint8Array => {
    const from = token === '' ? 0 : Number(token);
    const to = from + length;
    const all = method.endsWith('Reverse') ? events.toReversed() : events;
    return pageOf(all.slice(from, to), to < events.length ? String(to) : '');
  };
}

async function read(calls: Calls, request: HistoryRequest = {}): Promise<HistoryPiece[]> {
  const run = { workflowId: 'w', runId: 'r' };
  const pieces: HistoryPiece[] = [];
  for await (const piece of new HistoryReader(calls, WAITS, 'default', run, request).read(request.after ?? 0))
    pieces.push(piece);
  return pieces;
}

function idsOf(pieces: readonly HistoryPiece[]): number[] {
  for (const { firstEvent, lastEvent, data } of pieces) {
    const ids = rawEventsOf(data).map(({ id }) => id);
    expect([ids[0], ids.at(-1)]).toEqual([firstEvent, lastEvent]);
  }
  return pieces.flatMap(({ data }) => rawEventsOf(data).map(({ id }) => id));
}

const upTo = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

describe('a history as a stream', () => {
  test.each([
    { named: 'closed', types: [STARTED, SCHEDULED, TASK_STARTED, COMPLETED], last: 4, isEnd: true },
    { named: 'at a task that nobody took', types: [STARTED, SCHEDULED], last: 1, isEnd: false },
    { named: 'at a task that is under way', types: [STARTED, SCHEDULED, TASK_STARTED], last: 1, isEnd: false },
    { named: 'with a task that others follow', types: [STARTED, SCHEDULED, SIGNALED], last: 3, isEnd: false },
  ])('leaves out what may be taken back: $named', async ({ types, last, isEnd }) => {
    const pieces = await read(serverOf(pagesOf(eventsOfTypes(types), 10)));
    expect(idsOf(pieces)).toEqual(upTo(1, last));
    expect(pieces.at(-1)?.isEnd).toBe(isEnd);
  });

  test.each([0, 600])('gives what may be taken back at the end where it is asked for, after %s', async (after) => {
    const types = [...upTo(1, after).map(() => SIGNALED), STARTED, SCHEDULED, TASK_STARTED];
    const pieces = await read(serverOf(pagesOf(eventsOfTypes(types), 250)), { after, withTail: true });
    expect(idsOf(pieces)).toEqual(upTo(after + 1, after + 3));
    expect(pieces.map(({ lastEvent, isTentative = false }) => [lastEvent - after, isTentative])).toEqual([
      [1, false],
      [3, true],
    ]);
    const closed = serverOf(pagesOf(eventsOfTypes([STARTED, COMPLETED]), 10));
    expect((await read(closed, { withTail: true })).map(({ isTentative = false }) => isTentative)).toEqual([false]);
  });

  test('takes what came in the place of a task that was taken back', async () => {
    const [first, second] = [
      eventsOfTypes([STARTED, SCHEDULED, TASK_STARTED]),
      eventsOfTypes([STARTED, SIGNALED, SCHEDULED, TASK_STARTED, COMPLETED]).slice(1),
    ];
    const pieces = await read(serverOf((token) => (token === '' ? pageOf(first, 'more') : pageOf(second, ''))));
    expect(idsOf(pieces)).toEqual(upTo(1, 5));
    const types = pieces.flatMap(({ data }) => rawEventsOf(data).map(({ type }) => type));
    expect(types).toEqual([STARTED, SIGNALED, SCHEDULED, TASK_STARTED, COMPLETED]);
  });

  test('reads again, following, what is kept in the place of a task that was under way', async () => {
    const [CLOSED] = [7];
    // As kept, a task has a version; as shown before, it has none.
    const kept = eventsOfTypes([STARTED, SCHEDULED, TASK_STARTED, CLOSED, COMPLETED]).map((event) => ({
      ...event,
      version: 7,
    }));
    const shown = [...kept.slice(0, 1), ...eventsOfTypes([STARTED, SCHEDULED, TASK_STARTED]).slice(1)];
    const server = serverOf((token, method) => {
      if (method.endsWith('Reverse')) return pageOf(kept.toReversed(), '');
      return token === '' ? pageOf(shown, '4') : pageOf(kept.slice(3), '');
    });
    const pieces = await read(server, { isFollowing: true });
    const { History } = proto.temporal.api.history.v1;
    const versions = pieces.flatMap(({ data }) => History.decode(data).events.map(({ version }) => Number(version)));
    expect(versions).toEqual([7, 7, 7, 7, 7]);
  });

  test('is whole from anywhere, in pages and pieces of any length, forwards or from the end', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 1500 }),
        nat(1500),
        integer({ min: 1, max: 400 }),
        integer({ min: 1, max: 3000 }),
        async (count, after, page, pieceEvents) => {
          const types = upTo(1, count).map((id) => (id === count ? COMPLETED : SIGNALED));
          const pieces = await read(serverOf(pagesOf(eventsOfTypes(types), page)), { after, pieceEvents });
          expect(idsOf(pieces)).toEqual(upTo(after + 1, count));
          for (const { firstEvent, lastEvent } of pieces) expect(lastEvent - firstEvent).toBeLessThan(pieceEvents);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('reads what came after much that is known from the end', async () => {
    const server = serverOf(pagesOf(eventsOfTypes(upTo(1, 5000).map(() => SIGNALED)), 250));
    expect(idsOf(await read(server, { after: 4900 }))).toEqual(upTo(4901, 5000));
    expect(server.asked).toHaveLength(1);
  });

  test('begins again where the server does not know its token, and gives nothing twice', async () => {
    let refusals = 2;
    const pages = pagesOf(eventsOfTypes(upTo(1, 100).map(() => SIGNALED)), 10);
    const server = serverOf((token, method) => {
      if (token === '50' && refusals-- > 0) throw new TemporalError('invalid', 'what is that?');
      return pages(token, method);
    });
    expect(idsOf(await read(server, { pieceEvents: 1 }))).toEqual(upTo(1, 100));
  });

  test('fails where the server leaves events out, and does not go on beyond them', async () => {
    const events = eventsOfTypes(upTo(1, 30).map(() => SIGNALED)).filter(({ eventId }) => eventId !== 15);
    const given: HistoryPiece[] = [];
    const run = { workflowId: 'w', runId: 'r' };
    const reading = async (): Promise<void> => {
      const request = { pieceEvents: 5 };
      const reader = new HistoryReader(serverOf(pagesOf(events, 5)), WAITS, 'default', run, request);
      for await (const piece of reader.read(0)) given.push(piece);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'failed' });
    expect(given.at(-1)?.lastEvent ?? 0).toBeLessThan(15);
  });

  test('reads histories that come in blobs', async () => {
    const { History } = proto.temporal.api.history.v1;
    const blobOf = (events: readonly Event[]) => ({
      encodingType: 1,
      data: History.encode(History.fromObject({ events })).finish(),
    });
    const events = eventsOfTypes([STARTED, SIGNALED, COMPLETED]);
    const rawHistory = [blobOf(events.slice(0, 1)), blobOf(events.slice(1))];
    const message = GetWorkflowExecutionHistoryResponse.fromObject({ rawHistory });
    const pieces = await read(serverOf(() => GetWorkflowExecutionHistoryResponse.encode(message).finish()));
    expect(idsOf(pieces)).toEqual([1, 2, 3]);
  });

  test.each([
    ['a cut page', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
    ['no message at all', () => new Uint8Array([0xff, 0xff, 0xff, 0xff])],
    ['an event without id', () => new Uint8Array([10, 4, 10, 2, 24, 1])],
  ])('fails at %s', async (_, broken) => {
    const server = serverOf(() => broken(pageOf(eventsOfTypes([STARTED, COMPLETED]), '')));
    await expect(read(server)).rejects.toMatchObject({ code: 'failed' });
  });

  test('stops asking when nobody reads on', async () => {
    const server = serverOf(pagesOf(eventsOfTypes(upTo(1, 1000).map(() => SIGNALED)), 10));
    const run = { workflowId: 'w', runId: 'r' };
    for await (const piece of new HistoryReader(server, WAITS, 'default', run, { pieceEvents: 10 }).read(0)) {
      expect(piece.firstEvent).toBe(1);
      break;
    }
    expect(server.asked.length).toBeLessThan(4);
  });
});

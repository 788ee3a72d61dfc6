/** The events of a run as a stream of pieces, from wherever one is on. */
import proto from '@temporalio/proto';
import type { HistoryPiece, HistoryRequest, RunKey } from './api.ts';
import type { Asked, Calls } from './caller.ts';
import { TemporalError } from './errors.ts';
import type { Waits } from './limiter.ts';
import { historyRequest, reverseRequest } from './messages.ts';
import { historyPageOf, rawEventsOf, type RawEvent } from './wire.ts';

const { EventType } = proto.temporal.api.enums.v1;

/** After these, nothing happens in a run. */
const CLOSING: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
  EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW,
]);
/** At the end of a history, these may be gone when one looks again. */
const TAKEN_BACK: ReadonlySet<number> = new Set([
  EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
  EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
]);

/**
 * What servers count pages in are transactions, which can hold a hundred events each, or one: a page of them is a few
 * kilobytes or many megabytes. So it begins small, and becomes as long as it may (256) or should.
 */
const FIRST_PAGE = 64;
const [SHORTEST_PAGE, LONGEST_PAGE] = [8, 256];
const [SMALL_PAGE_BYTES, LARGE_PAGE_BYTES] = [512 << 10, 2 << 20];
const PIECE_EVENTS = 2048;
const PIECE_BYTES = 1 << 20;
const TIMEOUT_MS = 20_000;
/** Servers answer a long poll after 20 s, when they are not told to wait longer. */
const LONG_POLL_TIMEOUT_MS = 70_000;
/** For how long what has come is held back while more may be on its way. */
const MORE_MS = 100;
/** From how many known events on it pays to read from the end. */
const FROM_END_AFTER = 512;
/** What is read from the end has to be held until it meets what is known. */
const FROM_END_BYTES = 8 << 20;
const MOST_RESTARTS = 3;

/** A page that does not join what came before it. */
class GapError extends Error {
  override readonly name = 'GapError';
}

/** Joins pages, whatever they repeat, and gives each event out once. */
class Assembly {
  /** The id of the last event that was given out. */
  #last: number;
  #events: RawEvent[] = [];
  #bytes = 0;

  constructor(last: number) {
    this.#last = last;
  }

  /** @throws {GapError} */
  add(page: readonly RawEvent[]): void {
    const fresh = page.filter(({ id }) => id > this.#last);
    const [first] = fresh;
    if (first === undefined) return;
    // What was taken back and what came in its place have the same ids.
    while ((this.#events.at(-1)?.id ?? 0) >= first.id) this.#bytes -= this.#events.pop()?.bytes.length ?? 0;
    let expected = (this.#events.at(-1)?.id ?? this.#last) + 1;
    for (const event of fresh) {
      if (event.id !== expected) throw new GapError();
      this.#events.push(event);
      this.#bytes += event.bytes.length;
      expected++;
    }
  }

  /** The id of the last event that surely stays. */
  get lastSure(): number {
    const stays = this.#stays();
    return stays === 0 ? this.#last : (this.#events[stays - 1]?.id ?? this.#last);
  }

  /** Whether there are events that may be taken back. */
  get isDoubtful(): boolean {
    return this.#stays() < this.#events.length;
  }

  isFull(events: number): boolean {
    return this.#events.length >= events || this.#bytes >= PIECE_BYTES;
  }

  /** What stays, in pieces of so many events at most: all of it, or as many as are full. */
  *take(most: number, isAll: boolean): Generator<HistoryPiece, void, undefined> {
    for (;;) {
      const piece = isAll || this.isFull(most) ? this.#takeOne(most) : null;
      if (piece === null) return;
      yield piece;
    }
  }

  /** What may be taken back; null where there is nothing. */
  tail(): HistoryPiece | null {
    const [first] = this.#events;
    const last = this.#events.at(-1);
    if (first === undefined || last === undefined) return null;
    const data = Buffer.concat(this.#events.map(({ bytes }) => bytes));
    return { firstEvent: first.id, lastEvent: last.id, data, isEnd: false, isTentative: true };
  }

  /** How many events stay. */
  #stays(): number {
    let stays = this.#events.length;
    while (stays > 0 && TAKEN_BACK.has(this.#events[stays - 1]?.type ?? 0)) stays--;
    return stays;
  }

  #takeOne(most: number): HistoryPiece | null {
    const stays = this.#stays();
    const given: Uint8Array[] = [];
    let bytes = 0;
    let last: RawEvent | null = null;
    for (const event of this.#events) {
      if (given.length === Math.min(stays, most)) break;
      if (given.length > 0 && bytes + event.bytes.length > PIECE_BYTES) break;
      given.push(event.bytes);
      bytes += event.bytes.length;
      last = event;
    }
    if (last === null) return null;
    const firstEvent = this.#last + 1;
    this.#events = this.#events.slice(given.length);
    this.#bytes -= bytes;
    this.#last = last.id;
    return { firstEvent, lastEvent: last.id, data: Buffer.concat(given, bytes), isEnd: CLOSING.has(last.type) };
  }
}

interface Page {
  readonly events: readonly RawEvent[];
  readonly nextPageToken: Uint8Array;
}

const NO_TOKEN = new Uint8Array();

/** Reads one run. */
export class HistoryReader {
  readonly #caller: Calls;
  readonly #waits: Waits;
  readonly #namespace: string;
  readonly #run: RunKey;
  readonly #isFollowing: boolean;
  readonly #withTail: boolean;
  readonly #pieceEvents: number;
  readonly #signal: AbortSignal | undefined;
  #pageSize = FIRST_PAGE;

  constructor(caller: Calls, waits: Waits, namespace: string, run: RunKey, request: HistoryRequest) {
    this.#caller = caller;
    this.#waits = waits;
    this.#namespace = namespace;
    this.#run = run;
    this.#isFollowing = request.isFollowing ?? false;
    this.#withTail = request.withTail === true && !this.#isFollowing;
    this.#pieceEvents = request.pieceEvents ?? PIECE_EVENTS;
    this.#signal = request.signal;
  }

  async *read(after: number): AsyncGenerator<HistoryPiece, void, undefined> {
    const isFromEnd = after >= FROM_END_AFTER && !this.#isFollowing;
    const tail = isFromEnd ? await this.#readFromEnd(after) : null;
    if (tail === null) yield* this.#readForward(after);
    else yield* this.#piecesOf(tail, after);
  }

  *#piecesOf(events: readonly RawEvent[], after: number): Generator<HistoryPiece, void, undefined> {
    const assembly = new Assembly(after);
    assembly.add(events);
    yield* assembly.take(this.#pieceEvents, true);
    yield* this.#tailOf(assembly);
  }

  *#tailOf(assembly: Assembly): Generator<HistoryPiece, void, undefined> {
    const tail = this.#withTail ? assembly.tail() : null;
    if (tail !== null) yield tail;
  }

  /** Page by page, the next one on its way while one is worked with. */
  async *#readForward(after: number): AsyncGenerator<HistoryPiece, void, undefined> {
    const assembly = new Assembly(after);
    const ended = new AbortController();
    const signal = this.#signal === undefined ? ended.signal : AbortSignal.any([ended.signal, this.#signal]);
    try {
      let token: Uint8Array = NO_TOKEN;
      let next = this.#page(token, signal);
      for (let restarts = 0; ;) {
        try {
          const { events, nextPageToken } = await next;
          await this.#join(assembly, events);
          token = nextPageToken;
        } catch (error) {
          if (!isRestart(error, token) || ++restarts > MOST_RESTARTS) throw asTold(error);
          next = this.#page((token = NO_TOKEN), signal);
          continue;
        }
        const isDone = token.length === 0;
        if (!isDone) {
          next = this.#page(token, signal);
          // Whoever waits for it is told; here nobody may be, yet.
          next.catch(() => undefined);
        }
        const isAll = isDone || (this.#isFollowing && !(await this.#isSoon(next, signal)));
        if (isAll || assembly.isFull(this.#pieceEvents)) yield* assembly.take(this.#pieceEvents, isAll);
        if (!isDone) continue;
        yield* this.#tailOf(assembly);
        return;
      }
    } finally {
      ended.abort();
    }
  }

  /**
   * Adds a page. Where it goes on after events that may have been taken back, these are read again: what is kept in
   * their place in the end can have the same ids and be something else.
   * @throws {GapError}
   */
  async #join(assembly: Assembly, page: readonly RawEvent[]): Promise<void> {
    const [first] = page;
    const after = assembly.lastSure;
    const isAfterDoubt = this.#isFollowing && assembly.isDoubtful && first !== undefined && first.id > after + 1;
    if (!isAfterDoubt) {
      assembly.add(page);
      return;
    }
    const again = await this.#readFromEnd(after);
    if (again === null) throw new GapError();
    assembly.add(again);
    if ((again.at(-1)?.id ?? 0) < (page.at(-1)?.id ?? 0)) assembly.add(page);
  }

  /** Whether a page comes at once: where it does not, it waits for events that have not happened yet. */
  async #isSoon(next: Promise<Page>, signal: AbortSignal): Promise<boolean> {
    const answered = new AbortController();
    const more = next.then(
      () => true,
      () => false,
    );
    const late = this.#waits.wait(MORE_MS, AbortSignal.any([answered.signal, signal])).then(
      () => false,
      () => false,
    );
    const isSoon = await Promise.race([more, late]);
    answered.abort();
    return isSoon;
  }

  async #page(nextPageToken: Uint8Array, signal: AbortSignal): Promise<Page> {
    const waitNewEvent = this.#isFollowing;
    const request = historyRequest({
      ...this.#run,
      namespace: this.#namespace,
      nextPageToken,
      pageSize: this.#pageSize,
      waitNewEvent,
    });
    const timeoutMs = waitNewEvent ? LONG_POLL_TIMEOUT_MS : TIMEOUT_MS;
    return this.#answer('GetWorkflowExecutionHistory', request, { timeoutMs, isLongPoll: waitNewEvent, signal });
  }

  async #answer(method: string, request: Uint8Array, asked: Asked): Promise<Page> {
    const answer = await this.#caller.call(method, request, asked);
    if (answer.length < SMALL_PAGE_BYTES) this.#pageSize = Math.min(LONGEST_PAGE, this.#pageSize * 2);
    else if (answer.length > LARGE_PAGE_BYTES) this.#pageSize = Math.max(SHORTEST_PAGE, this.#pageSize / 2);
    const page = historyPageOf(answer);
    return { events: page.histories.flatMap(rawEventsOf), nextPageToken: page.nextPageToken };
  }

  /**
   * The events after one, read backwards from the end: what has been added to a long history in a page or two.
   * @returns in their order; null where that is no good: it is much, or the server cannot
   */
  async #readFromEnd(after: number): Promise<readonly RawEvent[] | null> {
    const pages: RawEvent[][] = [];
    let bytes = 0;
    let token: Uint8Array = NO_TOKEN;
    do {
      const { workflowId, runId } = this.#run;
      const request = reverseRequest({
        namespace: this.#namespace,
        workflowId,
        runId,
        nextPageToken: token,
        pageSize: this.#pageSize,
      });
      const asked = { timeoutMs: TIMEOUT_MS, signal: this.#signal };
      let page: Page;
      try {
        page = await this.#answer('GetWorkflowExecutionHistoryReverse', request, asked);
      } catch (error) {
        if (error instanceof TemporalError && (error.code === 'unsupported' || error.code === 'invalid')) return null;
        throw error;
      }
      const fresh = page.events.filter(({ id }) => id > after).toReversed();
      pages.unshift(fresh);
      bytes += fresh.reduce((sum, event) => sum + event.bytes.length, 0);
      if (bytes > FROM_END_BYTES) return null;
      if (fresh.length < page.events.length) break;
      token = page.nextPageToken;
    } while (token.length > 0);
    const events = pages.flat();
    return events.every(({ id }, index) => id === after + 1 + index) ? events : null;
  }
}

/** Whether to begin again: the pages do not join, or the server does not know its own token any more. */
function isRestart(error: unknown, token: Uint8Array): boolean {
  return error instanceof GapError || (error instanceof TemporalError && error.code === 'invalid' && token.length > 0);
}

function asTold(error: unknown): unknown {
  if (!(error instanceof GapError)) return error;
  return new TemporalError('failed', 'the server gives a history with a gap', { cause: error });
}

/** What every event of an execution says. */
interface OfExecution {
  readonly execution_id: string;
  readonly workflow_id: string;
  /** Sequential per workflow, from 1. */
  readonly execution_number: number;
  /** ISO 8601. */
  readonly timestamp: string;
}

interface OfStep {
  readonly execution_id: string;
  readonly workflow_id: string;
  /** The key of the node in the workflow. */
  readonly step_id: string;
  readonly step_name: string;
  /** Which item of a loop. */
  readonly iteration: number | null;
  /** ISO 8601. */
  readonly timestamp: string;
}

interface Ended {
  readonly status: string;
  readonly duration_seconds: number | null;
}

interface Started {
  readonly status: string;
  /** What started it. */
  readonly trigger: string;
}

interface Failure {
  readonly error: string | null;
  readonly error_code: string | null;
}

/** The data of each event, by its name. */
export interface LiveEventData {
  readonly workflow_queued: OfExecution & Started;
  readonly workflow_started: OfExecution;
  readonly workflow_resumed: OfExecution & Started;
  /** An execution that ran elsewhere was stored, with all that happened in it. */
  readonly workflow_imported: OfExecution & Started;
  readonly workflow_completed: OfExecution & Ended;
  /** Failed, cancelled or out of time, as `status` says. */
  readonly workflow_failed: OfExecution & Ended & Failure;
  readonly step_started: OfStep;
  readonly step_completed: OfStep & {
    readonly duration_seconds: number | null;
    readonly output: unknown;
    /** Whether `output` is only a part; the details of the execution have the whole. */
    readonly output_truncated: boolean;
    readonly retry_count: number;
  };
  readonly step_failed: OfStep & Ended & Failure & { readonly retry_count: number };
  readonly step_skipped: OfStep;
  readonly step_retrying: OfStep & Failure & { readonly retry_count: number; readonly delay_ms: number };
  readonly progress: OfStep & { readonly percent: number | null; readonly message: string | null };
  /** What followed the number that was known is not there any more: look at the workflow anew and go on from here. */
  readonly reset: { readonly reason: 'history_pruned' | 'unknown_seq' };
}

/** What happened in a workflow. `seq` rises by one with each event of the workflow. */
export type LiveEvent = {
  [Name in keyof LiveEventData]: { readonly event: Name; readonly seq: number; readonly data: LiveEventData[Name] };
}[keyof LiveEventData];

/** What of a `WebSocket` is used; those of browsers, of Node 22 and of `ws` have it. */
export interface EventSocket {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void;
  addEventListener(type: 'error', listener: () => void): void;
  close(): void;
}

export type EventSocketClass = new (url: string, protocols: string[]) => EventSocket;

/** How to reach the events of a workflow. */
export interface EventSource {
  /** Opens a socket that sends what follows a number. */
  readonly open: (since: number) => Promise<EventSocket>;
  /** The number of the newest event. @throws {ClientError} when they may not be read, or there is no such workflow */
  readonly lastSeq: (signal: AbortSignal) => Promise<number>;
  readonly wait: (attempt: number, signal: AbortSignal) => Promise<void>;
  /** Whether an error of `lastSeq` passes by itself. */
  readonly passes: (error: unknown) => boolean;
}

/** How many events wait for a reader before the socket is closed; the rest is asked for once they are read. */
const MAX_WAITING = 1000;

/** A close after which coming again is no use: policy, credential, workflow. */
const FINAL_CODES = new Set([1008, 4401, 4404]);

function isEvent(value: unknown): value is LiveEvent {
  if (typeof value !== 'object' || value === null) return false;
  return 'event' in value && typeof value.event === 'string' && 'seq' in value && typeof value.seq === 'number';
}

/** The events of one socket, in order; ends when it closes, and closes it when they are not read. */
class Connection {
  readonly #socket: EventSocket;
  readonly #waiting: LiveEvent[] = [];
  #wake: () => void = () => undefined;
  #closed = false;
  /** What it was closed with; null when we closed it. */
  code: number | null = null;

  constructor(socket: EventSocket, signal: AbortSignal) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const event: unknown = JSON.parse(String(data));
      if (this.#closed || !isEvent(event)) return;
      this.#waiting.push(event);
      if (this.#waiting.length >= MAX_WAITING) this.close();
      this.#wake();
    });
    // A close follows.
    socket.addEventListener('error', () => undefined);
    socket.addEventListener('close', ({ code }) => {
      if (!this.#closed) this.code = code;
      this.close();
    });
    signal.addEventListener('abort', () => this.close(), { once: true });
    if (signal.aborted) this.close();
  }

  async next(): Promise<LiveEvent | null> {
    for (;;) {
      const event = this.#waiting.shift();
      if (event) return event;
      if (this.#closed) return null;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
    this.#wake();
  }
}

/**
 * The events after a number, without gap or duplicate, however often the connection breaks; where there is a gap, a
 * `reset` says so. Ends when the signal fires.
 * @param since the last event that is known; what happens from now on when absent
 * @throws {ClientError} when they may not be read any more, or the workflow is gone
 */
export async function* followEvents(
  source: EventSource,
  since: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<LiveEvent, void, undefined> {
  let known = since ?? null;
  let attempt = 0;
  while (!signal.aborted) {
    // Without a number nothing could be resumed, and a socket that is refused does not say why.
    const last = await source.lastSeq(signal).catch((error: unknown) => {
      if (signal.aborted || source.passes(error)) return null;
      throw error;
    });
    if (last !== null) {
      known ??= last;
      const connection = new Connection(await source.open(known), signal);
      try {
        for (let event = await connection.next(); event !== null; event = await connection.next()) {
          attempt = 0;
          known = event.seq;
          yield event;
        }
      } finally {
        connection.close();
      }
      if (connection.code === null) continue;
      // The next question after the newest number says what is wrong.
      if (FINAL_CODES.has(connection.code)) attempt = Math.max(attempt, 3);
    }
    if (!signal.aborted) await source.wait(attempt++, signal);
  }
}

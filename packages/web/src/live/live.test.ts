import { describe, expect, it } from 'vitest';
import { readLiveEvent } from './events.ts';
import { Follower, type EventSocket, type WatchState } from './follower.ts';
import { Refresher } from './refresher.ts';
import type { Timers } from './timers.ts';

/** Time that passes when it is told to. */
class Clock implements Timers {
  #now = 0;
  #waiting: { readonly at: number; readonly does: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(delay: number, does: () => void): () => void {
    const entry = { at: this.#now + delay, does };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  async pass(time: number): Promise<void> {
    const until = this.#now + time;
    for (;;) {
      const [next] = this.#waiting.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
      if (!next) break;
      this.#waiting = this.#waiting.filter((other) => other !== next);
      this.#now = Math.max(this.#now, next.at);
      next.does();
      await Promise.resolve();
    }
    this.#now = until;
    for (let i = 0; i < 10; i++) await Promise.resolve();
  }
}

class Socket implements EventSocket {
  readonly #listeners = new Map<string, (event: { data: unknown; code: number }) => void>();
  isClosed = false;

  constructor(readonly since: number | null) {}

  addEventListener(type: string, listener: (event: { data: unknown; code: number }) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  open(): void {
    this.#listeners.get('open')?.({ data: null, code: 0 });
  }

  send(seq: number): void {
    const data = { execution_id: 'e' };
    this.#listeners.get('message')?.({ data: JSON.stringify({ event: 'step_started', seq, data }), code: 0 });
  }

  end(code: number): void {
    this.#listeners.get('close')?.({ data: null, code });
  }
}

function follow() {
  const clock = new Clock();
  const sockets: Socket[] = [];
  const states: WatchState[] = [];
  const seen: number[] = [];
  const follower = new Follower({
    open: (since) => {
      const socket = new Socket(since);
      sockets.push(socket);
      return socket;
    },
    timers: clock,
    onEvent: ({ seq }) => seen.push(seq),
    onState: (state) => states.push(state),
  });
  return { clock, sockets, states, seen, follower };
}

describe('a live event', () => {
  it('is read with what it is of, also where it is not known yet', () => {
    expect(readLiveEvent('{"event":"news","seq":4,"data":{"execution_id":"x"}}')).toEqual({
      event: 'news',
      seq: 4,
      executionId: 'x',
    });
    expect(readLiveEvent('{"event":"reset","seq":9,"data":{"reason":"history_pruned"}}')?.executionId).toBeNull();
  });

  it.each(['', '{', 'null', '[]', '{"event":1,"seq":2}', '{"event":"a"}', 4])('is not %j', (message) => {
    expect(readLiveEvent(message)).toBeNull();
  });
});

describe('following a workflow', () => {
  it('comes back after the last event that it has', async () => {
    const { clock, sockets, states, seen } = follow();
    sockets[0]?.open();
    sockets[0]?.send(7);
    sockets[0]?.send(8);
    sockets[0]?.end(1006);
    await clock.pass(250);
    expect(sockets[1]?.since).toBe(8);
    sockets[1]?.open();
    sockets[1]?.send(9);
    expect(seen).toEqual([7, 8, 9]);
    expect(states).toEqual(['connecting', 'live', 'lost', 'live']);
  });

  it('waits longer from try to try, and not at all when it is asked to', async () => {
    const { clock, sockets, follower } = follow();
    sockets[0]?.end(1006);
    await clock.pass(250);
    expect(sockets).toHaveLength(2);
    sockets[1]?.end(1006);
    await clock.pass(999);
    expect(sockets).toHaveLength(2);
    follower.retryNow();
    expect(sockets).toHaveLength(3);
    await clock.pass(5000);
    expect(sockets, 'one at a time').toHaveLength(3);
  });

  it('does not come back where that is of no use, nor once it is stopped', async () => {
    const refused = follow();
    refused.sockets[0]?.end(4404);
    await refused.clock.pass(60_000);
    expect(refused.sockets).toHaveLength(1);
    expect(refused.states.at(-1)).toBe('refused');
    const stopped = follow();
    stopped.follower.stop();
    expect(stopped.sockets[0]?.isClosed).toBe(true);
    stopped.sockets[0]?.end(1005);
    await stopped.clock.pass(60_000);
    expect(stopped.sockets).toHaveLength(1);
    expect(stopped.states).toEqual(['connecting']);
  });
});

function refresh(takes: number) {
  const clock = new Clock();
  const begun: number[] = [];
  const read = () => {
    begun.push(clock.now());
    return new Promise<void>((resolve) => {
      clock.after(takes, resolve);
    });
  };
  return { clock, begun, refresher: new Refresher(read, clock) };
}

describe('reading anew', () => {
  it('is done once for everything that is asked for meanwhile', async () => {
    const { clock, begun, refresher } = refresh(20);
    refresher.ask();
    for (let i = 0; i < 100; i++) refresher.ask();
    await clock.pass(400);
    refresher.ask();
    await clock.pass(5000);
    expect(begun).toEqual([0, 520]);
  });

  it('rests longer after what took long', async () => {
    const { clock, begun, refresher } = refresh(1000);
    refresher.ask();
    await clock.pass(10);
    refresher.ask();
    await clock.pass(20_000);
    expect(begun).toEqual([0, 6000]);
  });

  it('reads again after an asking that came while it read', async () => {
    const { clock, begun, refresher } = refresh(100);
    refresher.ask();
    await clock.pass(50);
    refresher.ask();
    await clock.pass(10_000);
    expect(begun).toHaveLength(2);
    refresher.stop();
    refresher.ask();
    await clock.pass(10_000);
    expect(begun).toHaveLength(2);
  });
});

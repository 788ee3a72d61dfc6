import { describe, expect, it } from 'vitest';
import { VirtualTime } from '../testing/virtual-time.ts';
import type { ChannelClosed, ChannelLimits, Message } from './channel.ts';
import { FramedChannel, type Heartbeat } from './framed-channel.ts';
import { WINDOW_BYTES } from './frames.ts';
import { memoryWires, type MemoryWire } from './testing/wires.ts';

const LIMITS: ChannelLimits = { receiveBytes: 50 * WINDOW_BYTES, waitingMessages: 10 };

interface End {
  readonly channel: FramedChannel;
  readonly messages: [number, Message][];
  readonly closed: Promise<ChannelClosed>;
}

function listen(wire: MemoryWire, heartbeat: Heartbeat | null = null, limits = LIMITS): End {
  const channel = new FramedChannel(wire, heartbeat);
  const messages: [number, Message][] = [];
  const closed = new Promise<ChannelClosed>((resolve) => {
    channel.listen({ message: (lane, message) => messages.push([lane, message]), closed: resolve }, limits);
  });
  return { channel, messages, closed };
}

function big(bytes: number): Message {
  return { head: {}, parts: [new Uint8Array(bytes)] };
}

/** Lets everything happen that was set off. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) await Promise.resolve();
}

describe('a channel', () => {
  it('carries messages both ways', async () => {
    const [a, b] = memoryWires();
    const [left, right] = [listen(a), listen(b)];
    left.channel.send(1, big(3 * WINDOW_BYTES));
    left.channel.send(2, { head: { hello: 'ä' }, parts: [] });
    right.channel.send(1, { head: { n: 1 }, parts: [] });
    await settle();
    expect(right.messages.map(([lane]) => lane)).toEqual([2, 1]);
    expect(right.messages[0]?.[1].head).toEqual({ hello: 'ä' });
    expect(left.messages).toEqual([[1, { head: { n: 1 }, parts: [] }]]);
  });

  it('never has more than 1 MiB on its way to a side that does not read', async () => {
    const [a, b] = memoryWires();
    const [left, right] = [listen(a), listen(b)];
    b.pause();
    left.channel.send(1, big(20 * WINDOW_BYTES));
    await settle();
    expect(b.received).toBeLessThanOrEqual(WINDOW_BYTES);
    b.resume();
    await settle();
    expect(right.messages).toHaveLength(1);
  });

  it('ends when too many messages wait for the other side', async () => {
    const [a, b] = memoryWires();
    const [left, right] = [listen(a), listen(b)];
    b.pause();
    for (let count = 0; count < 30; count++) left.channel.send(1, big(WINDOW_BYTES / 2));
    expect((await left.closed).code).toBe('too_slow');
    expect((await right.closed).code).toBe('too_slow');
  });

  it.each([
    ['text', 'hello'],
    ['a number', 1],
    ['an empty frame', new Uint8Array(0)],
    ['a frame of an unknown kind', Uint8Array.of(77)],
    ['a message that is none', Uint8Array.of(1, 1, 0, 0, 0, 1, 0, 0)],
    ['a ping where none belongs', Uint8Array.of(3)],
    ['room that it was not short of', Uint8Array.of(2, 0, 0, 0, 9)],
  ])('ends when it is sent %s', async (_, frame) => {
    const [a, b] = memoryWires();
    const [left, right] = [listen(a), listen(b)];
    if (frame instanceof Uint8Array) a.post(frame.slice());
    else b.push(frame);
    expect((await right.closed).code).toBe('protocol_error');
    expect((await left.closed).code).toBe('protocol_error');
  });

  it('ends when a message is larger than the limit', async () => {
    const [a, b] = memoryWires();
    const left = listen(a);
    const right = listen(b, null, { receiveBytes: 100_000, waitingMessages: 10 });
    left.channel.send(1, big(100_000));
    expect((await right.closed).code).toBe('too_large');
    expect((await left.closed).code).toBe('too_large');
  });

  it('finds out that a silent side is gone, and not one that answers', async () => {
    const time = new VirtualTime();
    const heartbeat = { timers: time.timers, everyMs: 10_000 };
    const [a, b] = memoryWires();
    const [left, right] = [listen(a, heartbeat), listen(b, heartbeat)];
    await time.until(time.timers.sleep(300_000, new AbortController().signal));
    left.channel.send(1, { head: {}, parts: [] });
    await settle();
    expect(right.messages).toHaveLength(1);
    b.pause();
    a.pause();
    expect((await time.until(left.closed)).reason).toBe('the other side gives no sign of life');
    expect(time.elapsed).toBeLessThanOrEqual(341_000_000);
  });

  it('can be listened to only once', () => {
    const [a] = memoryWires();
    const { channel } = listen(a);
    expect(() => channel.listen({ message: () => undefined, closed: () => undefined }, LIMITS)).toThrow('in use');
  });
});

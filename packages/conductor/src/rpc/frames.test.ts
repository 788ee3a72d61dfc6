import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '@flowprof/model';
import type { Message } from './channel.ts';
import {
  creditFrame,
  MAX_FRAME_BYTES,
  OutgoingMessage,
  readFrame,
  readMessage,
  signFrame,
  WINDOW_BYTES,
} from './frames.ts';
import { Receiver, type Received } from './receiver.ts';
import { Sender } from './sender.ts';

const flat = fc.dictionary(
  fc.string({ maxLength: 10 }).filter((key) => key !== '__proto__'),
  fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.boolean(), fc.constant(null)),
  { maxKeys: 5, noNullPrototype: true },
);
const message = fc.record({
  head: flat,
  parts: fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 4 }),
});

function framesOf(sent: OutgoingMessage): Uint8Array[] {
  const frames: Uint8Array[] = [];
  while (!sent.isDone) frames.push(sent.next());
  return frames;
}

/** Puts frames together; gives the messages in the order in which they became whole. */
function receive(frames: readonly Uint8Array[], receiver = new Receiver(1e9)): [number, Received][] {
  return frames.flatMap((bytes): [number, Received][] => {
    const frame = readFrame(bytes);
    if (frame?.kind !== 'data') throw new Error('a data frame is expected');
    const received = receiver.take(frame.lane, frame.bytes, frame.isLast);
    return received === 'incomplete' ? [] : [[frame.lane, received]];
  });
}

function big(bytes: number, fill = 7): Message {
  return { head: { fill }, parts: [new Uint8Array(bytes).fill(fill)] };
}

/** The length of a part, and its least and greatest byte. */
function extent(part: Uint8Array): number[] {
  if (part.length === 0) return [0];
  return [part.length, part.reduce((a, b) => Math.min(a, b), 255), part.reduce((a, b) => Math.max(a, b), 0)];
}

/** A large message in short: its lane and parts. */
function summary([lane, received]: [number, Received]): unknown[] {
  return typeof received === 'string' ? [lane, received] : [lane, ...received.parts.map(extent)];
}

describe('frames', () => {
  it('carry any message', () => {
    fc.assert(
      fc.property(message, fc.nat(0xffff_ffff), (sent, lane) => {
        const [[gotLane, got] = []] = receive(framesOf(new OutgoingMessage(lane, sent)));
        expect(gotLane).toBe(lane);
        expect(got).toEqual(sent);
      }),
    );
  });

  it('cut what is large, and none is larger than 256 KiB', () => {
    const sent = {
      head: {},
      parts: [new Uint8Array(300_000).fill(1), new Uint8Array(0), new Uint8Array(700_000).fill(2)],
    };
    const frames = framesOf(new OutgoingMessage(1, sent));
    expect(frames.map(({ length }) => length)).toEqual([MAX_FRAME_BYTES, MAX_FRAME_BYTES, MAX_FRAME_BYTES, 213_614]);
    expect(receive(frames).map(summary)).toEqual([[1, [300_000, 1, 1], [0], [700_000, 2, 2]]]);
  });

  it.each([
    ['nothing', []],
    ['an unknown kind', [9]],
    ['a data frame without a lane', [1, 1, 0]],
    ['a data frame with unknown flags', [1, 2, 0, 0, 0, 1, 0]],
    ['a credit frame that is too short', [2, 0, 0]],
    ['a ping with more than its kind', [3, 0]],
  ])('are not made of %s', (_, bytes) => {
    expect(readFrame(Uint8Array.from(bytes))).toBeNull();
  });

  it('are refused when they are larger than allowed', () => {
    expect(readFrame(new Uint8Array(MAX_FRAME_BYTES + 1).fill(1))).toBeNull();
  });

  it('tell credits and signs of life', () => {
    expect(readFrame(creditFrame(123_456))).toEqual({ kind: 'credit', bytes: 123_456 });
    expect(readFrame(signFrame('ping'))).toEqual({ kind: 'ping' });
    expect(readFrame(signFrame('pong'))).toEqual({ kind: 'pong' });
  });

  it('never make reading throw, whatever they hold', () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, (frame) => {
        readFrame(frame);
        expect(['object']).toContain(typeof readMessage([frame]));
      }),
      { numRuns: 2000 },
    );
  });

  it('never make reading throw when one byte of a message is wrong', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 0, max: 255 }), (sent, at, byte) => {
        const [frame = new Uint8Array()] = framesOf(new OutgoingMessage(1, sent));
        const whole = frame.slice(6);
        whole[at % whole.length] = byte;
        const got = readMessage([whole]);
        if (got !== null) expect(got.parts.length).toBeLessThanOrEqual(8);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a receiver', () => {
  it('keeps lanes apart that take turns', () => {
    const first = framesOf(new OutgoingMessage(1, big(600_000, 1)));
    const second = framesOf(new OutgoingMessage(2, big(600_000, 2)));
    const mixed = first.flatMap((frame, at) => [frame, second[at] ?? frame]);
    expect(receive(mixed).map(summary)).toEqual([
      [1, [600_000, 1, 1]],
      [2, [600_000, 2, 2]],
    ]);
  });

  it('refuses more than its limit, of one message or of several that are not whole', () => {
    const frames = framesOf(new OutgoingMessage(1, big(600_000)));
    expect(receive(frames, new Receiver(500_000)).at(0)).toEqual([1, 'too_large']);
    const receiver = new Receiver(500_000);
    expect(receiver.take(1, new Uint8Array(300_000), false)).toBe('incomplete');
    expect(receiver.take(2, new Uint8Array(300_000), false)).toBe('too_large');
  });

  it('counts the cost of empty pieces', () => {
    const receiver = new Receiver(100_000);
    const taken = Array.from({ length: 1000 }, () => receiver.take(1, new Uint8Array(0), false));
    expect(taken).toContain('too_large');
  });

  it('has room again once a message is whole', () => {
    const receiver = new Receiver(700_000);
    for (let count = 0; count < 5; count++) {
      expect(receive(framesOf(new OutgoingMessage(1, big(600_000))), receiver)).toHaveLength(1);
    }
  });

  it.each<[string, JsonObject | string]>([
    ['nested', { a: { b: 1 } }],
    ['no object', '[]'],
    ['no JSON', '{'],
  ])('refuses a head that is %s', (_, head) => {
    const text = typeof head === 'string' ? head : JSON.stringify(head);
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setUint32(0, text.length);
    bytes.set(new TextEncoder().encode(text), 8);
    expect(readMessage([bytes])).toBeNull();
  });
});

describe('a sender', () => {
  it('lets lanes take turns, and keeps the order within each', () => {
    const sender = new Sender();
    sender.add(1, big(600_000));
    sender.add(1, big(10));
    sender.add(2, big(10));
    const lanes: number[] = [];
    for (let frame = sender.next(); frame !== null; frame = sender.next()) {
      lanes.push(new DataView(frame.buffer).getUint32(2));
      expect(sender.give(frame.length)).toBe(true);
    }
    expect(lanes).toEqual([1, 2, 1, 1, 1]);
    expect(sender.waiting).toBe(0);
  });

  it('sends no more than the other side has room for', () => {
    const sender = new Sender();
    sender.add(1, big(10 * WINDOW_BYTES));
    let sent = 0;
    for (let frame = sender.next(); frame !== null; frame = sender.next()) sent += frame.length;
    expect(sent).toBeLessThanOrEqual(WINDOW_BYTES);
    expect(sender.give(MAX_FRAME_BYTES)).toBe(true);
    expect(sender.next()?.length).toBe(MAX_FRAME_BYTES);
    expect(sender.next()).toBeNull();
  });

  it('notices room that it was never short of', () => {
    expect(new Sender().give(1)).toBe(false);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOtlp, encodeOtlp, otlpRequests, plainOtlp } from '../../testing/otlp.ts';
import { TraceFileError } from '../formats/errors.ts';
import { MARK } from './columns.ts';
import { readOtlpJson } from './json.ts';
import { readOtlpProtobuf } from './protobuf.ts';

const TRACE = Buffer.alloc(16, 1).toString('base64');
const SPAN = Buffer.alloc(8, 2).toString('base64');

/** A field of any number and wire type, by hand. */
function field(number: number, type: number, ...bytes: number[]): number[] {
  return [...varint(number * 8 + type), ...bytes];
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

function message(number: number, bytes: readonly number[]): number[] {
  return [...field(number, 2, ...varint(bytes.length)), ...bytes];
}

const idFields = [...message(1, Array<number>(16).fill(1)), ...message(2, Array<number>(8).fill(2))];

/** A request with one span of these fields besides its ids. */
function requestOf(...fields: number[]): Uint8Array {
  return Uint8Array.from(message(1, message(2, message(2, [...idFields, ...fields]))));
}

/** What the message of each field of length-delimited type holds, as far as it is one: by the path of field numbers. */
const MESSAGES: Readonly<Record<string, string>> = {
  'request/1': 'resourceSpans',
  'resourceSpans/1': 'resource',
  'resourceSpans/2': 'scopeSpans',
  'resource/1': 'keyValue',
  'scopeSpans/1': 'scope',
  'scopeSpans/2': 'span',
  'scope/3': 'keyValue',
  'span/9': 'keyValue',
  'span/11': 'event',
  'span/13': 'link',
  'span/15': 'status',
  'event/3': 'keyValue',
  'link/4': 'keyValue',
  'keyValue/2': 'anyValue',
  'anyValue/5': 'array',
  'anyValue/6': 'list',
  'array/1': 'anyValue',
  'list/1': 'keyValue',
};

const UNKNOWN = [
  field(2000, 0, 0xff, 1),
  field(2000, 1, 1, 2, 3, 4, 5, 6, 7, 8),
  message(2000, [0xff, 0xff]),
  field(2000, 5, 1, 2, 3, 4),
  [...field(2000, 3), ...field(7, 3), ...field(1, 0, 5), ...field(7, 4), ...field(2000, 4)],
];

/** The same message with its fields in another order (but of one number in their own) and unknown ones among them. */
function shuffled(bytes: readonly number[], type: string, pick: (below: number) => number): number[] {
  const byNumber = new Map<number, number[][]>();
  for (let at = 0; at < bytes.length;) {
    const from = at;
    const read = (): number => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++] ?? 0;
        value += (byte % 128) * scale;
        if (byte < 128) return value;
      }
    };
    const tag = read();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    let whole: number[] | null = null;
    if (wire === 0) read();
    else if (wire === 2) {
      const length = read();
      const inner = MESSAGES[`${type}/${number}`];
      if (inner !== undefined) whole = message(number, shuffled(bytes.slice(at, at + length), inner, pick));
      at += length;
    } else at += wire === 1 ? 8 : 4;
    const list = byNumber.get(number) ?? [];
    byNumber.set(number, list);
    list.push(whole ?? bytes.slice(from, at));
  }
  const queues = [...byNumber.values(), [UNKNOWN[pick(UNKNOWN.length)] ?? []]];
  const out: number[] = [];
  for (
    let left = queues.filter((queue) => queue.length > 0);
    left.length > 0;
    left = left.filter((q) => q.length > 0)
  ) {
    out.push(...(left[pick(left.length)]?.shift() ?? []));
  }
  return out;
}

describe('OTLP in protocol buffers', () => {
  it('says what generated code and the reader of JSON say', () => {
    fc.assert(
      fc.property(otlpRequests, (request) => {
        const bytes = encodeOtlp(request);
        const read = readOtlpProtobuf(bytes);
        const other = readOtlpJson(decodeOtlp(bytes));
        expect(plainOtlp(read.spans)).toEqual(plainOtlp(other.spans));
        expect(read.rejected).toEqual(other.rejected);
        expect(read.spans.cutTimes).toBe(other.spans.cutTimes);
      }),
      { numRuns: 200 },
    );
  });

  it('reads fields in any order, and skips those that it does not know', () => {
    fc.assert(
      fc.property(otlpRequests, fc.infiniteStream(fc.nat()), (request, stream) => {
        const numbers = stream[Symbol.iterator]();
        const pick = (below: number): number => Number(numbers.next().value) % below;
        const bytes = encodeOtlp(request);
        const other = Uint8Array.from(shuffled(Array.from(bytes), 'request', pick));
        expect(plainOtlp(readOtlpProtobuf(other).spans)).toEqual(plainOtlp(readOtlpProtobuf(bytes).spans));
      }),
    );
  });

  it('refuses what is damaged, or reads something from it, and throws nothing else', () => {
    const edit = fc.record({
      kind: fc.constantFrom('set', 'cut', 'insert', 'remove', 'double'),
      at: fc.nat(),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff)),
    });
    let refused = 0;
    fc.assert(
      fc.property(otlpRequests, fc.array(edit, { minLength: 1, maxLength: 6 }), (request, edits) => {
        const bytes = Array.from(encodeOtlp(request));
        for (const { kind, at, byte } of edits) {
          const place = bytes.length === 0 ? 0 : at % bytes.length;
          if (kind === 'set') bytes[place] = byte;
          else if (kind === 'cut') bytes.length = place;
          else if (kind === 'insert') bytes.splice(place, 0, byte);
          else if (kind === 'remove') bytes.splice(place, 1);
          else bytes.splice(place, 0, ...bytes.slice(place, place + byte));
        }
        try {
          plainOtlp(readOtlpProtobuf(Uint8Array.from(bytes)).spans);
        } catch (error) {
          refused++;
          expect(error).toBeInstanceOf(TraceFileError);
          expect(error).toMatchObject({ code: 'malformed' });
        }
      }),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(150);
  });

  it('reads from the middle of a buffer', () => {
    const bytes = encodeOtlp({
      resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE, spanId: SPAN, name: 'a' }] }] }],
    });
    const buffer = new Uint8Array(bytes.length + 7).fill(0xff);
    buffer.set(bytes, 3);
    const { spans } = readOtlpProtobuf(buffer.subarray(3, 3 + bytes.length));
    expect(plainOtlp(spans)).toEqual(plainOtlp(readOtlpProtobuf(bytes).spans));
  });

  it.each<[string, Uint8Array]>([
    ['field number 0', requestOf(...field(0, 0, 1))],
    ['a field number beyond 32 bits', requestOf(0x80, 0x80, 0x80, 0x80, 0x80, 1, 0)],
    ['a wire type of 6', requestOf(...field(2000, 6))],
    ['a wire type of 7', requestOf(...field(2000, 7))],
    ['the end of a group that was not begun', requestOf(...field(2000, 4))],
    ['a group that does not end', requestOf(...field(2000, 3))],
    ['a group that ends as another', requestOf(...field(2000, 3), ...field(2001, 4))],
    ['groups 100 deep', requestOf(...Array<number[]>(100).fill(field(2000, 3)).flat())],
    ['a number of 11 bytes', requestOf(...field(6, 0, ...Array<number>(10).fill(0x80), 1))],
    ['a number of more than 64 bits', requestOf(...field(6, 0, ...Array<number>(9).fill(0xff), 2))],
    ['a number that is cut off', requestOf(...field(6, 0, 0x80))],
    ['a time that is cut off', requestOf(...field(7, 1, 1, 2, 3))],
    ['a length beyond the end', requestOf(...field(5, 2, 100))],
    ['a length of 2^32', requestOf(...field(5, 2, 0x80, 0x80, 0x80, 0x80, 0x10))],
    ['a name that is a number', requestOf(...field(5, 0, 1))],
    ['an attribute that is a number', requestOf(...field(9, 0, 1))],
    ['a resource that is a number', Uint8Array.from(message(1, field(1, 0, 1)))],
    ['text', new TextEncoder().encode('{"resourceSpans":[]}')],
  ])('refuses %s', (_, bytes) => {
    expect(() => readOtlpProtobuf(bytes)).toThrow(/^not OTLP: .+ at byte \d+$/);
  });

  it('takes a number of 10 bytes', () => {
    const { spans } = readOtlpProtobuf(requestOf(...field(6, 0, ...Array<number>(9).fill(0xff), 1)));
    expect(spans.kind[0]).toBe(0);
  });

  it('cuts values that are nested 100,000 deep, and takes linear time for it', () => {
    let size = 0;
    const heads: number[][] = [];
    for (let i = 0; i < 100_000; i++) {
      // An array that holds one value, which is the next array.
      const inner = field(1, 2, ...varint(size)).reverse();
      const outer = field(5, 2, ...varint(size + inner.length)).reverse();
      heads.push(inner, outer);
      size += inner.length + outer.length;
    }
    const value = heads.flat().reverse();
    const attribute = [...message(1, [0x6b]), ...field(2, 2, ...varint(value.length))].concat(value);
    const span = [...idFields, ...field(9, 2, ...varint(attribute.length))].concat(attribute);
    const wrap = (number: number, bytes: number[]): number[] => field(number, 2, ...varint(bytes.length)).concat(bytes);
    const started = performance.now();
    const { spans } = readOtlpProtobuf(Uint8Array.from(wrap(1, wrap(2, wrap(2, span)))));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(spans.marks[0]).toBe(MARK.cutValue | MARK.noStart | MARK.noEnd | MARK.noName);
  });

  it('has a limit for what takes more room than its bytes', () => {
    const attributes = Array<number[]>(5000)
      .fill(field(9, 2, 0))
      .flat();
    expect(readOtlpProtobuf(requestOf(...attributes), 8192).spans.attributes.key).toHaveLength(5000);
    expect(() => readOtlpProtobuf(requestOf(...attributes), 4096)).toThrow('more than 4096 attributes');
    for (const number of [11, 13]) {
      const ids = number === 13 ? idFields : [];
      const items = Array<number[]>(200).fill(message(number, ids)).flat();
      expect(() => readOtlpProtobuf(requestOf(...items), 128)).toThrow(/^more than 128 (?:events|links)$/);
    }
    const resources = Uint8Array.from(Array<number[]>(200).fill(message(1, [])).flat());
    expect(() => readOtlpProtobuf(resources, 128)).toThrow('more than 128 resources');
    const scopes = Uint8Array.from(message(1, Array<number[]>(200).fill(message(2, [])).flat()));
    expect(() => readOtlpProtobuf(scopes, 128)).toThrow('more than 128 scopes');
  });

  it('takes what is not UTF-8, and the later of two fields of a span', () => {
    const { spans } = readOtlpProtobuf(requestOf(...message(5, [0x61]), ...message(5, [0xff, 0x62])));
    expect(plainOtlp(spans)[0]).toMatchObject({ texts: ['�b', '', ''] });
  });
});

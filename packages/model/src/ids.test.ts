import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUuid, spanIdPrefix, traceIdOf, uuidv7 } from './ids.ts';
import { epochFromMs } from './units.ts';

const anyBytes = fc.uint8Array({ minLength: 16, maxLength: 16 });

function randomOf(bytes: Uint8Array) {
  return (into: Uint8Array) => {
    into.set(bytes.subarray(0, into.length));
    return into;
  };
}

describe('uuidv7', () => {
  test('is a UUID of version 7 that holds the time', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat({ max: 2 ** 31 }), (bytes, seconds) => {
        const id = uuidv7(epochFromMs(seconds * 1000 + 7), randomOf(bytes));
        expect(isUuid(id)).toBe(true);
        expect(id[14]).toBe('7');
        expect('89ab').toContain(id[19]);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(seconds * 1000 + 7);
      }),
    );
  });

  test('the example of RFC 9562', () => {
    const random = Uint8Array.from([0, 0, 0, 0, 0, 0, 0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidv7(epochFromMs(0x017f22e279b0), randomOf(random))).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });
});

test.each([
  ['017F22E2-79B0-7CC3-98C4-DC0C0C07398F', true],
  ['017f22e279b07cc398c4dc0c0c07398f', false],
  [' 017f22e2-79b0-7cc3-98c4-dc0c0c07398f', false],
  ['', false],
])('whether "%s" is a UUID: %s', (value, expected) => {
  expect(isUuid(value)).toBe(expected);
});

test('trace ids and span id prefixes are what W3C trace context allows', () => {
  expect(traceIdOf('017F22E2-79B0-7CC3-98C4-DC0C0C07398F')).toBe('017f22e279b07cc398c4dc0c0c07398f');
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(spanIdPrefix(randomOf(bytes))).toMatch(/^(?!0{8})[0-9a-f]{8}$/);
    }),
  );
});

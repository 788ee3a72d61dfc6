import { describe, expect, it } from 'vitest';
import { ApiError } from './errors.ts';
import { parseJsonBody } from './json-body.ts';

function refusal(body: string | Uint8Array): ApiError {
  try {
    parseJsonBody(typeof body === 'string' ? Buffer.from(body) : body);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

describe('parseJsonBody', () => {
  it('reads JSON', () => {
    expect(parseJsonBody(Buffer.from('{"a":[1,"é",null]}'))).toEqual({ a: [1, 'é', null] });
  });

  it.each([
    ['{"a":', 'malformed_json', { offset: 5 }],
    [Uint8Array.from([0x22, 0x80, 0x22]), 'malformed_json', { offset: 1 }],
    ['['.repeat(200_000), 'too_deep', { offset: 64, max_depth: 64 }],
  ])('refuses what cannot be read, with the byte', (body, code, members) => {
    const error = refusal(body);
    expect({ code: error.code, members: error.parts.members }).toEqual({ code, members });
  });

  it.each([
    ['{"a":{"b":[{"__proto__":{"x":1}}]}}', 12],
    ['{"\\u005f_proto__":{"x":1}}', 1],
    ['{"\\u005f\\u005f\\u0070\\u0072\\u006f\\u0074\\u006f\\u005f\\u005f":1}', 1],
  ])('refuses the poisonous key of %s and leaves prototypes alone', (body, offset) => {
    const error = refusal(body);
    expect([error.code, error.parts.members]).toEqual(['validation_failed', { offset }]);
    expect(Reflect.has({}, 'x')).toBe(false);
  });

  it('lets the same text through as a value, and a constructor as plain data', () => {
    expect(parseJsonBody(Buffer.from('{"constructor":{"prototype":"__proto__"}}'))).toEqual({
      constructor: { prototype: '__proto__' },
    });
    expect(Reflect.has({}, 'prototype')).toBe(false);
  });
});

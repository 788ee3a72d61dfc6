import { toEpochMicros, type JsonValue } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json, Row, text, timestamp } from './row.ts';

describe('json', () => {
  it.each<[JsonValue, string]>([
    ['plain', '"plain"'],
    ['\u0000', String.raw`"\ufffd"`],
    ['\u0000\u0000', String.raw`"\ufffd\ufffd"`],
    [String.raw`\u0000`, String.raw`"\\u0000"`],
    ['\\\u0000', String.raw`"\\\ufffd"`],
    ['\ud800x', String.raw`"\ufffdx"`],
    ['\u{1f600}\u0001', `"\u{1f600}${String.raw`\u0001`}"`],
    [{ 'key\u0000': [null] }, String.raw`{"key\ufffd":[null]}`],
  ])('writes %j as %s', (value, written) => {
    expect(json(value)).toBe(written);
  });

  it('changes nothing that PostgreSQL can hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = JSON.stringify(value);
        fc.pre(!/\\u0000|\\ud[89a-f]/.test(written));
        expect(json(new Row({ written }).json('written'))).toBe(written);
      }),
    );
  });
});

describe('text', () => {
  it('replaces what PostgreSQL cannot hold', () => {
    expect(text('a\u0000b')).toBe('a\ufffdb');
  });
});

describe('a timestamp', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000000Z'],
    [1_700_000_000_123_456, '2023-11-14T22:13:20.123456Z'],
    [-1, '1969-12-31T23:59:59.999999Z'],
    [7_258_118_400_000_001, '2200-01-01T00:00:00.000001Z'],
  ])('of %d is written as %s and read back', (micros, written) => {
    expect(timestamp(toEpochMicros(micros))).toBe(written);
    const sent = written.replace('T', ' ').replace(/\.?0*Z$/, '+00');
    expect(new Row({ at: sent }).moment('at')).toBe(micros);
  });
});

describe('Row', () => {
  it('refuses what is not of the type that is asked for', () => {
    const row = new Row({ big: 2 ** 53, word: 'x', none: null });
    expect(() => row.int('big')).toThrow('big');
    expect(() => row.int('word')).toThrow('word');
    expect(() => row.status('word')).toThrow('word');
    expect(() => row.text('none')).toThrow('none');
    expect(() => row.text('missing')).toThrow('missing');
    expect(row.textOrNull('none')).toBeNull();
  });
});

import type { JsonObject, JsonValue } from '@flowprof/model';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, secretTexts } from './redact.ts';

const GONE = '[redacted]';
const byLooks = createRedactor([]);

describe('by key and pattern', () => {
  test('a URL is shown without credentials and secret parameters', () => {
    expect(byLooks.url(new URL('https://u:p@h/x?a=1&api_key=2#f'))).toBe('https://h/x?a=1&api_key=[redacted]');
  });

  test('values under secret keys are struck out at any depth', () => {
    const value = { user: { Password: 'x', apiKey: 1, name: 'n' }, headers: [{ 'set-cookie': ['a'] }] };
    const struck = { user: { Password: GONE, apiKey: GONE, name: 'n' }, headers: [{ 'set-cookie': GONE }] };
    expect(byLooks.keep(value, { left: 0 })).toEqual(struck);
    expect(byLooks.metadata(value)).toEqual(struck);
    expect(byLooks.json(value)).toEqual(struck);
  });

  test('numbers of tokens, and what is only true, false or null, stay', () => {
    const value = { input_tokens: 12, maxTokens: 4096, token_count: 3, has_password: true, token: null };
    expect(byLooks.json(value)).toEqual(value);
    expect(byLooks.json({ token: 4711, tokens: 'abc' })).toEqual({ token: GONE, tokens: GONE });
  });

  test('what follows a secret option in a list of arguments is struck out', () => {
    const args = ['-h', 'db', '--password', 'hunter2', '--token', '-v'];
    const struck = ['-h', 'db', '--password', GONE, '--token', GONE];
    expect(byLooks.json(args)).toEqual(struck);
    expect(byLooks.metadata({ args })).toEqual({ args: struck });
  });
});

describe('bounds', () => {
  let deep: JsonValue = 1;
  for (let i = 0; i < 1000; i++) deep = { a: deep };
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, 'x'.repeat(1000)]));
  const large: readonly JsonValue[] = [deep, wide, Array.from({ length: 10_000 }, () => wide), 'x'.repeat(1_000_000)];

  test('an input or output is kept whole up to a size while there is room, then as a summary', () => {
    const rows = Array.from({ length: 500 }, (_, id) => ({ id, name: `row ${id}` }));
    const room = { left: 30_000 };
    expect(byLooks.keep({ rows }, room)).toEqual({ rows });
    expect(room.left).toBeLessThan(20_000);
    const [before, huge] = [{ left: 200_000 }, Array.from({ length: 5000 }, () => 'x'.repeat(1000))];
    expect(JSON.stringify(byLooks.keep(huge, before)).length).toBeLessThan(80_000);
    expect(byLooks.keep({ password: 'hunter2', rows }, { left: 30_000 })).toEqual({ password: GONE, rows });
    expect(JSON.stringify(byLooks.keep({ rows }, { left: 0 })).length).toBeLessThan(4096);
  });

  test('a summary is small whatever it is made of', () => {
    for (const value of large) expect(JSON.stringify(byLooks.keep(value, { left: 0 })).length).toBeLessThan(4096);
    expect(byLooks.keep([1, 2], { left: 0 })).toEqual({ value: [1, 2] });
  });

  test('metadata is small whatever it is made of, and itself where it is small', () => {
    for (const value of large) expect(JSON.stringify(byLooks.metadata({ value })).length).toBeLessThan(12_000);
    const small: JsonObject = { cause: 'pool', pool: 'db', limit: 4, list: null };
    expect(byLooks.metadata(small)).toBe(small);
  });

  test('a whole value stays whole, however deep, and fields of any name stay fields', () => {
    let deeper: JsonValue = 'fp_1_abc';
    for (let i = 0; i < 100_000; i++) deeper = i % 2 === 0 ? [deeper] : { a: deeper };
    let copy = byLooks.json(deeper);
    for (let i = 0; i < 100_000; i++) copy = Object.values(copy ?? {})[0] ?? null;
    expect(copy).toBe(GONE);
    const odd: JsonValue = JSON.parse('{"__proto__":{"a":1},"constructor":[{}],"":[]}');
    expect(JSON.stringify(byLooks.json(odd))).toBe(JSON.stringify(odd));
  });
});

describe('by value', () => {
  const phrase = 'Tr0ub4dor & "3"/é\\n?';
  const known = createRedactor([phrase, 'other-secret-value']);

  test.each<[string, string]>([
    ['as it is', phrase],
    ['percent-encoded', encodeURIComponent(phrase)],
    ['the same in lower case', encodeURIComponent(phrase).replace(/%../g, (c) => c.toLowerCase())],
    ['as a form', new URLSearchParams({ a: phrase }).toString().slice(2)],
    ['as a URL', encodeURI(phrase)],
    ['as JSON', JSON.stringify(phrase).slice(1, -1)],
    ['as JSON in JSON', JSON.stringify(JSON.stringify(phrase)).slice(3, -3)],
    ['in HTML', phrase.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
    ['in hexadecimal', Buffer.from(phrase).toString('hex')],
  ])('%s', (_, form) => {
    expect(known.text(`it is ${form} here`)).toBe(`it is ${GONE} here`);
    expect(known.text(form)).toBe(GONE);
    expect(known.json([{ a: `(${form})` }])).toEqual([{ a: `(${GONE})` }]);
  });

  test('in base64, whatever stands around it', () => {
    for (const alphabet of ['base64', 'base64url'] as const) {
      for (const before of ['', 'u', 'us', 'use', 'user', 'user:']) {
        for (const after of ['', ':', 'ab', 'abc']) {
          const text = Buffer.from(before + phrase + after).toString(alphabet);
          const shown = known.text(`it is ${text} here`);
          expect(shown).toContain(GONE);
          const left = shown.replace(GONE, '').replace(/^it is | here$/g, '');
          expect(Buffer.byteLength(left)).toBeLessThanOrEqual(((before.length + after.length) * 4) / 3 + 3);
        }
      }
    }
  });

  test('in keys, in numbers and in parts of URLs that are written otherwise', () => {
    const pin = createRedactor(secretTexts({ pin: 471_147, list: ['s3cr=t%'] }));
    expect(pin.json({ 'is s3cr=t%': 471_147, n: 471 })).toEqual({ [`is ${GONE}`]: GONE, n: 471 });
    expect(pin.metadata({ n: 471_147 })).toEqual({ n: GONE });
    expect(pin.keep(471_147, { left: 0 })).toEqual({ value: GONE });
    expect(pin.url(new URL('http://h/a/%733cr%3dt%25/b?q=s3cr%3Dt%25&r=1'))).toBe(`http://h/a/${GONE}/b?q=${GONE}&r=1`);
  });

  test('values that overlap or touch are struck out as one', () => {
    const some = createRedactor(['abcdef', 'defghi', 'cdefgh', 'wxyz']);
    expect(some.text('-abcdefghi-')).toBe(`-${GONE}-`);
    expect(some.text('-abcdefwxyz-')).toBe(`-${GONE}-`);
    expect(some.text('-abcde-')).toBe('-abcde-');
  });

  test('the lines of one that has several, also one by one', () => {
    const lines = createRedactor(['first line of it\nsecond line of it\n}\n']);
    expect(lines.text('12: second line of it')).toBe(`12: ${GONE}`);
    expect(lines.text('a }')).toBe('a }');
  });

  test('short ones as whole words only; an empty one is none', () => {
    const short = createRedactor(['42', 'a+', '']);
    expect(short.text('42 of 421, x42, (42) a+ ba+ a+b')).toBe(`${GONE} of 421, x42, (${GONE}) ${GONE} ba+ a+b`);
    expect(short.json(['42', 42])).toEqual([GONE, 42]);
    expect(createRedactor(['']).text('any text')).toBe('any text');
  });

  test('the beginning or end of one where a text was cut', () => {
    expect(known.text('failed: other-secr…')).toBe(`failed: ${GONE}…`);
    expect(known.text(`${'x'.repeat(200)} other-secr`)).toBe(`${'x'.repeat(200)} ${GONE}`);
    expect(known.text('any other')).toBe('any other');
    expect(known.text(`cret-value and ${'x'.repeat(200)}`)).toBe(`${GONE} and ${'x'.repeat(200)}`);
    for (let at = 780; at < 830; at++) {
      const text = JSON.stringify(known.keep(`${'fp_1_a '.repeat(200).slice(0, at)} other-secret-value`, { left: 0 }));
      expect(text).not.toContain('othe');
    }
  });

  test('a very long one by its beginning, with all that follows it', () => {
    const long = Array.from({ length: 20_000 }, (_, i) => String.fromCharCode(97 + ((i * i + (i >> 4)) % 26))).join('');
    expect(createRedactor([long]).text(`a ${long} b`)).toBe(`a ${GONE}`);
  });

  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 4, maxLength: 7 });

  test('whatever the values, none is left', () => {
    fc.assert(
      fc.property(
        fc.array(letters, { minLength: 1, maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), maxLength: 60 }),
        (values, text) => {
          const shown = createRedactor(values).text(text);
          for (const value of values) expect(shown.replaceAll(GONE, '|')).not.toContain(value);
          if (!values.some((value) => text.includes(value))) expect(shown).toBe(text);
        },
      ),
      { numRuns: 600 },
    );
  });

  test('wherever a value stands in JSON, none is left', () => {
    const values = fc.array(fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(values, fc.jsonValue(), (secrets, around) => {
        const value: JsonValue = JSON.parse(JSON.stringify({ around, list: secrets, text: secrets.join(' and ') }));
        const redactor = createRedactor(secrets);
        for (const shown of [redactor.json(value), redactor.keep(value, { left: 0 }), redactor.metadata({ value })]) {
          const texts = secretTexts(shown).map((text) => text.replaceAll(GONE, '|'));
          for (const secret of secrets) {
            if (secret.trim().length < 4 || '[redacted]|'.includes(secret)) continue;
            expect(texts.filter((text) => text.includes(secret))).toEqual([]);
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('a megabyte is read in linear time for any number of values, also those made for it', () => {
  const values = [
    'a'.repeat(2000) + 'b',
    'b' + 'a'.repeat(2000),
    ...Array.from({ length: 500 }, (_, i) => `${'a'.repeat(i)}b${i}`),
  ];
  const redactor = createRedactor(values);
  for (const unit of ['a', 'ab', 'b', 'ba'.repeat(50), 'x']) {
    const text = unit.repeat(Math.ceil(1_000_000 / unit.length));
    const before = process.cpuUsage();
    redactor.text(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  }
});

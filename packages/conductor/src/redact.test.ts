import type { JsonValue } from '@flowprof/model';
import { expect, test } from 'vitest';
import { redactText, redactUrl, summarise } from './redact.ts';

test.each([
  ['Authorization: Bearer abc.DEF-123', 'Authorization: Bearer [redacted]'],
  ['basic dXNlcjpwYXNz', 'basic [redacted]'],
  ['key fp_01ab_Sec-ret_1 used', 'key [redacted] used'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[redacted]'],
  ['postgres://joe:pass@db/x', 'postgres://[redacted]@db/x'],
  ['/x?page=1&access_token=abc&q=2', '/x?page=1&access_token=[redacted]&q=2'],
  ['AKIAABCDEFGHIJKLMNOP', '[redacted]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[redacted]'],
  ['the bearer of this letter', 'the bearer of this letter'],
])('%s', (text, expected) => {
  expect(redactText(text)).toBe(expected);
});

test('a URL is shown without credentials and secret parameters', () => {
  expect(redactUrl(new URL('https://u:p@h/x?a=1&api_key=2#f'))).toBe('https://h/x?a=1&api_key=[redacted]');
});

test('values under secret keys are struck out at any depth', () => {
  expect(summarise({ user: { Password: 'x', apiKey: 1, name: 'n' }, headers: [{ 'set-cookie': ['a'] }] })).toEqual({
    user: { Password: '[redacted]', apiKey: '[redacted]', name: 'n' },
    headers: [{ 'set-cookie': '[redacted]' }],
  });
});

test('a summary is small whatever it is made of', () => {
  let deep: JsonValue = 1;
  for (let i = 0; i < 1000; i++) deep = { a: deep };
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, 'x'.repeat(1000)]));
  for (const value of [deep, wide, Array.from({ length: 10_000 }, () => wide), 'x'.repeat(1_000_000)]) {
    expect(JSON.stringify(summarise(value)).length).toBeLessThan(4096);
  }
  expect(summarise([1, 2])).toEqual({ value: [1, 2] });
});

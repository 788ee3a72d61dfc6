import { describe, expect, it } from 'vitest';
import { isLoopback, urlOf } from './security.ts';

describe('isLoopback', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.10', '::1'])('%s is', (host) => expect(isLoopback(host)).toBe(true));
  it.each(['0.0.0.0', '::', '10.0.0.1', 'example.org', '127.0.0.1.example.org', 'localhost.example.org', ''])(
    '%s is not',
    (host) => expect(isLoopback(host)).toBe(false),
  );
});

describe('urlOf', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:7420'],
    ['::1', 'http://[::1]:7420'],
    ['localhost', 'http://localhost:7420'],
  ])('of %s', (host, url) => expect(urlOf(host, 7420)).toBe(url));
});

import { describe, expect, it } from 'vitest';
import { browserGuard, isLoopback, urlOf } from './security.ts';

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

describe('browserGuard', () => {
  const local = browserGuard({ host: '127.0.0.1', publicUrls: [] });
  const proxied = browserGuard({ host: '10.0.0.5', publicUrls: ['https://Flow.example.org/', 'http://flow:8080'] });
  const everywhere = browserGuard({ host: '0.0.0.0', publicUrls: [] });

  it.each([
    [local, 'localhost:7420', true],
    [local, '127.0.0.1', true],
    [local, '10.0.0.5:7420', false],
    [local, 'evil.example.org', false],
    [local, undefined, false],
    [proxied, '10.0.0.5:7420', true],
    [proxied, 'flow.example.org', true],
    [proxied, 'FLOW.example.org:443', true],
    [proxied, 'flow:8080', true],
    [proxied, '10.0.0.6', false],
    [proxied, 'flow.example.org.evil.org', false],
    // A name may be anybody's; a literal address is where the packets went.
    [everywhere, '192.168.1.2:7420', true],
    [everywhere, '[2001:db8::1]:7420', true],
    [everywhere, 'evil.example.org', false],
  ])('%#: lets the host %s be: %s', (guard, host, expected) => expect(guard.allowsHost(host)).toBe(expected));

  it.each([
    [local, 'http://localhost:7420', 'localhost:7420', true],
    [local, 'http://localhost:7421', 'localhost:7420', false],
    [local, 'null', 'localhost:7420', false],
    [proxied, 'https://flow.example.org', 'flow.example.org', true],
    [proxied, 'https://flow.example.org', '10.0.0.5', true],
    [proxied, 'https://flow.example.org:8443', 'flow.example.org', false],
    [proxied, 'https://evil.example.org', 'flow.example.org', false],
  ])('%#: of the origin %s at %s: %s', (guard, origin, host, expected) =>
    expect(guard.allowsOrigin(origin, host)).toBe(expected),
  );
});

import { describe, expect, it } from 'vitest';
import { TemporalError } from '@flowprof/ingest/temporal';
import { Egress, type EgressOptions } from './egress.ts';

function egressTo(addresses: readonly string[], options: Partial<EgressOptions> = {}): Egress {
  const resolver = { resolve: async () => ({ addresses, ms: 0, cached: false }) };
  return new Egress({ allow: [], isLocal: false, resolver, ...options });
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (fault: unknown) => fault,
  );
  if (error instanceof TemporalError) return error.code;
  return error === null ? 'reached' : 'another error';
}

/** Spellings of what a server must not reach, and what their names stand for. */
const FORBIDDEN: readonly (readonly [host: string, address: string])[] = [
  ['127.0.0.1', ''],
  ['10.0.0.1', ''],
  ['192.168.1.1', ''],
  ['172.16.0.1', ''],
  ['169.254.169.254', ''],
  ['0.0.0.0', ''],
  ['168.63.129.16', ''],
  ['100.64.0.1', ''],
  ['::1', ''],
  ['::ffff:127.0.0.1', ''],
  ['fd00::1', ''],
  ['fe80::1', ''],
  ['::', ''],
  ['localhost', '127.0.0.1'],
  ['LOCALHOST', '127.0.0.1'],
  ['metadata.google.internal', '169.254.169.254'],
  ['looks.public.example', '10.0.0.7'],
  ['127.1', '127.0.0.1'],
  ['2130706433', '127.0.0.1'],
  ['0x7f000001', '127.0.0.1'],
];

describe('what connections to Temporal may reach', () => {
  it.each(FORBIDDEN)('is not %s', async (host, address) => {
    expect(await codeOf(egressTo([address]).resolve(host, 7233))).toBe('forbidden');
  });

  it('is not a name of which one address of several is private', async () => {
    expect(await codeOf(egressTo(['93.184.216.34', '10.0.0.1']).resolve('both.example', 7233))).toBe('forbidden');
  });

  it('is a public address, which is told instead of the name', async () => {
    expect(await egressTo(['2606:2800:220:1::1', '93.184.216.34']).resolve('temporal.example', 7233)).toBe(
      '93.184.216.34',
    );
  });

  it('is what the settings name, at that port only', async () => {
    const egress = egressTo(['10.0.0.5'], { allow: ['temporal:7233'] });
    expect(await egress.resolve('temporal', 7233)).toBe('10.0.0.5');
    expect(await codeOf(egress.resolve('temporal', 7234))).toBe('forbidden');
    expect(await codeOf(egress.resolve('temporal.evil', 7233))).toBe('forbidden');
  });

  it('is the machine itself where only that reaches the server, and nothing else that is private', async () => {
    const local = { isLocal: true };
    expect(await egressTo(['127.0.0.1'], local).resolve('localhost', 7233)).toBe('127.0.0.1');
    expect(await egressTo([], local).resolve('127.0.0.1', 7233)).toBe('127.0.0.1');
    expect(await codeOf(egressTo(['10.0.0.1'], local).resolve('inside.example', 7233))).toBe('forbidden');
    expect(await codeOf(egressTo(['127.0.0.1'], local).resolve('rebound.example', 7233))).toBe('forbidden');
    expect(await codeOf(egressTo(['169.254.169.254'], local).resolve('169.254.169.254', 80))).toBe('forbidden');
  });

  it('is unreachable where the name has no address', async () => {
    expect(await codeOf(egressTo([]).resolve('nowhere.example', 7233))).toBe('unreachable');
  });

  it('holds for codec servers, too', async () => {
    const urls = ['http://127.0.0.1:1/decode', 'http://[::1]:1/decode', 'http://10.0.0.1/decode'];
    for (const url of urls)
      expect(await codeOf(egressTo([]).fetch(url, { method: 'POST', body: '{}' }))).toBe('forbidden');
  });
});

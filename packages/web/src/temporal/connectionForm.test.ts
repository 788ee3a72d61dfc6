import { describe, expect, it } from 'vitest';
import { bodyOf, draftOf, losesSecrets, problemsOf, type ConnectionDraft } from './connectionForm.ts';
import type { SecretName, TemporalConnection } from './types.ts';

const KNOWN: TemporalConnection = {
  id: '1',
  name: 'Production',
  address: 'temporal.example.org:7233',
  namespace: 'shop',
  tls: true,
  serverName: null,
  codecUrl: 'https://codec.example.org',
  webUrl: null,
  isEnabled: true,
  query: 'WorkflowType = "Order"',
  backfillDays: 30,
  coordinator: 'temporal',
  kept: new Set(['api_key']),
  sync: { state: 'up_to_date', lastListedAt: 0, error: null, runs: 3, waiting: 0, failing: 0, lagMs: null },
};

const filled = (change: Partial<ConnectionDraft> = {}): ConnectionDraft => ({
  ...draftOf(null),
  name: 'Local',
  address: 'localhost:7233',
  ...change,
});

const withSecrets = (secrets: Partial<ConnectionDraft['secrets']>) => ({
  secrets: { ...draftOf(null).secrets, ...secrets },
});

describe('the form for a connection', () => {
  it('sends what was typed, trimmed, and no secret where none was', () => {
    expect(bodyOf(filled({ name: ' Local ', webUrl: ' http://localhost:8233 ' }))).toEqual({
      name: 'Local',
      address: 'localhost:7233',
      namespace: 'default',
      tls: false,
      server_name: null,
      codec_url: null,
      web_url: 'http://localhost:8233',
      query: null,
      backfill_days: 7,
      coordinator: 'in_process',
    });
  });

  it('sends the secrets that were typed, and null for those to be forgotten', () => {
    const draft = {
      ...draftOf(KNOWN),
      ...withSecrets({ client_key: 'pem' }),
      forgotten: new Set<SecretName>(['api_key']),
    };
    expect(bodyOf(draft)['secrets']).toEqual({ client_key: 'pem', api_key: null });
  });

  it('begins with what is known, and would change nothing', () => {
    expect(problemsOf(draftOf(KNOWN), KNOWN.kept)).toEqual({});
    expect(bodyOf(draftOf(KNOWN))).toMatchObject({ query: 'WorkflowType = "Order"', backfill_days: 30, tls: true });
  });

  it.each([
    ['localhost:7233', true],
    ['10.0.0.1:1', true],
    ['[::1]:7233', true],
    ['temporal.example.org:7233', true],
    ['localhost', false],
    ['localhost:', false],
    ['localhost:0', false],
    [':7233', false],
    ['http://localhost:7233', false],
    ['a b:7233', false],
  ])('takes the address %s: %s', (address, isGood) => {
    expect(Object.keys(problemsOf(filled({ address })))).toEqual(isGood ? [] : ['address']);
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ namespace: 'two words' }, 'namespace'],
    [{ webUrl: 'localhost:8233' }, 'webUrl'],
    [{ webUrl: 'javascript:alert(1)' }, 'webUrl'],
    [{ codecUrl: 'https://user:pass@codec' }, 'codecUrl'],
    [{ backfillDays: '1.5' }, 'backfillDays'],
    [{ backfillDays: '9999' }, 'backfillDays'],
    [withSecrets({ api_key: 'key' }), 'tls'],
    [{ tls: true, ...withSecrets({ client_certificate: 'pem' }) }, 'client_key'],
  ])('says what is wrong with %j', (change, field) => {
    expect(Object.keys(problemsOf(filled(change)))).toEqual([field]);
  });

  it('takes half of a pair where the other half is kept, and not where that is to be forgotten', () => {
    const kept = new Set<SecretName>(['client_certificate']);
    const change = withSecrets({ client_key: 'pem' });
    expect(problemsOf(filled({ ...change, tls: true }), kept)).toEqual({});
    expect(problemsOf(filled({ ...change, tls: true, forgotten: kept }), kept)).toHaveProperty('client_key');
  });

  it('warns where another address makes kept secrets useless', () => {
    const moved = { ...draftOf(KNOWN), address: 'other:7233' };
    expect(losesSecrets(moved, KNOWN)).toBe(true);
    expect(losesSecrets({ ...moved, ...withSecrets({ api_key: 'new' }) }, KNOWN)).toBe(false);
    expect(losesSecrets({ ...draftOf(KNOWN), address: 'Temporal.example.org:7233 ' }, KNOWN)).toBe(false);
    expect(losesSecrets(filled(), null)).toBe(false);
    const codec = { ...KNOWN, kept: new Set<SecretName>(['codec_authorization']) };
    expect(losesSecrets({ ...draftOf(codec), codecUrl: '' }, codec)).toBe(true);
    expect(losesSecrets(moved, codec)).toBe(false);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FILTER_STATUSES,
  hiddenCount,
  isNarrowed,
  NO_FILTER,
  parseFilter,
  PRESETS,
  queryOf,
  SORTS,
  writeFilter,
} from './filter.ts';

const parse = (query: string) => parseFilter(new URLSearchParams(query));
const ID = '01890000-0000-7000-8000-00000000dead';

describe('the filters in the address', () => {
  it.each([
    ['', {}],
    ['status=failed,timeout', { statuses: ['failed', 'timeout'] }],
    ['status=odd,skipped', {}],
    [`workflow=${ID.toUpperCase()}`, { workflow: ID }],
    ['workflow=PIPE', { search: 'PIPE' }],
    ['q=%2312&workflow=PIPE', { search: '#12' }],
    ['range=7d&from=2026-01-01T00:00:00Z', { range: '7d' }],
    ['from=2026-01-01T00:00:00Z', { from: Date.UTC(2026, 0, 1) }],
    ['from=soon&version=0&min=long&sort=odd&project=x', {}],
    ['min=1.5&max=120', { minSeconds: 1.5, maxSeconds: 120 }],
    ['input=mode:fast&input=mode:fast&input=none', { inputs: ['mode:fast'] }],
    ['sort=longest', { sort: 'longest' }],
  ])('reads %j', (query, expected) => {
    expect(parse(query)).toEqual({ ...NO_FILTER, ...expected });
  });

  it('keeps what else is in the address', () => {
    const before = new URLSearchParams('tab=history&status=failed');
    expect(writeFilter(NO_FILTER, before).toString()).toBe('tab=history');
  });

  it('reads back whatever it writes', () => {
    const text = fc.string().map((value) => value.trim());
    const filters = fc.record({
      search: text,
      statuses: fc.subarray([...FILTER_STATUSES]),
      workflow: fc.constantFrom(null, ID),
      project: fc.constantFrom(null, ID),
      trigger: fc.constantFrom(null, 'manual'),
      version: fc.option(fc.integer({ min: 1, max: 1e8 })),
      range: fc.constantFrom(null, ...PRESETS.map(({ id }) => id)),
      from: fc.option(fc.integer({ min: 0, max: 4e12 })),
      to: fc.option(fc.integer({ min: 0, max: 4e12 })),
      minSeconds: fc.option(fc.integer({ min: 0, max: 1e9 })),
      maxSeconds: fc.option(fc.integer({ min: 0, max: 1e9 })),
      inputs: fc.subarray(['a:1', 'b.c:"x y"', 'd:true']),
      externalId: fc.constantFrom(null, 'run/1'),
      sort: fc.constantFrom(...SORTS),
    });
    fc.assert(
      fc.property(filters, (any) => {
        const filter = any.range === null ? any : { ...any, from: null, to: null };
        expect(parseFilter(writeFilter(filter, new URLSearchParams()))).toEqual(filter);
      }),
    );
  });

  it('says whether anything is left out, and how much of that is behind the button', () => {
    expect([isNarrowed(NO_FILTER), isNarrowed(parse('sort=longest')), isNarrowed(parse('q=x'))]).toEqual([
      false,
      false,
      true,
    ]);
    expect(hiddenCount(parse('q=x&status=failed&range=1h'))).toBe(0);
    expect(hiddenCount(parse('version=2&min=1&input=a:1&input=b:2'))).toBe(4);
  });
});

describe('what the server is asked for', () => {
  const now = Date.UTC(2026, 0, 2);

  it('has all filters by their names there', () => {
    const filter = parse(
      `q=x&status=failed,timeout&trigger=manual&version=2&min=1&max=2&input=a:1&external=e&sort=oldest`,
    );
    expect(queryOf(filter, {}, now).toString()).toBe(
      'search=x&status=failed%2Ctimeout&trigger=manual&workflow_version=2&min_duration=1&max_duration=2&input=a%3A1&external_id=e&sort=oldest',
    );
  });

  it('counts a range back from now', () => {
    expect(queryOf(parse('range=24h'), {}, now).get('started_from')).toBe('2026-01-01T00:00:00.000Z');
  });

  it('has the project that the page is of, whatever the address says', () => {
    expect(queryOf(parse(`project=${ID}`), { project: 'own' }, now).get('project_id')).toBe('own');
  });
});

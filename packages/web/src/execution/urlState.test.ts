import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHART_MODES, formatUrlState, IDLE_KINDS, parseUrlState, type UrlState } from './urlState.ts';

const FRESH: UrlState = {
  tab: 'flame',
  view: null,
  span: null,
  search: '',
  mode: 'time',
  focus: null,
  criticalPath: true,
  queue: true,
  cutIdle: null,
  range: null,
  filter: '',
  kind: '',
  sort: '',
};

describe('the state of the page in its address', () => {
  it('is empty for a fresh page', () => {
    expect(formatUrlState(FRESH)).toBe('');
    expect(parseUrlState('')).toEqual(FRESH);
  });

  it('says what differs', () => {
    expect(
      formatUrlState({ ...FRESH, tab: 'steps', view: { start: 0.5, end: 12.3456, scrollTop: 20.4 }, search: 'a b' }),
    ).toBe('?tab=steps&from=0.5&to=12.346&top=20&q=a+b');
    expect(formatUrlState({ ...FRESH, criticalPath: false, queue: false, span: 'ab&c' })).toBe(
      '?span=ab%26c&path=off&queue=off',
    );
    expect(formatUrlState({ ...FRESH, cutIdle: 'both', range: { start: -1, end: 5.5 } })).toBe(
      '?cut=both&rangeFrom=-1&rangeTo=5.5',
    );
    expect(formatUrlState({ ...FRESH, mode: 'sandwich', focus: 'http request' })).toBe(
      '?mode=sandwich&focus=http+request',
    );
    // What a sandwich is about is of no matter elsewhere.
    expect(formatUrlState({ ...FRESH, mode: 'left-heavy', focus: 'http request' })).toBe('?mode=left-heavy');
  });

  it.each([
    '?tab=',
    '?from=5',
    '?from=9&to=3',
    '?from=x&to=y',
    '?from=&to=4',
    '?span=',
    '?rangeFrom=9&rangeTo=1',
    '?cut=x',
    '?mode=round',
  ])('takes the wrong %s as a fresh page', (query) => {
    expect(parseUrlState(query)).toEqual(FRESH);
  });

  it('comes back from the address as it went in', () => {
    const view = fc
      .tuple(fc.integer({ min: -1e9, max: 1e12 }), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 0, max: 1e5 }))
      .map(([start, length, scrollTop]) => ({ start, end: start + length, scrollTop }));
    const mode = fc.constantFrom(...CHART_MODES);
    const state: fc.Arbitrary<UrlState> = fc.record({
      mode,
      focus: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })),
      tab: fc.string({ minLength: 1, unit: 'grapheme' }),
      view: fc.option(view),
      span: fc.option(fc.string({ minLength: 1, unit: 'grapheme' })),
      search: fc.string({ unit: 'grapheme' }),
      criticalPath: fc.boolean(),
      queue: fc.boolean(),
      cutIdle: fc.constantFrom(...IDLE_KINDS, null),
      range: fc.option(view.map(({ start, end }) => ({ start, end }))),
      filter: fc.string({ unit: 'grapheme' }),
      kind: fc.string({ unit: 'grapheme' }),
      sort: fc.string({ unit: 'grapheme' }),
    });
    fc.assert(
      fc.property(state, (any) => {
        const value = any.mode === 'sandwich' ? any : { ...any, focus: null };
        expect(parseUrlState(formatUrlState(value))).toEqual(value);
      }),
    );
  });
});

import { describe, expect, test } from 'vitest';
import { isoFromEpoch } from '../units.ts';
import { instantOf, lacksZone, type InstantUnit } from './instants.ts';

function iso(value: string | number, unit?: InstantUnit): string | null {
  const found = instantOf(value, unit);
  return found === null ? null : isoFromEpoch(found);
}

describe('a moment', () => {
  test.each<[string | number, InstantUnit | undefined, string | null]>([
    ['2020-12-26T20:38:11.815052Z', undefined, '2020-12-26T20:38:11.815Z'],
    ['2024-01-29T02:16:15+09:00', undefined, '2024-01-28T17:16:15.000Z'],
    ['2024-01-29T02:16:15-0330', undefined, '2024-01-29T05:46:15.000Z'],
    ['20210906T034331+0000', undefined, '2021-09-06T03:43:31.000Z'],
    ['2023-10-12 01:31:54.250', undefined, '2023-10-12T01:31:54.250Z'],
    ['2023-10-12 01:31:54,250 UTC', undefined, '2023-10-12T01:31:54.250Z'],
    ['2023-10-12', undefined, '2023-10-12T00:00:00.000Z'],
    ['1969-12-31T23:59:59.5Z', undefined, '1969-12-31T23:59:59.500Z'],
    [1_700_000_000, undefined, '2023-11-14T22:13:20.000Z'],
    [1_700_000_000_123, undefined, '2023-11-14T22:13:20.123Z'],
    ['1700000000123456', undefined, '2023-11-14T22:13:20.123Z'],
    ['1700000000123456789', undefined, '2023-11-14T22:13:20.123Z'],
    [5, 'ms', '1970-01-01T00:00:00.005Z'],
    ['1700000000.25', 's', '2023-11-14T22:13:20.250Z'],
    ['0001-01-01T00:00:00Z', undefined, null],
    ['2024-13-01', undefined, null],
    ['yesterday', undefined, null],
    ['', undefined, null],
    [Number.NaN, undefined, null],
    [1e300, 's', null],
    ['9'.repeat(400), 'ns', null],
  ])('%s %s', (value, unit, expected) => {
    expect(iso(value, unit)).toBe(expected);
  });

  test('of nanoseconds as text is exact to the microsecond', () => {
    expect(instantOf('1700000000123456999', 'ns')).toBe(1_700_000_000_123_456);
  });

  test('says whether its zone is open', () => {
    expect([lacksZone('2024-01-01 10:00:00'), lacksZone('2024-01-01T10:00:00Z')]).toEqual([true, false]);
  });
});

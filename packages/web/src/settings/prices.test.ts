import { describe, expect, it } from 'vitest';
import { Fields } from '../api/fields.ts';
import { areProblems, draftOf, EMPTY_LINE, readPrices, tableOf, type PricesDraft } from './prices.ts';

const EMPTY: PricesDraft = { currency: 'EUR', types: [], models: [], others: EMPTY_LINE };

const problemsOf = (draft: PricesDraft): unknown => {
  const result = tableOf(draft);
  return areProblems(result) ? Object.fromEntries(result) : 'none';
};

describe('a price list', () => {
  it('is the same after it was shown to be edited', () => {
    const prices = {
      currency: 'EUR',
      node_types: { http: { per_run: 0.0002 }, batch: { per_hour: 3.6 } },
      models: { 'small-*': { input_per_million: 0.5, output_per_million: 2, cached_input_per_million: 0.05 } },
      default: { per_second: 0.9 },
    };
    const read = readPrices(new Fields({ prices }));
    expect(read).toEqual(prices);
    expect(tableOf(draftOf(read))).toEqual(prices);
  });

  it('has lines to fill in where there is none, and passes over those that stay empty', () => {
    expect(readPrices(new Fields({ prices: null }))).toBeNull();
    expect(tableOf(draftOf(null))).toEqual({ currency: 'EUR', node_types: {}, models: {} });
  });

  it('takes a comma as a point, small letters as a currency, and 0 as a price', () => {
    const typed = { name: ' http ', amounts: ['', ' ', '0,25'] };
    expect(
      tableOf({ ...EMPTY, currency: 'eur', types: [typed], others: { name: '', amounts: ['0', '', ''] } }),
    ).toEqual({
      currency: 'EUR',
      node_types: { http: { per_run: 0.25 } },
      models: {},
      default: { per_hour: 0 },
    });
  });

  it.each([
    ['a currency of another length', { ...EMPTY, currency: 'EURO' }, { currency: 'Expected three letters, as in EUR' }],
    [
      'a line without a name',
      { ...EMPTY, types: [{ name: '', amounts: ['', '', '1'] }] },
      { 'type 0': 'Expected a name' },
    ],
    [
      'a name without a price',
      { ...EMPTY, models: [{ ...EMPTY_LINE, name: 'x' }] },
      { 'model 0': 'Expected at least one price' },
    ],
    [
      'a price below 0',
      { ...EMPTY, types: [{ name: 'x', amounts: ['', '', '-1'] }] },
      { 'type 0': 'Expected prices from 0 on, as in 0.25' },
    ],
    [
      'two prices of time',
      { ...EMPTY, others: { name: '', amounts: ['1', '1', ''] } },
      { others: 'Give a price an hour or a second, not both' },
    ],
    [
      'a name twice',
      { ...EMPTY, types: ['1', '2'].map((amount) => ({ name: 'x', amounts: [amount, '', ''] })) },
      { 'type 1': 'x is in the list already' },
    ],
  ])('says where %s is', (_, draft, problems) => {
    expect(problemsOf(draft)).toEqual(problems);
  });
});

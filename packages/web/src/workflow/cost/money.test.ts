import { expect, it } from 'vitest';
import { formatMoney } from './money.ts';

it.each([
  [null, 'EUR', '–'],
  [0, 'EUR', '0.00 EUR'],
  [12.345, 'USD', '12.35 USD'],
  [1234.5, null, '1,234.50'],
  [0.000_123_4, 'EUR', '0.000123 EUR'],
  [1e-12, 'EUR', '0.00 EUR'],
])('%s %s is %s', (amount, currency, text) => {
  expect(formatMoney(amount, currency)).toBe(text);
});

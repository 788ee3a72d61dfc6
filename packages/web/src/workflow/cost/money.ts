/** An amount in its currency, with as many digits as tell it apart from nothing; a dash where it is not known. */
export function formatMoney(amount: number | null, currency: string | null): string {
  if (amount === null) return '–';
  const digits = amount === 0 || Math.abs(amount) >= 1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(Math.abs(amount))));
  const text = amount.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: digits });
  return currency === null ? text : `${text} ${currency}`;
}

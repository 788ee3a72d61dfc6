/** A success rate in percent: whole where it is, else with a decimal, and never rounded to 100 where something failed. */
export function formatRate(percent: number | null): string {
  if (percent === null) return '–';
  const tenths = percent < 100 ? Math.min(99.9, Math.round(percent * 10) / 10) : 100;
  return `${tenths}%`;
}

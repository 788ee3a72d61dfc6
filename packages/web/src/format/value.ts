const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A number of bytes in decimal units: `512 B`, `1.2 kB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : Number(value.toFixed(value < 10 ? 1 : 0))} ${UNITS[unit] ?? 'B'}`;
}

/** A word of the model for people: `rate_limit` is `rate limit`. */
export function words(name: string): string {
  return name.replaceAll('_', ' ');
}

/** The longest text of a value that is shown at once; the rest is named by its length. */
const LONGEST = 20_000;

/** A JSON value as indented text, cut where it would be too long to show. */
export function formatJson(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} characters more`;
}

/** How times, shares and counts are written. Everything here takes milliseconds, as the profile gives them. */

const MS_PER_SECOND = 1000;

/** A number with its thousands apart: `109,123`. */
export function count(value: number): string {
  const [whole = '', decimals] = String(value).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/gu, ',');
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** A count with its noun: `1 node`, `2 nodes`. */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Milliseconds to the microsecond: `1,234.567 ms`. What has to add up is written like this. */
export function exactMs(ms: number): string {
  const [whole = '0', decimals = '000'] = ms.toFixed(3).split('.');
  return `${whole.startsWith('-') ? '-' : ''}${count(Math.abs(Number(whole)))}.${decimals} ms`;
}

/** A whole number in at least two digits. */
function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** A duration for people, with its unit: `840 µs`, `12.3 ms`, `4.520 s`, `3 min 05 s`, `2 h 03 min`, `3 d 04 h`. */
export function duration(ms: number, micro = 'µs'): string {
  if (ms < 0) return `-${duration(-ms, micro)}`;
  if (ms < 0.9995) return `${Math.round(ms * 1000)} ${micro}`;
  if (ms < 9.995) return `${ms.toFixed(2)} ms`;
  if (ms < 999.95) return `${ms.toFixed(1)} ms`;
  if (ms < 59_999.5) return `${(ms / MS_PER_SECOND).toFixed(3)} s`;
  const seconds = Math.round(ms / MS_PER_SECOND);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** A share in percent with one decimal: `65.8%`. */
export function percent(value: number): string {
  return `${value.toFixed(1)}%`;
}

/**
 * The shares of parts in their sum, in tenths of a percent that add up to exactly 1000 (largest remainder method).
 * All are 0 when the sum is.
 */
export function sharesOf(parts: readonly number[]): number[] {
  return apportion(parts, 1000);
}

/** Divides `total` cells among parts by their size; what adds up to `total` exactly, or all 0 when the parts are. */
export function apportion(parts: readonly number[], total: number): number[] {
  const sum = parts.reduce((all, part) => all + part, 0);
  if (sum <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (part / sum) * total);
  const given = exact.map(Math.floor);
  let left = total - given.reduce((all, cells) => all + cells, 0);
  const byRemainder = exact
    .map((value, index) => ({ index, remainder: value - Math.floor(value) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    given[index] = (given[index] ?? 0) + 1;
    left--;
  }
  return given;
}

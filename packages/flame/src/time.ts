const UNITS = [
  { name: 'µs', micros: 1 },
  { name: 'ms', micros: 1_000 },
  { name: 's', micros: 1_000_000 },
] as const;

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
/** Steps above a second that people count in. */
const LONG_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400];

/** The smallest round step in microseconds that is at least the given one. */
export function roundStep(least: number): number {
  if (least > 1_000_000) {
    const seconds = least / 1_000_000;
    const known = LONG_STEPS.find((step) => step >= seconds);
    return (known ?? 86_400 * roundStep(seconds / 86_400)) * 1_000_000;
  }
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * 0.999_999) ?? 10;
  return Math.max(1, step * power);
}

/** Round times within a range, at least `leastPixels` apart; all are whole microseconds. */
export function ticksOf(
  start: number,
  end: number,
  width: number,
  leastPixels: number,
): { step: number; times: number[] } {
  const step = roundStep(((end - start) * leastPixels) / Math.max(1, width));
  const times: number[] = [];
  for (let i = Math.ceil(start / step); i * step <= end && times.length < 1_000; i++) times.push(i * step);
  return { step, times };
}

function trimmed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function clock(micros: number, decimals: number): string {
  const hours = Math.floor(micros / HOUR);
  const minutes = Math.floor((micros % HOUR) / MINUTE);
  const seconds = (micros % MINUTE) / 1_000_000;
  const parts: string[] = [];
  if (hours > 0) parts.push(`${hours} h`);
  if (minutes > 0) parts.push(`${minutes} min`);
  if (seconds > 0 || parts.length === 0) parts.push(`${trimmed(seconds, decimals)} s`);
  return parts.join(' ');
}

/** A duration in words, with three or four figures: `850 µs`, `12.3 ms`, `4.52 s`, `2 min 5 s`. */
export function formatDuration(micros: number): string {
  const sign = micros < 0 ? '−' : '';
  const size = Math.abs(micros);
  if (size >= MINUTE - 5_000) return sign + clock(Math.round(size / 100_000) * 100_000, 1);
  for (const { name, micros: unit } of UNITS) {
    const value = size / unit;
    if (value >= 999.5 && name !== 's') continue;
    const decimals = unit === 1 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
    return `${sign}${trimmed(value, decimals)} ${name}`;
  }
  return sign + clock(size, 1);
}

/** A time on an axis whose ticks are `step` apart, so that neighbours can be told apart and have one unit. */
export function formatTick(time: number, step: number, largest: number): string {
  if (time === 0) return '0';
  const sign = time < 0 ? '−' : '';
  const size = Math.abs(time);
  if (largest >= 2 * MINUTE) {
    return sign + clock(size, Math.max(0, Math.ceil(-Math.log10(step / 1_000_000) - 1e-9)));
  }
  const [unit, ...larger] = UNITS;
  let used: { readonly name: string; readonly micros: number } = unit;
  for (const next of larger) {
    if (largest >= next.micros && (largest > 2 * step || step >= next.micros)) used = next;
  }
  const decimals = Math.max(0, Math.ceil(Math.log10(used.micros / step) - 1e-9));
  return `${sign}${(size / used.micros).toFixed(decimals)} ${used.name}`;
}

/** Units from the coarsest to the finest, with their length in microseconds. */
const DAY = 86_400_000_000;
const HOUR = 3_600_000_000;
const MINUTE = 60_000_000;
const SECOND = 1_000_000;
const MILLISECOND = 1000;

/** Three significant digits, without trailing zeros after the point. */
function threeDigits(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return String(Number(value.toFixed(decimals)));
}

function twoUnits(value: number, large: number, largeName: string, small: number, smallName: string): string {
  let whole = Math.floor(value / large);
  let rest = Math.round((value - whole * large) / small);
  if (rest * small === large) {
    whole++;
    rest = 0;
  }
  return rest === 0 ? `${whole} ${largeName}` : `${whole} ${largeName} ${rest} ${smallName}`;
}

/**
 * A duration in the unit that suits it, with three significant digits: `50 µs`, `3.2 ms`, `1.45 s`, `2 min 5 s`.
 * @param micros microseconds; a negative one keeps its sign
 */
export function formatDuration(micros: number): string {
  if (micros < 0) return `−${formatDuration(-micros)}`;
  if (micros < MILLISECOND) return `${Math.round(micros)} µs`;
  if (micros < SECOND - 500) return `${threeDigits(micros / MILLISECOND)} ms`;
  if (micros < MINUTE - 50_000) return `${threeDigits(micros / SECOND)} s`;
  if (micros < HOUR - SECOND / 2) return twoUnits(micros, MINUTE, 'min', SECOND, 's');
  if (micros < DAY - MINUTE / 2) return twoUnits(micros, HOUR, 'h', MINUTE, 'min');
  return twoUnits(micros, DAY, 'd', HOUR, 'h');
}

/** The same to the microsecond, in milliseconds, for titles and tables that are copied: `1,234.567 ms`. */
export function formatExactMs(micros: number): string {
  return `${(micros / MILLISECOND).toLocaleString('en', { maximumFractionDigits: 3 })} ms`;
}

/** Seconds, as the API gives them, in the unit that suits them; a dash where there are none. */
export function formatSeconds(seconds: number | null): string {
  return seconds === null ? '–' : formatDuration(seconds * SECOND);
}

/** A part of a whole as a percentage: `<0.1 %`, `3.4 %`, `100 %`. A dash when the whole is nothing. */
export function formatPercent(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (part / whole) * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return '<0.1 %';
  return percent >= 99.95 ? `${Math.round(percent)} %` : `${percent.toFixed(1)} %`;
}

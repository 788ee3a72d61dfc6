const UNITS: Readonly<Record<string, number>> = {
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  min: 60,
  m: 60,
  h: 3600,
  d: 86_400,
};

const PART = /^(\d+(?:\.\d+)?)\s*(us|µs|ms|sec|min|s|m|h|d)?\s*/;

/** A duration that a person writes, in seconds: `90`, `1.5 s`, `200ms`, `2 min 30 s`. Null where it is none. */
export function parseSeconds(text: string): number | null {
  let rest = text.trim().toLowerCase();
  if (rest === '' || rest.length > 40) return null;
  let seconds = 0;
  while (rest !== '') {
    const found = PART.exec(rest);
    if (found === null) return null;
    const [whole, amount = '', unit = 's'] = found;
    seconds += Number(amount) * (UNITS[unit] ?? 1);
    rest = rest.slice(whole.length);
  }
  return Number(seconds.toFixed(6));
}

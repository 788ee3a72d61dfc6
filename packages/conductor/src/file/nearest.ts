/** The Levenshtein distance of two short strings. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const MAX_NAMES = 500;
const MAX_LENGTH = 100;

/** The name most like the given one, or null when none is like it (more than a third of the letters differ). */
function nearest(name: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length / 3)) + 1;
  let seen = 0;
  for (const candidate of names) {
    if (++seen > MAX_NAMES || name.length > MAX_LENGTH) break;
    if (Math.abs(candidate.length - name.length) >= least || candidate.length > MAX_LENGTH) continue;
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

/** A half sentence that suggests the nearest name, or lists a few where none is near; empty when there are none. */
export function suggestion(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  if (near !== null) return `; did you mean "${near}"?`;
  return names.length > 0 && names.length <= 12 ? `; known are ${names.join(', ')}` : '';
}

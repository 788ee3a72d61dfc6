/** How many names are looked at, and how long they may be. */
const MAX_NAMES = 2000;
const MAX_LENGTH = 100;
const MOST_SUGGESTIONS = 3;

/** The Levenshtein distance of two short strings. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** The names that may have been meant by one that is not among them: those that contain it or differ in about a third. */
export function nearestNames(name: string, names: Iterable<string>): string[] {
  const wanted = name.slice(0, MAX_LENGTH).toLowerCase();
  const most = Math.max(wanted.length > 3 ? 2 : 1, Math.floor(wanted.length / 3));
  const found: { name: string; distance: number }[] = [];
  let seen = 0;
  for (const candidate of new Set(names)) {
    if (++seen > MAX_NAMES) break;
    if (candidate.length > MAX_LENGTH) continue;
    const other = candidate.toLowerCase();
    const isPart = Math.min(wanted.length, other.length) >= 3 && (other.includes(wanted) || wanted.includes(other));
    const apart = distance(wanted, other);
    if (isPart || apart <= most) found.push({ name: candidate, distance: apart });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, MOST_SUGGESTIONS).map((one) => one.name);
}

/** Where a graph of dependencies has a circle: the positions on it, each depending on the next; null when it has none. */
export function findCycle(dependencies: readonly (readonly number[])[]): number[] | null {
  const state = new Uint8Array(dependencies.length);
  const next = new Uint32Array(dependencies.length);
  for (let root = 0; root < dependencies.length; root++) {
    if (state[root] !== 0) continue;
    const path = [root];
    state[root] = 1;
    while (path.length > 0) {
      const at = path[path.length - 1] ?? 0;
      const edge = next[at] ?? 0;
      const to = dependencies[at]?.[edge];
      if (to === undefined) {
        state[at] = 2;
        path.pop();
        continue;
      }
      next[at] = edge + 1;
      if (state[to] === 1) return path.slice(path.indexOf(to));
      if (state[to] === 0) {
        state[to] = 1;
        path.push(to);
      }
    }
  }
  return null;
}

/** Whether a node is among the first ones or is reached from them. */
export function isReached(first: Iterable<number>, next: (node: number) => Iterable<number>, wanted: number): boolean {
  const seen = new Set(first);
  for (const at of seen) {
    if (at === wanted) return true;
    for (const to of next(at)) seen.add(to); // a set is gone through in order of insertion, also while it grows
  }
  return false;
}

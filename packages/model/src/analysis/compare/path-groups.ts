/** A stretch of the critical path that goes through other nodes in one execution than in the other. */
export interface PathGroup {
  /** The pairs that hold this stretch before and not after, in order. */
  readonly left: readonly number[];
  /** Those that hold it after and not before. */
  readonly came: readonly number[];
}

/**
 * The nodes of two paths that no other common node crosses: all common nodes before them on one path are before them on
 * the other, and so are those after. Unlike a longest common subsequence, there is one answer, whichever comes first.
 */
function anchorsOf(before: readonly number[], positionAfter: ReadonlyMap<number, number>): ReadonlySet<number> {
  const common = before.filter((pair) => positionAfter.has(pair));
  const positions = common.map((pair) => positionAfter.get(pair) ?? 0);
  const leastLater = positions.slice();
  for (let i = positions.length - 2; i >= 0; i--) leastLater[i] = Math.min(leastLater[i], leastLater[i + 1]);
  const anchors = new Set<number>();
  let reached = -1;
  for (const [i, position] of positions.entries()) {
    if (position > reached && leastLater[i] === position) anchors.add(common[i]);
    reached = Math.max(reached, position);
  }
  return anchors;
}

/** The nodes that only one path has, by the anchor that they come after. */
function byAnchor(path: readonly number[], other: ReadonlySet<number>, anchors: ReadonlySet<number>) {
  const groups = new Map<number, number[]>();
  let anchor = -1;
  for (const pair of path) {
    if (anchors.has(pair)) anchor = pair;
    if (other.has(pair)) continue;
    const known = groups.get(anchor);
    if (known === undefined) groups.set(anchor, [pair]);
    else known.push(pair);
  }
  return groups;
}

/** Where two paths, each of distinct pairs in order, go through different nodes. O(length of the paths). */
export function pathGroups(before: readonly number[], after: readonly number[]): PathGroup[] {
  const anchors = anchorsOf(before, new Map(after.map((pair, position) => [pair, position])));
  const left = byAnchor(before, new Set(after), anchors);
  const came = byAnchor(after, new Set(before), anchors);
  return [...new Set([...left.keys(), ...came.keys()])].map((anchor) => ({
    left: left.get(anchor) ?? [],
    came: came.get(anchor) ?? [],
  }));
}

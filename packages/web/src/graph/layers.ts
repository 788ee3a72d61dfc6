/** A graph by numbers: link `i` goes from vertex `from[i]` to vertex `to[i]`. */
interface Links {
  readonly vertices: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** For each vertex the vertices at the other end of its links, as compressed rows. */
interface Neighbours {
  readonly offsets: Uint32Array;
  readonly ends: Uint32Array;
}

/** The neighbours of all vertices; `ends` where the links of `starts` lead. */
export function neighboursOf(vertices: number, starts: readonly number[], ends: readonly number[]): Neighbours {
  const offsets = new Uint32Array(vertices + 1);
  for (const start of starts) offsets[start + 1] = (offsets[start + 1] ?? 0) + 1;
  for (let vertex = 0; vertex < vertices; vertex++)
    offsets[vertex + 1] = (offsets[vertex + 1] ?? 0) + (offsets[vertex] ?? 0);
  const next = offsets.slice();
  const listed = new Uint32Array(starts.length);
  for (const [link, start] of starts.entries()) {
    const at = next[start] ?? 0;
    listed[at] = ends[link] ?? 0;
    next[start] = at + 1;
  }
  return { offsets, ends: listed };
}

/** The neighbours of a vertex. */
export function neighbours({ offsets, ends }: Neighbours, vertex: number): Uint32Array {
  return ends.subarray(offsets[vertex], offsets[vertex + 1]);
}

/**
 * The layer of each vertex, from 0: one more than the highest layer of those that lead to it. Vertices that nothing leads to
 * stand just before the first one that they lead to. What a source says may go in circles; these are opened at the
 * vertex that comes first. O(vertices + links).
 */
export function layersOf({ vertices, from, to }: Links): Int32Array {
  const after = neighboursOf(vertices, from, to);
  const open = new Int32Array(vertices); // links from vertices that have no layer yet
  for (const end of to) open[end] = (open[end] ?? 0) + 1;
  const layers = new Int32Array(vertices);
  const isPlaced = new Uint8Array(vertices);
  const isRoot = Uint8Array.from(open, (count) => (count === 0 ? 1 : 0));
  const ready = [...isRoot.keys()].filter((vertex) => isRoot[vertex] === 1);
  let firstUnplaced = 0;
  for (let done = 0, next = 0; done < vertices; done++) {
    if (next === ready.length) {
      while (isPlaced[firstUnplaced] === 1) firstUnplaced++;
      ready.push(firstUnplaced);
    }
    const vertex = ready[next++] ?? 0;
    isPlaced[vertex] = 1;
    for (const end of neighbours(after, vertex)) {
      if (isPlaced[end] === 1) continue;
      layers[end] = Math.max(layers[end] ?? 0, (layers[vertex] ?? 0) + 1);
      open[end] = (open[end] ?? 0) - 1;
      if (open[end] === 0) ready.push(end);
    }
  }
  pullRoots(layers, isRoot, after);
  return layers;
}

/** Moves what nothing leads to next to what it leads to, so that no long links begin there. */
function pullRoots(layers: Int32Array, isRoot: Uint8Array, after: Neighbours): void {
  for (const [vertex, root] of isRoot.entries()) {
    if (root === 0) continue;
    let first = Number.POSITIVE_INFINITY;
    for (const end of neighbours(after, vertex)) first = Math.min(first, layers[end] ?? 0);
    if (Number.isFinite(first)) layers[vertex] = Math.max(0, first - 1);
  }
}

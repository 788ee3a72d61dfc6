/** A directed graph as compressed rows: vertex `v` depends on `deps[offsets[v] .. offsets[v + 1])`. */
export interface DependencyGraph {
  readonly offsets: Uint32Array;
  readonly deps: Uint32Array;
}

/** A graph without cycles, with its vertices in an order in which each stands after all it depends on. */
export interface OrderedGraph extends DependencyGraph {
  readonly order: Uint32Array;
  /** The dependencies that closed a cycle and were left out: `[vertex, dependency]`. */
  readonly cut: readonly (readonly [number, number])[];
}

/** Builds compressed rows from a list of edges in two columns. */
export function compressEdges(vertexCount: number, from: Uint32Array, to: Uint32Array): DependencyGraph {
  const offsets = new Uint32Array(vertexCount + 1);
  for (const vertex of from) offsets[vertex + 1]++;
  for (let v = 0; v < vertexCount; v++) offsets[v + 1] += offsets[v];
  const next = offsets.slice(0, vertexCount);
  const deps = new Uint32Array(to.length);
  for (let i = 0; i < from.length; i++) deps[next[from[i]]++] = to[i];
  return { offsets, deps };
}

/**
 * Orders a graph by depth-first search (Tarjan 1976) with an explicit stack, and leaves out each dependency that leads
 * back to a vertex still on the stack. O(vertices + edges).
 */
export function orderGraph(graph: DependencyGraph): OrderedGraph {
  const { offsets, deps } = graph;
  const n = offsets.length - 1;
  const next = offsets.slice(0, n);
  const state = new Uint8Array(n); // 0 new, 1 on the stack, 2 done
  const stack = new Uint32Array(n);
  const order = new Uint32Array(n);
  const cutEdges: number[] = [];
  const cut: [number, number][] = [];
  let placed = 0;
  for (let root = 0; root < n; root++) {
    if (state[root] !== 0) continue;
    let top = 0;
    stack[top++] = root;
    state[root] = 1;
    while (top > 0) {
      const vertex = stack[top - 1];
      if (next[vertex] === offsets[vertex + 1]) {
        state[vertex] = 2;
        order[placed++] = vertex;
        top--;
        continue;
      }
      const edge = next[vertex]++;
      const dep = deps[edge];
      if (state[dep] === 0) {
        state[dep] = 1;
        stack[top++] = dep;
      } else if (state[dep] === 1) {
        cutEdges.push(edge);
        cut.push([vertex, dep]);
      }
    }
  }
  return { ...(cutEdges.length === 0 ? graph : withoutEdges(graph, cutEdges)), order, cut };
}

/** The graph without the edges at some positions of its `deps`. */
function withoutEdges(graph: DependencyGraph, positions: readonly number[]): DependencyGraph {
  const { offsets, deps } = graph;
  const gone = new Uint8Array(deps.length);
  for (const position of positions) gone[position] = 1;
  const left = new Uint32Array(deps.length - positions.length);
  const leftOffsets = new Uint32Array(offsets.length);
  let count = 0;
  for (let v = 0; v + 1 < offsets.length; v++) {
    for (let i = offsets[v]; i < offsets[v + 1]; i++) if (gone[i] === 0) left[count++] = deps[i];
    leftOffsets[v + 1] = count;
  }
  return { offsets: leftOffsets, deps: left };
}

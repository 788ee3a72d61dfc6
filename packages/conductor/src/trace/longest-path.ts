/** What a path goes over: things by number, what each depends on, and what it weighs. */
export interface WeighedGraph {
  dependenciesOf(row: number): readonly number[];
  weightOf(row: number): number;
}

/**
 * The chain of dependencies with the most weight among some rows, from first to last; ties go to the lowest row.
 * Dependencies on others do not count. The graph has no cycle. O(rows + dependencies), without recursion.
 */
export function longestPath(members: readonly number[], graph: WeighedGraph): number[] {
  const place = new Map(members.map((row, i) => [row, i]));
  const dependents: number[][] = members.map(() => []);
  const left = new Int32Array(members.length);
  const order: number[] = [];
  for (const [i, row] of members.entries()) {
    for (const dependency of graph.dependenciesOf(row)) {
      const before = dependents[place.get(dependency) ?? -1];
      if (before === undefined) continue;
      before.push(i);
      left[i] = (left[i] ?? 0) + 1;
    }
    if (left[i] === 0) order.push(i);
  }
  const weight = new Float64Array(members.length);
  const via = new Int32Array(members.length).fill(-1);
  let last = -1;
  for (const i of order) {
    const total = (weight[i] ?? 0) + graph.weightOf(members[i] ?? -1);
    weight[i] = total;
    const most = weight[last] ?? -1;
    if (total > most || (total === most && i < last)) last = i;
    for (const next of dependents[i] ?? []) {
      if (via[next] === -1 || total > (weight[next] ?? 0)) {
        weight[next] = total;
        via[next] = i;
      }
      left[next] = (left[next] ?? 0) - 1;
      if (left[next] === 0) order.push(next);
    }
  }
  const path: number[] = [];
  for (let i = last; i >= 0; i = via[i] ?? -1) path.push(members[i] ?? -1);
  return path.reverse();
}

import { neighbours, neighboursOf } from './layers.ts';
import type { LayeredGraph } from './order.ts';

const PASSES = 6;

/**
 * The positions that are next to the wanted ones (least squares) and at least `gaps[i]` after the one before: blocks of
 * neighbours that would be too close share their shift (pool adjacent violators). O(positions).
 */
export function spread(wanted: readonly number[], gaps: readonly number[]): number[] {
  const starts: number[] = [];
  const sums: number[] = [];
  const counts: number[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const [at, want] of wanted.entries()) {
    if (at > 0) offset += gaps[at] ?? 0;
    offsets.push(offset);
    let [start, sum, count] = [at, want - offset, 1];
    for (let last = sums.length - 1; last >= 0; last--) {
      const lastSum = sums[last] ?? 0;
      const lastCount = counts[last] ?? 1;
      if (lastSum / lastCount <= sum / count) break;
      start = starts[last] ?? 0;
      sum += lastSum;
      count += lastCount;
      starts.pop();
      sums.pop();
      counts.pop();
    }
    starts.push(start);
    sums.push(sum);
    counts.push(count);
  }
  const positions: number[] = [];
  for (const [block, sum] of sums.entries()) {
    const shift = sum / (counts[block] ?? 1);
    for (let i = 0; i < (counts[block] ?? 0); i++) positions.push(shift + (offsets[positions.length] ?? 0));
  }
  return positions;
}

/**
 * The centres of all vertices across the layers: each next to the mean of its neighbours, none nearer to the one before it
 * in its layer than `gap` between their edges.
 * @param sizes of each vertex, across the layers
 */
export function centresOf(
  { layers, vertices, from, to }: LayeredGraph,
  sizes: ArrayLike<number>,
  gap: number,
): Float64Array {
  const before = neighboursOf(vertices, to, from);
  const after = neighboursOf(vertices, from, to);
  const centres = new Float64Array(vertices);
  const gaps = layers.map((layer) =>
    layer.map((vertex, at) => {
      const above = layer[at - 1];
      return above === undefined ? 0 : ((sizes[above] ?? 0) + (sizes[vertex] ?? 0)) / 2 + gap;
    }),
  );
  const settle = (at: number, wanted: (vertex: number) => number) => {
    const layer = layers[at] ?? [];
    const positions = spread(layer.map(wanted), gaps[at] ?? []);
    for (const [place, vertex] of layer.entries()) centres[vertex] = positions[place] ?? 0;
  };
  for (const at of layers.keys()) settle(at, () => 0);
  for (let pass = 0; pass < PASSES; pass++) {
    const isDown = pass % 2 === 0;
    const beside = isDown ? before : after;
    for (let step = 1; step < layers.length; step++) {
      settle(isDown ? step : layers.length - 1 - step, (vertex) => {
        const others = neighbours(beside, vertex);
        if (others.length === 0) return centres[vertex] ?? 0;
        return others.reduce((sum, other) => sum + (centres[other] ?? 0), 0) / others.length;
      });
    }
  }
  return centres;
}

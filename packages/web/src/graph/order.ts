import { neighbours, neighboursOf } from './layers.ts';

/** Vertices in layers, with links from each layer to the next one only. */
export interface LayeredGraph {
  /** The vertices of each layer. */
  readonly layers: readonly (readonly number[])[];
  readonly vertices: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const SWEEPS = 8;
/** How many vertices times sweeps there are at most, so that a huge graph costs no more time than a large one. */
const MOST_WORK = 40_000;

/** How many pairs of links between two layers cross: the inversions of their ends, by a Fenwick tree. */
function crossingsBelow(layer: readonly number[], ends: (vertex: number) => readonly number[], below: number): number {
  const tree = new Uint32Array(below + 1);
  let seen = 0;
  let crossings = 0;
  for (const vertex of layer) {
    const places = ends(vertex);
    for (const place of places) {
      let notAfter = 0;
      for (let at = place + 1; at > 0; at -= at & -at) notAfter += tree[at] ?? 0;
      crossings += seen - notAfter;
    }
    for (const place of places) {
      for (let at = place + 1; at <= below; at += at & -at) tree[at] = (tree[at] ?? 0) + 1;
    }
    seen += places.length;
  }
  return crossings;
}

function placesIn(layers: readonly (readonly number[])[], vertices: number): Uint32Array {
  const places = new Uint32Array(vertices);
  for (const layer of layers) for (const [place, vertex] of layer.entries()) places[vertex] = place;
  return places;
}

/**
 * Orders the vertices of each layer so that few links cross: by the mean place of their neighbours in the layer before, then
 * in the one after, again and again; the best of these orders counts.
 */
export function orderLayers({ layers, vertices, from, to }: LayeredGraph): number[][] {
  const before = neighboursOf(vertices, to, from);
  const after = neighboursOf(vertices, from, to);
  const order = layers.map((layer) => [...layer]);
  const places = placesIn(order, vertices);
  const ends = (vertex: number) => Array.from(neighbours(after, vertex), (end) => places[end] ?? 0);
  const crossings = () =>
    order.reduce((sum, layer, at) => sum + crossingsBelow(layer, ends, order[at + 1]?.length ?? 0), 0);
  let best = order.map((layer) => [...layer]);
  let fewest = crossings();
  const sweeps = Math.max(1, Math.min(SWEEPS, Math.floor(MOST_WORK / Math.max(1, vertices))));
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0;
    const beside = isDown ? before : after;
    for (let step = 1; step < order.length; step++) {
      const layer = order[isDown ? step : order.length - 1 - step] ?? [];
      const wanted = new Map(
        layer.map((vertex) => {
          const others = neighbours(beside, vertex);
          const sum = others.reduce((total, other) => total + (places[other] ?? 0), 0);
          return [vertex, others.length === 0 ? (places[vertex] ?? 0) : sum / others.length];
        }),
      );
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      for (const [place, vertex] of layer.entries()) places[vertex] = place;
    }
    const now = crossings();
    if (now < fewest) {
      fewest = now;
      best = order.map((layer) => [...layer]);
    }
  }
  return best;
}

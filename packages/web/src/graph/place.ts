import { layersOf } from './layers.ts';
import { orderLayers, type LayeredGraph } from './order.ts';
import { centresOf } from './spread.ts';

/** A node of a graph, as a box. CSS pixels. */
export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}

/** An arrow between two nodes, by their ids. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything of a graph lies. CSS pixels from its upper left corner. */
export interface PlacedGraph {
  /** The upper left corner of each box, by id. */
  readonly corners: ReadonlyMap<string, Point>;
  /** By link, the points between its ends that it passes, so that it does not run through boxes. */
  readonly bends: readonly (readonly Point[])[];
  readonly width: number;
  readonly height: number;
}

/** Between the boxes of a layer, and between layers. */
const GAP_ACROSS = 28;
const GAP_ALONG = 72;
/** How much room a link takes where it passes the boxes of a layer. */
const LINK_SIZE = 8;
/** Links over more layers than these in all run straight; only a graph that nobody can read has so many. */
const MOST_BENDS = 20_000;

/** Links between known boxes, none of a box to itself, by number. */
function knownLinks(boxes: readonly Box[], links: readonly Link[]) {
  const numbers = new Map(boxes.map(({ id }, number) => [id, number]));
  const from: number[] = [];
  const to: number[] = [];
  const which: number[] = [];
  for (const [at, link] of links.entries()) {
    const start = numbers.get(link.from);
    const end = numbers.get(link.to);
    if (start === undefined || end === undefined || start === end) continue;
    from.push(start);
    to.push(end);
    which.push(at);
  }
  return { from, to, which };
}

interface Layered extends LayeredGraph {
  /** The layer of each vertex; the vertices after the boxes are where links pass a layer. */
  readonly layerOf: readonly number[];
  /** By known link, the vertices that it passes, in its direction. */
  readonly passed: readonly (readonly number[])[];
}

/** Cuts each link into pieces from layer to layer. */
function cutLinks(layerOfBox: Int32Array, from: readonly number[], to: readonly number[]): Layered {
  const layerOf = [...layerOfBox];
  const lengthOf = (link: number) =>
    Math.abs((layerOfBox[to[link] ?? 0] ?? 0) - (layerOfBox[from[link] ?? 0] ?? 0)) - 1;
  const bends = from.reduce((sum, _, link) => sum + Math.max(0, lengthOf(link)), 0);
  const pieces: { from: number[]; to: number[] } = { from: [], to: [] };
  const passed = from.map((start, link) => {
    const end = to[link] ?? 0;
    const [low, high] = (layerOf[start] ?? 0) <= (layerOf[end] ?? 0) ? [start, end] : [end, start];
    if (layerOf[low] === layerOf[high]) return [];
    const via: number[] = [];
    let last = low;
    if (bends > MOST_BENDS && lengthOf(link) > 0) return via;
    for (let layer = (layerOf[low] ?? 0) + 1; layer < (layerOf[high] ?? 0); layer++) {
      const vertex = layerOf.length;
      layerOf.push(layer);
      via.push(vertex);
      pieces.from.push(last);
      pieces.to.push(vertex);
      last = vertex;
    }
    pieces.from.push(last);
    pieces.to.push(high);
    return low === start ? via : via.reverse();
  });
  const layers: number[][] = [];
  for (const [vertex, layer] of layerOf.entries()) {
    while (layers.length <= layer) layers.push([]);
    layers[layer]?.push(vertex);
  }
  return { layers, vertices: layerOf.length, ...pieces, layerOf, passed };
}

/**
 * Places a graph in layers from left to right: every box after those that lead to it, few links that cross, boxes next to
 * what they are linked with, links around boxes. The same graph lies the same every time. Some milliseconds for hundreds of
 * boxes: nothing is searched for, and the number of passes is bounded.
 */
export function placeGraph(boxes: readonly Box[], links: readonly Link[]): PlacedGraph {
  const { from, to, which } = knownLinks(boxes, links);
  const cut = cutLinks(layersOf({ vertices: boxes.length, from, to }), from, to);
  const graph = { ...cut, layers: orderLayers(cut) };
  const sizes = Float64Array.from(cut.layerOf, (_, vertex) => boxes[vertex]?.height ?? LINK_SIZE);
  const centres = centresOf(graph, sizes, GAP_ACROSS);

  const lefts: number[] = [];
  const widths = graph.layers.map((layer) =>
    layer.reduce((most, vertex) => Math.max(most, boxes[vertex]?.width ?? 0), 0),
  );
  let right = -GAP_ALONG;
  for (const width of widths) {
    lefts.push(right + GAP_ALONG);
    right += GAP_ALONG + width;
  }
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const [vertex, centre] of centres.entries()) {
    top = Math.min(top, centre - (sizes[vertex] ?? 0) / 2);
    bottom = Math.max(bottom, centre + (sizes[vertex] ?? 0) / 2);
  }
  const corner = (vertex: number, size: number): Point => ({
    x: lefts[cut.layerOf[vertex] ?? 0] ?? 0,
    y: (centres[vertex] ?? 0) - size / 2 - top,
  });
  const bends: Point[][] = links.map(() => []);
  for (const [known, vertices] of cut.passed.entries()) {
    bends[which[known] ?? 0] = vertices.map((vertex) => {
      const { x, y } = corner(vertex, 0);
      return { x: x + (widths[cut.layerOf[vertex] ?? 0] ?? 0) / 2, y };
    });
  }
  return {
    corners: new Map(boxes.map(({ id, height }, vertex) => [id, corner(vertex, height)])),
    bends,
    width: Math.max(0, right),
    height: boxes.length === 0 ? 0 : bottom - top,
  };
}

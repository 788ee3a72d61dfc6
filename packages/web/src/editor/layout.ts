import { placeGraph, type Box } from '../graph/place.ts';
import { edgesOf, type Edge, type Outline } from './outline.ts';

/** A node of the picture. CSS pixels, from the corner of what it is in. */
interface PlacedNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An arrow of the picture; its bends count from the corner of the picture. */
interface PlacedEdge extends Edge {
  readonly bends: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly edges: readonly PlacedEdge[];
}

/** Room around what is in a group, and for its head. */
const ROOM = 18;
const HEAD = 40;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * Places the nodes of a workflow from left to right, each after what it waits for, and what is in a group inside its box.
 * @param card how large a node is that holds none
 */
export function layOut(outline: Outline, card: Size): Layout {
  const inside = new Map<string | null, string[]>([[null, []]]);
  for (const { key, parent } of outline.nodes) inside.set(parent, [...(inside.get(parent) ?? []), key]);
  const all = edgesOf(outline);
  const edgesIn = new Map<string | null, Edge[]>();
  for (const edge of all) {
    const [from, to] = [outline.byKey.get(edge.from), outline.byKey.get(edge.to)];
    // An arrow into another group is a fault, and drawn all the same: straight.
    if (!from || !to || from.parent !== to.parent) continue;
    edgesIn.set(from.parent, [...(edgesIn.get(from.parent) ?? []), edge]);
  }
  const sizes = new Map<string, Size>();
  const nodes = new Map<string, PlacedNode>();
  const bends = new Map<Edge, PlacedEdge['bends']>();
  // Each node stands before its contents, so that from the last on every box is sized before what it is in.
  for (const scope of [...outline.nodes.map(({ key }) => key).reverse(), null]) {
    const keys = inside.get(scope) ?? [];
    if (keys.length === 0) {
      if (scope !== null) sizes.set(scope, card);
      continue;
    }
    const boxes: Box[] = keys.map((id) => ({ id, ...(sizes.get(id) ?? card) }));
    const links = edgesIn.get(scope) ?? [];
    const placed = placeGraph(boxes, links);
    const [left, top] = scope === null ? [0, 0] : [ROOM, HEAD];
    for (const box of boxes) {
      const corner = placed.corners.get(box.id) ?? { x: 0, y: 0 };
      nodes.set(box.id, { x: corner.x + left, y: corner.y + top, width: box.width, height: box.height });
    }
    for (const [at, link] of links.entries()) {
      bends.set(
        link,
        (placed.bends[at] ?? []).map(({ x, y }) => ({ x: x + left, y: y + top })),
      );
    }
    if (scope !== null) {
      sizes.set(scope, { width: Math.max(card.width, placed.width + 2 * ROOM), height: placed.height + HEAD + ROOM });
    }
  }
  return {
    nodes,
    edges: all.map((edge) => ({ ...edge, bends: atPicture(outline, nodes, edge, bends.get(edge) ?? []) })),
  };
}

/** The bends of an arrow from the corner of the picture, where they were from that of the group that it is in. */
function atPicture(
  { byKey }: Outline,
  nodes: ReadonlyMap<string, PlacedNode>,
  { from }: Edge,
  bends: PlacedEdge['bends'],
): PlacedEdge['bends'] {
  let [x, y] = [0, 0];
  for (let at = byKey.get(from)?.parent ?? null; at !== null; at = byKey.get(at)?.parent ?? null) {
    x += nodes.get(at)?.x ?? 0;
    y += nodes.get(at)?.y ?? 0;
  }
  return bends.map((bend) => ({ x: bend.x + x, y: bend.y + y }));
}

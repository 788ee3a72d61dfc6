import { NONE, type Steps } from '@flowprof/model';

/** Which row is below which. */
export interface Family {
  /** The children of row `i` are `children[offsets[i] .. offsets[i + 1])`, in the order of `order`. */
  readonly offsets: Uint32Array;
  readonly children: Uint32Array;
  readonly roots: Uint32Array;
  /**
   * Every row that hangs on a root, each before its children; null where the rows themselves are in such an order, in
   * which all but the hidden ones hang on a root.
   */
  readonly preorder: Uint32Array | null;
}

/** How many children every row has, added up; whether each parent stands before its children. */
function countChildren(parent: Int32Array, hidden: Uint8Array | null) {
  const n = parent.length;
  const offsets = new Uint32Array(n + 1);
  let roots = 0;
  let shown = 0;
  let parentsFirst = true;
  for (let row = 0; row < n; row++) {
    if (hidden !== null && hidden[row] === 1) continue;
    shown++;
    const up = parent[row];
    if (up === NONE) {
      roots++;
      continue;
    }
    offsets[up + 1]++;
    if (up >= row) parentsFirst = false;
  }
  if (roots < shown) for (let row = 0; row < n; row++) offsets[row + 1] += offsets[row];
  return { offsets, roots, shown, parentsFirst };
}

/** Children by parent as compressed rows, siblings in the order of `order`, without recursion. */
export function* familyOf(order: Uint32Array, parent: Int32Array, hidden: Uint8Array | null): Steps<Family> {
  const n = order.length;
  const { offsets, roots: rootCount, shown, parentsFirst } = countChildren(parent, hidden);
  if (rootCount === n) return { offsets, children: new Uint32Array(0), roots: order, preorder: null };
  yield;
  const next = offsets.slice(0, n);
  const children = new Uint32Array(shown - rootCount);
  const roots = new Uint32Array(rootCount);
  let root = 0;
  for (const row of order) {
    if (hidden !== null && hidden[row] === 1) continue;
    if (parent[row] === NONE) roots[root++] = row;
    else children[next[parent[row]]++] = row;
  }
  if (parentsFirst) return { offsets, children, roots, preorder: null };
  yield;
  const preorder = new Uint32Array(shown);
  const stack = new Uint32Array(shown);
  let top = 0;
  let placed = 0;
  for (let i = rootCount - 1; i >= 0; i--) stack[top++] = roots[i];
  while (top > 0) {
    const row = stack[--top];
    preorder[placed++] = row;
    for (let i = offsets[row + 1] - 1; i >= offsets[row]; i--) stack[top++] = children[i];
  }
  return { offsets, children, roots, preorder: preorder.subarray(0, placed) };
}

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

/** Which nodes are reached from some, found out as far as is asked for. What it needs is used again for the next ones. */
export class Reach {
  /** In which round each node was reached. */
  readonly #rounds: Uint32Array;
  readonly #next: (node: number) => readonly (readonly number[])[];
  #round = 0;
  #found: number[] = [];
  #at = 0;

  /** @param next what is reached from a node, in lists */
  constructor(count: number, next: (node: number) => readonly (readonly number[])[]) {
    this.#rounds = new Uint32Array(count);
    this.#next = next;
  }

  /** Begins anew, from these nodes. */
  from(first: Iterable<number>): void {
    this.#round++;
    this.#found = [];
    this.#at = 0;
    for (const node of first) this.#add(node);
  }

  has(wanted: number): boolean {
    while (this.#rounds[wanted] !== this.#round && this.#at < this.#found.length) {
      for (const list of this.#next(this.#found[this.#at++] ?? 0)) for (const node of list) this.#add(node);
    }
    return this.#rounds[wanted] === this.#round;
  }

  #add(node: number): void {
    if (this.#rounds[node] === this.#round) return;
    this.#rounds[node] = this.#round;
    this.#found.push(node);
  }
}

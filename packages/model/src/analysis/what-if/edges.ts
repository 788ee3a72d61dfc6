import { compressEdges, type DependencyGraph } from '../topology.ts';

/** A list of edges that grows, each from the vertex that waits to the one that it waits for. */
export class EdgeList {
  #from = new Uint32Array(1024);
  #to = new Uint32Array(1024);
  #length = 0;

  add(vertex: number, dep: number): void {
    if (this.#length === this.#from.length) this.#grow();
    this.#from[this.#length] = vertex;
    this.#to[this.#length++] = dep;
  }

  /** Adds all edges of a graph. */
  addGraph({ offsets, deps }: DependencyGraph): void {
    for (let vertex = 0; vertex + 1 < offsets.length; vertex++) {
      for (let i = offsets[vertex]; i < offsets[vertex + 1]; i++) this.add(vertex, deps[i]);
    }
  }

  compress(vertexCount: number): DependencyGraph {
    return compressEdges(vertexCount, this.#from.subarray(0, this.#length), this.#to.subarray(0, this.#length));
  }

  #grow(): void {
    const from = new Uint32Array(this.#from.length * 2);
    const to = new Uint32Array(this.#to.length * 2);
    from.set(this.#from);
    to.set(this.#to);
    this.#from = from;
    this.#to = to;
  }
}

/** How many traces are remembered. */
const MOST = 10_000;

/** Traces that have as many spans as an execution may have: what else comes of them is refused at once. */
export class FullTraces {
  readonly #known = new Set<string>();

  add(workspaceId: string, traceId: string): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.add(`${workspaceId} ${traceId}`);
  }

  has(workspaceId: string, traceId: string): boolean {
    return this.#known.size > 0 && this.#known.has(`${workspaceId} ${traceId}`);
  }
}

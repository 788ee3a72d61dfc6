import type { Layout } from '../layout/layout.ts';
import type { Scene } from './scene.ts';
import { searchSpans, type Matches } from './search.ts';

/** What is searched for, and what was found of it in what is shown. */
export class Searching {
  matches: Matches | null = null;
  readonly #tell: (count: number) => void;
  #text = '';
  /** What was searched: only the clock moves between two scenes with the same rows in their lanes. */
  #rows: Layout['laneRows'] | null = null;

  /** @param tell is called with how many spans match, when that may have changed */
  constructor(tell: (count: number) => void) {
    this.#tell = tell;
  }

  get count(): number {
    return this.matches?.count ?? 0;
  }

  /** Searches for another text; returns how many spans match. */
  find(text: string, scene: Scene | null): number {
    if (text === this.#text) return this.count;
    this.#text = text;
    this.#rows = null;
    this.again(scene);
    return this.count;
  }

  /** Searches what is shown now for the same text. */
  again(scene: Scene | null): void {
    const rows = scene?.layout.laneRows ?? null;
    if (rows !== null && rows === this.#rows) return;
    this.#rows = rows;
    const before = this.matches;
    this.matches = scene && searchSpans(scene.trace, scene.layout, this.#text);
    if (before !== null || this.matches !== null) this.#tell(this.count);
  }
}

import { BoundedMap } from './bounded-map.ts';
import { seedOf } from './random.ts';

/** How many keys are remembered; an older one starts anew. */
const MAX_KEYS = 10_000;

/** The most failures in a row. */
const MAX_FAILURES = 2;

/**
 * Fails in a way that is fully given by a seed: of every key the first one or two calls fail, then one succeeds, and so
 * on in turn. So a client that tries three times always gets through.
 */
export class FlakyCounter {
  readonly #seed: string;
  readonly #calls = new BoundedMap<string, number>(MAX_KEYS);

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** How many calls of a key fail before one succeeds: 1 or 2. */
  failuresOf(key: string): number {
    return 1 + (seedOf(`${this.#seed}/flaky/${key}`) % MAX_FAILURES);
  }

  /** Counts a call; says which of its turn it is (from 1) and whether it fails. */
  call(key: string): { readonly call: number; readonly fails: boolean } {
    const failures = this.failuresOf(key);
    const before = this.#calls.get(key) ?? 0;
    this.#calls.set(key, (before + 1) % (failures + 1));
    return { call: before + 1, fails: before < failures };
  }
}

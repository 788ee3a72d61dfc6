import type { Clock, Micros } from '@flowprof/model';

/** Values that hold for a while, up to a number; those that were kept longest ago leave first. */
export class TtlCache<V> {
  readonly #clock: Clock;
  readonly #ttl: Micros;
  readonly #limit: number;
  readonly #entries = new Map<string, { readonly value: V; readonly until: number }>();
  #forgotten = 0;

  /** @param limit how many values at most */
  constructor(clock: Clock, ttl: Micros, limit: number) {
    this.#clock = clock;
    this.#ttl = ttl;
    this.#limit = limit;
  }

  /** What still holds; `undefined` when nothing does. Nothing does that was kept after now: the clock was put back. */
  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    const now = this.#clock.now();
    return entry !== undefined && now < entry.until && now >= entry.until - this.#ttl ? entry.value : undefined;
  }

  /** What was kept last, even if it holds no longer. */
  last(key: string): V | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: this.#clock.now() + this.#ttl });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limit) return;
      this.#entries.delete(oldest);
    }
  }

  /**
   * Reads a value and keeps it, unless something was forgotten while it was read: what was read may be from before.
   * @param isKept whether it is one to keep
   */
  async read<R extends V | null>(
    key: string,
    read: () => Promise<R>,
    isKept: (value: V) => boolean = () => true,
  ): Promise<R> {
    const before = this.#forgotten;
    const value = await read();
    const found: V | null = value;
    if (found !== null && isKept(found) && before === this.#forgotten) this.set(key, found);
    return value;
  }

  delete(key: string): void {
    this.#forgotten++;
    this.#entries.delete(key);
  }

  clear(): void {
    this.#forgotten++;
    this.#entries.clear();
  }
}

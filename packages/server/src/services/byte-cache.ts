/** Answers that were made or are being made, up to a number of bytes; those that were used longest ago leave first. */
export class ByteCache {
  readonly #limit: number;
  readonly #kept = new Map<string, Uint8Array>();
  readonly #making = new Map<string, Promise<Uint8Array>>();
  #size = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is kept under a key or being made for it; null when there is nothing. */
  get(key: string): Promise<Uint8Array> | null {
    const bytes = this.#kept.get(key);
    if (!bytes) return this.#making.get(key) ?? null;
    this.#kept.delete(key);
    this.#kept.set(key, bytes);
    return Promise.resolve(bytes);
  }

  /** Keeps what is being made, for all who ask for it meanwhile and after, unless making it fails. */
  async keep(key: string, making: Promise<Uint8Array>): Promise<Uint8Array> {
    this.#making.set(key, making);
    try {
      const bytes = await making;
      this.#add(key, bytes);
      return bytes;
    } finally {
      this.#making.delete(key);
    }
  }

  #add(key: string, bytes: Uint8Array): void {
    if (bytes.byteLength > this.#limit || this.#kept.has(key)) return;
    this.#kept.set(key, bytes);
    this.#size += bytes.byteLength;
    for (const [oldest, { byteLength }] of this.#kept) {
      if (this.#size <= this.#limit) return;
      this.#kept.delete(oldest);
      this.#size -= byteLength;
    }
  }
}

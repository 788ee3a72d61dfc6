import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { textOf, utf8 } from './web.ts';

/** So many rows keep what is known of them as objects, which are quick; those after them as text, which is small. */
const OBJECTS = 500_000;

const BLOCK_BYTES = 1 << 24;

const parse: (text: string) => JsonValue = JSON.parse;

/**
 * What is known of rows beside their columns. Objects of a few fields take ten times the room of their text; so in a large
 * file most are kept as JSON in blocks of bytes, and parsed when they are asked for.
 */
export class MetadataPool implements ReadonlyMap<number, JsonObject> {
  /** By row. */
  readonly #objects: (JsonObject | undefined)[] = [];
  #objectCount = 0;
  readonly #limit: number;
  readonly #blocks: Uint8Array[] = [];
  /** The end of what is used in the last block. */
  #used = BLOCK_BYTES;
  /** Where the text of a row is, its block times `BLOCK_BYTES` and its place in there; and its length, 0 where it has none. */
  #places = new Float64Array(0);
  #lengths = new Uint32Array(0);
  #packed = 0;

  /** @param limit how many rows keep objects */
  constructor(limit = OBJECTS) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#objectCount + this.#packed;
  }

  has(row: number): boolean {
    return this.#objects[row] !== undefined || (this.#lengths[row] ?? 0) > 0;
  }

  get(row: number): JsonObject | undefined {
    const object = this.#objects[row];
    return object !== undefined || this.#packed === 0 ? object : this.#read(row);
  }

  set(row: number, metadata: JsonObject): void {
    if (this.#objects[row] !== undefined || this.#objectCount < this.#limit) return this.#setObject(row, metadata);
    const text = utf8(JSON.stringify(metadata));
    if (text.length > BLOCK_BYTES) return this.#setObject(row, metadata);
    if (this.#used + text.length > BLOCK_BYTES) {
      this.#blocks.push(new Uint8Array(BLOCK_BYTES));
      this.#used = 0;
    }
    this.#blocks[this.#blocks.length - 1]?.set(text, this.#used);
    if (row >= this.#places.length) this.#grow(row);
    if (this.#lengths[row] === 0) this.#packed++;
    this.#places[row] = (this.#blocks.length - 1) * BLOCK_BYTES + this.#used;
    this.#lengths[row] = text.length;
    this.#used += text.length;
  }

  #setObject(row: number, metadata: JsonObject): void {
    if (this.#objects[row] === undefined) this.#objectCount++;
    // Without holes, which would make a slow array of it.
    while (this.#objects.length < row) this.#objects.push(undefined);
    this.#objects[row] = metadata;
  }

  #grow(row: number): void {
    const rows = Math.max(1024, 2 ** Math.ceil(Math.log2(row + 1)));
    const [places, lengths] = [new Float64Array(rows), new Uint32Array(rows)];
    places.set(this.#places);
    lengths.set(this.#lengths);
    this.#places = places;
    this.#lengths = lengths;
  }

  *#packedRows(): Generator<number, undefined> {
    for (let row = 0; row < this.#lengths.length; row++) if (this.#lengths[row] > 0) yield row;
  }

  #read(row: number): JsonObject | undefined {
    const length = this.#lengths[row] ?? 0;
    if (length === 0) return undefined;
    const place = this.#places[row];
    const from = place % BLOCK_BYTES;
    const block = this.#blocks[Math.floor(place / BLOCK_BYTES)];
    const value = block === undefined ? null : parse(textOf(block.subarray(from, from + length)));
    return isJsonObject(value) ? value : undefined;
  }

  *keys(): MapIterator<number> {
    for (const [row, object] of this.#objects.entries()) if (object !== undefined) yield row;
    yield* this.#packedRows();
  }

  *values(): MapIterator<JsonObject> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): MapIterator<[number, JsonObject]> {
    for (const [row, object] of this.#objects.entries()) if (object !== undefined) yield [row, object];
    for (const row of this.#packedRows()) {
      if (this.#objects[row] !== undefined) continue;
      const value = this.#read(row);
      if (value !== undefined) yield [row, value];
    }
  }

  [Symbol.iterator](): MapIterator<[number, JsonObject]> {
    return this.entries();
  }

  forEach(call: (value: JsonObject, key: number, map: ReadonlyMap<number, JsonObject>) => void): void {
    for (const [row, value] of this.entries()) call(value, row, this);
  }
}

import { NONE } from '../../trace/trace.ts';

/**
 * Numbers paths of name codes: each distinct path has a number, and that of the path around it is smaller. A table with
 * open addressing: a million look-ups take tens of milliseconds, which a `Map` of joined keys does not.
 */
export class BlockTrie {
  /** By path, the path around it, or `NONE`. */
  parent = new Int32Array(256);
  /** By path, the code of its last name. */
  code = new Int32Array(256);
  length = 0;
  #slots = new Int32Array(1024).fill(NONE);

  /** The number of the path `parent` (or `NONE`) with one more name. */
  child(parent: number, code: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(parent, code) & mask;
    for (let path = this.#slots[slot]; path !== NONE; path = this.#slots[slot]) {
      if (this.parent[path] === parent && this.code[path] === code) return path;
      slot = (slot + 1) & mask;
    }
    if (this.length === this.parent.length) this.#grow();
    const path = this.length++;
    this.parent[path] = parent;
    this.code[path] = code;
    this.#slots[slot] = path;
    if (this.length * 2 > this.#slots.length) this.#rehash();
    return path;
  }

  #grow(): void {
    const [parent, code] = [this.parent, this.code];
    this.parent = new Int32Array(parent.length * 2);
    this.code = new Int32Array(code.length * 2);
    this.parent.set(parent);
    this.code.set(code);
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    const mask = slots.length - 1;
    for (let path = 0; path < this.length; path++) {
      let slot = hash(this.parent[path], this.code[path]) & mask;
      while (slots[slot] !== NONE) slot = (slot + 1) & mask;
      slots[slot] = path;
    }
    this.#slots = slots;
  }
}

function hash(parent: number, code: number): number {
  let mixed = Math.imul(parent + 1, 0x9e3779b1) ^ Math.imul(code + 1, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  return Math.imul(mixed, 0x2c1b3c6d) >>> 7;
}

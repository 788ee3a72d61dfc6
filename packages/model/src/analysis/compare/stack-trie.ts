import { NONE, type SpanTable } from '../../trace/trace.ts';

/**
 * The stacks of names that spans stand in, of any number of traces: each distinct path of names has a number, and its
 * parent has a smaller one. Iterative; O(spans).
 */
export class StackTrie {
  /** By stack, that of the span around, or `NONE`. */
  readonly parent: number[] = [];
  /** By stack, its last name. */
  readonly name: string[] = [];
  readonly #numbers = new Map<string, number>();
  /** The stacks directly in one, by `(parent + 1) * MOST_NAMES + name`. */
  readonly #children = new Map<number, number>();

  get length(): number {
    return this.parent.length;
  }

  /** The number of a stack: that of the span around it with one more name. */
  child(parent: number, name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
    }
    const key = (parent + 1) * MOST_NAMES + number;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const stack = this.parent.push(parent) - 1;
    this.name.push(name);
    this.#children.set(key, stack);
    return stack;
  }

  /**
   * The stack of every span.
   * @param order every span, each before its children
   * @param parents the rows of the spans around them
   */
  add({ names, name, length }: SpanTable, order: Uint32Array, parents: Int32Array): Int32Array {
    const stacks = new Int32Array(length);
    for (const row of order) {
      const up = parents[row];
      stacks[row] = this.child(up === NONE ? NONE : stacks[up], names[name[row]] ?? '');
    }
    return stacks;
  }
}

/** More names than a table of spans can have, and with as many stacks within what a number counts exactly. */
const MOST_NAMES = 2 ** 26;

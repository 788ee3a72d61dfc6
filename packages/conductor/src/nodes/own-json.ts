import type { JsonValue } from '@flowprof/model';
import { messageOf, NodeFailure } from '../errors.ts';

type Target = JsonValue[] | Record<string, JsonValue>;

/** What the code that goes through values, ours and others', can take without running out of its stack. */
const MAX_DEPTH = 512;
const MAX_VALUES = 2_000_000;
const MAX_CHARACTERS = 128 * 1024 * 1024;

interface Pending {
  readonly from: object;
  readonly to: Target;
  readonly depth: number;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function notJson(what: string): NodeFailure {
  return new NodeFailure('invalid_output', `the value is not JSON: it has ${what}`);
}

function tooLarge(what: string): NodeFailure {
  return new NodeFailure('output_too_large', `the value has more than ${what}`, { retryable: false });
}

/** Copies one value after another; what is inside objects and lists waits its turn, so that no depth overflows a stack. */
class Copy {
  readonly #pending: Pending[] = [];
  /** Why it is not copied, where that is not a getter's doing. */
  refusal: NodeFailure | null = null;
  #values = 0;
  #characters = 0;

  whole(value: unknown): JsonValue {
    const copy = this.#one(value, 0);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) this.#fill(next);
    return copy;
  }

  #one(value: unknown, depth: number): JsonValue {
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') {
      this.#characters += value.length;
      if (this.#characters > MAX_CHARACTERS) throw this.#refuse(tooLarge(`${MAX_CHARACTERS} characters`));
      return value;
    }
    if (typeof value === 'number') {
      if (Number.isFinite(value)) return value;
      throw this.#refuse(notJson(String(value)));
    }
    if (typeof value !== 'object') throw this.#refuse(notJson(typeof value));
    const isList = Array.isArray(value);
    if (!isList && !isPlain(value)) throw this.#refuse(notJson('an object of a class'));
    // A cycle goes deeper without end as well.
    if (depth > MAX_DEPTH) throw this.#refuse(notJson(`a cycle, or more than ${MAX_DEPTH} levels`));
    const to: Target = isList ? [] : {};
    this.#pending.push({ from: value, to, depth: depth + 1 });
    return to;
  }

  #fill({ from, to, depth }: Pending): void {
    if (Array.isArray(to)) {
      const items: readonly unknown[] = Array.isArray(from) ? from : [];
      const { length } = items;
      this.#count(length);
      for (let i = 0; i < length; i++) to.push(this.#one(items[i], depth));
      return;
    }
    const keys = Object.keys(from);
    this.#count(keys.length);
    for (const key of keys) {
      const value = this.#one(Reflect.get(from, key), depth);
      // Assigned, it would be the object's prototype.
      if (key === '__proto__')
        Object.defineProperty(to, key, { value, enumerable: true, writable: true, configurable: true });
      else to[key] = value;
    }
  }

  /** Values that are shared count, and are copied, each time: in JSON they are written out. */
  #count(more: number): void {
    this.#values += more;
    if (this.#values > MAX_VALUES) throw this.#refuse(tooLarge(`${MAX_VALUES} values`));
  }

  #refuse(failure: NodeFailure): NodeFailure {
    this.refusal = failure;
    return failure;
  }
}

/**
 * A copy of what a handler is given or gives back that is JSON and nobody else's: what a handler does to it later, and
 * traps and getters that it has put there, reach nothing outside.
 * @throws {NodeFailure} `invalid_output` or `output_too_large`
 */
export function ownJson(value: unknown): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  const copy = new Copy();
  try {
    return copy.whole(value);
  } catch (error) {
    throw copy.refusal ?? notJson(`a part that cannot be read (${messageOf(error)})`);
  }
}

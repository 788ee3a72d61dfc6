/**
 * JSON of any size as many short texts, so that no step of writing or reading it takes long. Each text is a list of
 * instructions that build the value: what is small is in them as it is, what is large is opened, filled and closed.
 */
import {
  isJsonObject,
  packPieces,
  TraceFileError,
  unpackPieces,
  type JsonObject,
  type JsonValue,
  type Steps,
} from '@flowprof/model';

/** What a text holds about; a value counts as 1, and a string as more where it is long. */
const PIECE = 2048;
const CHARACTERS_PER_VALUE = 64;
/** The characters of a string that are in one text. */
const STRING_PART = PIECE * CHARACTERS_PER_VALUE;

/** Instructions begin with one of these. Inside an object, whatever is put there has its key before it. */
const DO = {
  /** Puts values: `[0, ...values]` into a list, `[0, ...keys and values in turn]` into an object. */
  put: 0,
  openList: 1,
  openObject: 2,
  close: 3,
  /** Adds to a string that is put by `putString`. */
  string: 4,
  putString: 5,
} as const;

function weightOf(value: JsonValue): number {
  return typeof value === 'string' ? 1 + value.length / CHARACTERS_PER_VALUE : 1;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The keys of objects that have many, which take long to find out. */
type KnownKeys = WeakMap<JsonObject, readonly string[]>;

function keysOf(object: JsonObject, known: KnownKeys): readonly string[] {
  const keys = known.get(object) ?? Object.keys(object);
  if (keys.length > PIECE) known.set(object, keys);
  return keys;
}

/** How much a value weighs; more than a piece when it is large, however large. */
function weigh(value: JsonValue, known: KnownKeys): number {
  let weight = weightOf(value);
  if (typeof value !== 'object' || value === null) return weight;
  const todo: JsonValue[] = [value];
  for (let at = todo.pop(); at !== undefined && weight <= PIECE; at = todo.pop()) {
    if (isList(at)) {
      weight += at.length;
      if (weight <= PIECE) todo.push(...at);
    } else if (isJsonObject(at)) {
      const keys = keysOf(at, known);
      weight += keys.length;
      if (weight > PIECE) break;
      for (const key of keys) {
        weight += weightOf(key);
        todo.push(at[key] ?? null);
      }
    } else weight += weightOf(at) - 1;
  }
  return weight;
}

/** A list or object that is being written. */
class Opened {
  readonly #keys: readonly string[] | null;
  readonly #value: readonly JsonValue[] | JsonObject;
  #next = 0;

  constructor(value: readonly JsonValue[] | JsonObject, known: KnownKeys) {
    this.#value = value;
    this.#keys = isJsonObject(value) ? keysOf(value, known) : null;
  }

  /** The next value in it, and the key that it has in an object; null at the end. */
  next(): { readonly key: readonly string[]; readonly value: JsonValue } | null {
    const at = this.#next++;
    if (isJsonObject(this.#value)) {
      const key = this.#keys?.[at];
      return key === undefined ? null : { key: [key], value: this.#value[key] ?? null };
    }
    return at < this.#value.length ? { key: [], value: this.#value[at] ?? null } : null;
  }
}

/** Writes instructions and cuts them into texts. */
class Writer {
  #instructions: JsonValue[] = [];
  #put: JsonValue[] | null = null;
  #weight = 0;

  put(key: readonly string[], value: JsonValue, weight: number): void {
    if (this.#put === null) this.#instructions.push((this.#put = [DO.put]));
    this.#put.push(...key, value);
    this.#weight += weight;
  }

  tell(instruction: readonly JsonValue[], weight = 1): void {
    this.#put = null;
    this.#instructions.push(instruction);
    this.#weight += weight;
  }

  /** The next text, once there is enough for one. */
  *cut(least = PIECE): Iterable<string> {
    if (this.#weight < least) return;
    yield JSON.stringify(this.#instructions);
    this.#instructions = [];
    this.#put = null;
    this.#weight = 0;
  }
}

function* textsOf(value: JsonValue): Iterable<string> {
  const writer = new Writer();
  const known: KnownKeys = new WeakMap();
  const stack = [new Opened([value], known)];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const next = top.next();
    if (next === null) {
      stack.pop();
      if (stack.length > 0) writer.tell([DO.close]);
      continue;
    }
    const { key, value: item } = next;
    const weight = weigh(item, known);
    if (weight <= PIECE) writer.put(key, item, weight);
    else if (typeof item === 'string') {
      for (let from = 0; from < item.length; from += STRING_PART) {
        writer.tell([DO.string, item.slice(from, from + STRING_PART)], PIECE);
        yield* writer.cut();
      }
      writer.tell([DO.putString, ...key]);
    } else if (typeof item === 'object' && item !== null) {
      writer.tell([isList(item) ? DO.openList : DO.openObject, ...key]);
      stack.push(new Opened(item, known));
    }
    yield* writer.cut();
  }
  yield* writer.cut(0);
}

/** Packs JSON in steps; `unpackJson` gives it back. It may be nested to any depth. */
export function packJson(value: JsonValue): Steps<Uint8Array<ArrayBuffer>> {
  return packPieces(textsOf(value));
}

type Target = JsonValue[] | Record<string, JsonValue>;

/** Follows instructions. */
class Reader {
  readonly #root: JsonValue[] = [];
  readonly #stack: Target[] = [this.#root];
  #string = '';

  follow(instruction: JsonValue): void {
    if (!isList(instruction)) throw damaged();
    const [what, ...rest] = instruction;
    switch (what) {
      case DO.put:
        this.#putAll(rest);
        break;
      case DO.openList:
        this.#open([], rest);
        break;
      case DO.openObject:
        this.#open({}, rest);
        break;
      case DO.close:
        this.#stack.pop();
        break;
      case DO.string:
        if (typeof rest[0] !== 'string') throw damaged();
        this.#string += rest[0];
        break;
      case DO.putString:
        this.#put(rest[0], this.#string);
        this.#string = '';
        break;
      default:
        throw damaged();
    }
  }

  /** The value. @throws {TraceFileError} when it is not whole */
  get value(): JsonValue {
    const [value] = this.#root;
    if (value === undefined || this.#root.length > 1 || this.#stack.length > 1) throw damaged();
    return value;
  }

  #open(target: Target, [key]: readonly JsonValue[]): void {
    this.#put(key, target);
    this.#stack.push(target);
  }

  #putAll(items: readonly JsonValue[]): void {
    const isInList = Array.isArray(this.#stack.at(-1));
    for (let i = 0; i < items.length; i++) {
      const key = isInList ? undefined : items[i++];
      const item = items[i];
      if (item === undefined) throw damaged();
      this.#put(key, item);
    }
  }

  #put(key: JsonValue | undefined, value: JsonValue): void {
    const target = this.#stack.at(-1);
    if (Array.isArray(target)) target.push(value);
    else if (target === undefined || typeof key !== 'string') throw damaged();
    // Assigned, it would be the object's prototype.
    else if (key === '__proto__')
      Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
    else target[key] = value;
  }
}

const parse: (text: string) => JsonValue = JSON.parse;

/** Unpacks JSON in steps. @throws {TraceFileError} `malformed` when the bytes are something else */
export function* unpackJson(bytes: Uint8Array): Steps<JsonValue> {
  const reader = new Reader();
  for (const text of unpackPieces(bytes)) {
    let instructions: JsonValue = null;
    try {
      instructions = parse(text);
    } catch {
      // Null is refused below.
    }
    if (!isList(instructions)) throw damaged();
    for (const instruction of instructions) reader.follow(instruction);
    yield;
  }
  return reader.value;
}

function damaged(): TraceFileError {
  return new TraceFileError('malformed', 'the packed data is damaged or was not written by flowprof');
}

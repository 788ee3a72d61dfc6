import { celList, celMap, type CelInput, type CelList, type CelMap } from '@bufbuild/cel';
import type { JsonObject, JsonValue } from '@flowprof/model';

/** The JSON that a list or map was made of, so that a result that is one of them need not be copied. */
const originals = new WeakMap<object, JsonValue>();
const wrapped = new WeakMap<object, CelList | CelMap>();

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** An object as the map that CEL reads: own fields only, each wrapped when it is first read. */
class ObjectView implements ReadonlyMap<string, CelInput> {
  readonly #object: JsonObject;
  #size = -1;

  constructor(object: JsonObject) {
    this.#object = object;
  }

  get size(): number {
    if (this.#size < 0) this.#size = Object.keys(this.#object).length;
    return this.#size;
  }

  get(key: string): CelInput | undefined {
    const value = this.has(key) ? this.#object[key] : undefined;
    return value === undefined ? undefined : fromJson(value);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  forEach(visit: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }

  *entries(): MapIterator<[string, CelInput]> {
    for (const [key, value] of Object.entries(this.#object)) yield [key, fromJson(value)];
  }

  *keys(): MapIterator<string> {
    yield* Object.keys(this.#object);
  }

  *values(): MapIterator<CelInput> {
    for (const value of Object.values(this.#object)) yield fromJson(value);
  }

  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }
}

/**
 * JSON as CEL reads it. The library's own wrapping looks at `constructor`, which is a field like any other in data, and
 * wraps again at each access; this one is lazy and keeps what it made.
 */
export function fromJson(value: JsonValue): CelInput {
  if (typeof value !== 'object' || value === null) return value;
  const known = wrapped.get(value);
  if (known) return known;
  const made = isList(value) ? celList(value.map(fromJson)) : celMap(new ObjectView(value));
  wrapped.set(value, made);
  originals.set(made, value);
  return made;
}

/** The JSON that a value of CEL was made of by `fromJson`, if it was. */
export function originalOf(value: object): JsonValue | undefined {
  return originals.get(value);
}

/** What expressions see of nodes. */
export interface NodeLookup {
  /** Undefined for a node that is not there or has not ended. */
  get(id: string): JsonObject | undefined;
  /** The ids of the nodes that there may be. */
  ids(): Iterable<string>;
}

/** The nodes of a run as expressions see them: a field for each that has ended, made when it is read. */
class NodesView implements ReadonlyMap<string, CelInput> {
  readonly #lookup: NodeLookup;

  constructor(lookup: NodeLookup) {
    this.#lookup = lookup;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  get(id: string): CelInput | undefined {
    const value = this.#lookup.get(id);
    return value === undefined ? undefined : fromJson(value);
  }

  has(id: string): boolean {
    return this.#lookup.get(id) !== undefined;
  }

  forEach(visit: (value: CelInput, key: string, map: ReadonlyMap<string, CelInput>) => void): void {
    for (const [id, value] of this.entries()) visit(value, id, this);
  }

  *entries(): MapIterator<[string, CelInput]> {
    for (const id of this.#lookup.ids()) {
      const value = this.get(id);
      if (value !== undefined) yield [id, value];
    }
  }

  *keys(): MapIterator<string> {
    for (const [id] of this.entries()) yield id;
  }

  *values(): MapIterator<CelInput> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, CelInput]> {
    return this.entries();
  }
}

/** The variable `nodes` of a run, which costs nothing for nodes that no expression reads. */
export function nodesView(lookup: NodeLookup): CelInput {
  return celMap(new NodesView(lookup));
}

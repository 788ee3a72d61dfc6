import { isJsonObject, type JsonObject } from '@flowprof/model';
import { isList, parseJson, pointerOf, valueAt, withValue, type Path } from './json.ts';

/** What is wrong with a text, and where. */
export interface TextFault {
  readonly message: string;
  /** Characters before it. */
  readonly offset: number;
}

/** How long a text is looked at; the server takes no larger definition. */
const MOST_CHARACTERS = 1024 * 1024;
const MOST_DEPTH = 64;

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;

/** An object or list that is being read. */
interface Open {
  readonly kind: 'object' | 'list';
  readonly pointer: string;
  readonly keys: Set<string>;
  items: number;
}

/** Goes over a JSON text once and notes where each value stands. Does not recurse. */
class Scanner {
  /** The offset of each value by its pointer. */
  readonly places = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @throws {TextError} */
  scan(): void {
    const open: Open[] = [];
    this.#value('', open);
    while (open.length > 0) this.#inside(open);
    this.#space();
    if (this.#at < this.#text.length) this.#fail('nothing may follow the end of the file');
  }

  #fail(message: string, offset = this.#at): never {
    throw new TextError(message, offset);
  }

  #space(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) return null;
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #value(pointer: string, open: Open[]): void {
    this.#space();
    this.places.set(pointer, this.#at);
    const c = this.#text[this.#at];
    if (c === '{' || c === '[') {
      if (open.length >= MOST_DEPTH) this.#fail('this is nested deeper than 64 levels');
      this.#at++;
      open.push({ kind: c === '{' ? 'object' : 'list', pointer, keys: new Set(), items: 0 });
    } else if (c === '"') {
      if (this.#take(STRING) === null) this.#fail('this text has no end, or holds a character that must be escaped');
    } else if (this.#take(SCALAR) === null)
      this.#fail(c === undefined ? 'the file ends too early' : 'a value is expected here');
  }

  #inside(open: Open[]): void {
    const top = open[open.length - 1];
    if (top === undefined) return;
    this.#space();
    const end = top.kind === 'object' ? '}' : ']';
    const isFirst = top.items === 0;
    if (this.#text[this.#at] === end) {
      this.#at++;
      open.pop();
      return;
    }
    if (!isFirst) {
      if (this.#text[this.#at] !== ',') this.#fail(`a comma or ${end} is expected here`);
      this.#at++;
      this.#space();
      if (this.#text[this.#at] === end) this.#fail('there is a comma too many before this');
    }
    const key = top.kind === 'list' ? String(top.items) : this.#key(top);
    top.items++;
    this.#value(top.pointer + pointerOf([key]), open);
  }

  #key(top: Open): string {
    const start = this.#at;
    const raw = this.#take(STRING);
    if (raw === null) this.#fail('a field name in double quotes is expected here');
    const key = parseJson(raw);
    if (typeof key !== 'string') this.#fail('a field name is expected here', start);
    if (top.keys.has(key)) this.#fail(`the field "${key.slice(0, 50)}" stands twice in one object`, start);
    top.keys.add(key);
    this.#space();
    if (this.#text[this.#at] !== ':') this.#fail('a colon is expected here');
    this.#at++;
    return key;
  }
}

class TextError extends Error {
  override readonly name = 'TextError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What a text says, with the offset of each value by its pointer. */
export type ReadText =
  | { readonly file: JsonObject; readonly places: ReadonlyMap<string, number> }
  | { readonly fault: TextFault };

/** Reads the text of a workflow file. */
export function readText(text: string): ReadText {
  if (text.length > MOST_CHARACTERS) return { fault: { message: 'the file is larger than 1 MiB', offset: 0 } };
  const scanner = new Scanner(text);
  try {
    scanner.scan();
  } catch (error) {
    if (error instanceof TextError) return { fault: { message: error.message, offset: error.offset } };
    throw error;
  }
  const file = parseJson(text);
  if (!isJsonObject(file)) return { fault: { message: 'a workflow file is one object: { … }', offset: 0 } };
  return { file, places: scanner.places };
}

/** Where a pointer, or what is nearest around it, stands in a text. */
export function offsetOf(places: ReadonlyMap<string, number>, pointer: string): number {
  let at = pointer;
  while (!places.has(at) && at !== '') at = at.slice(0, at.lastIndexOf('/'));
  return places.get(at) ?? 0;
}

/** The line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

export function writeText(file: JsonObject): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}

const FILE_ORDER = [
  '$schema',
  'name',
  'description',
  'version',
  'inputs',
  'services',
  'concurrency',
  'typeConcurrency',
  'pools',
  'rateLimits',
  'timeoutMs',
  'workflows',
  'nodes',
  'output',
];
const NODE_ORDER = [
  'id',
  'name',
  'type',
  'dependsOn',
  'when',
  'with',
  'retry',
  'timeoutMs',
  'attemptTimeoutMs',
  'priority',
  'pool',
  'rateLimit',
  'weight',
  'onFailure',
  'nodes',
];

function ordered(object: JsonObject, order: readonly string[]): JsonObject {
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => rank(a) - rank(b)));
}

/** A file with its fields in the order that people write them in: a database keeps none. Values stay as they are. */
export function inOrder(file: JsonObject): JsonObject {
  let made = ordered(file, FILE_ORDER);
  const todo: Path[] = [['nodes']];
  const inner = made['workflows'];
  if (inner !== undefined && isJsonObject(inner)) {
    for (const [name, workflow] of Object.entries(inner)) {
      if (!isJsonObject(workflow)) continue;
      made = withValue(made, ['workflows', name], ordered(workflow, FILE_ORDER));
      todo.push(['workflows', name, 'nodes']);
    }
  }
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const list = valueAt(made, path);
    if (!isList(list)) continue;
    const nodes = list.map((node) => (isJsonObject(node) ? ordered(node, NODE_ORDER) : node));
    made = withValue(made, path, nodes);
    for (const [at, node] of nodes.entries()) {
      if (isJsonObject(node) && isList(node['nodes'])) todo.push([...path, at, 'nodes']);
    }
  }
  return made;
}

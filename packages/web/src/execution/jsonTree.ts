/** A line of a folded JSON document. */
export interface JsonLine {
  /** A JSON pointer (RFC 6901): its own. */
  readonly path: string;
  readonly depth: number;
  /** The name of the field or the position in the list; empty for the whole. */
  readonly name: string;
  /** Null for what has nothing inside. */
  readonly isOpen: boolean | null;
  /** The value, or what is inside. */
  readonly text: string;
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null' | 'more';
  /** Whether it is what was searched for. */
  readonly isMatch: boolean;
}

/** Longer texts are cut, longer lists too, and more matches are not looked for; the file has everything. */
const MOST_TEXT = 300;
const MOST_INSIDE = 1000;
const MOST_LINES = 200_000;
const MOST_MATCHES = 1000;

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function kindOf(value: unknown): JsonLine['kind'] {
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    default:
      return isContainer(value) ? 'object' : 'null';
  }
}

function pathTo(path: string, name: string): string {
  return `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 item' : `${value.length.toLocaleString('en')} items`;
  if (isContainer(value)) {
    const count = Object.keys(value).length;
    return count === 1 ? '1 field' : `${count.toLocaleString('en')} fields`;
  }
  const text = JSON.stringify(value) ?? 'null';
  return text.length <= MOST_TEXT
    ? text
    : `${text.slice(0, MOST_TEXT)}… ${(text.length - MOST_TEXT).toLocaleString('en')} more`;
}

/** What is found in a document. */
export interface JsonMatches {
  /** The paths of what was found. */
  readonly found: ReadonlySet<string>;
  /** These, and the paths of all that they are in. */
  readonly shown: ReadonlySet<string>;
  /** Whether there is more than was looked for. */
  readonly isCut: boolean;
}

interface Entry {
  readonly value: unknown;
  readonly path: string;
  readonly name: string;
  readonly depth: number;
}

/** What is directly inside a value, in order. */
function inside({ value, path, depth }: Entry): Entry[] {
  if (!isContainer(value)) return [];
  const fields: readonly (readonly [string, unknown])[] = Object.entries(value);
  return fields.map(([name, one]) => ({ value: one, path: pathTo(path, name), name, depth: depth + 1 }));
}

/** Finds fields whose name or value has a text, whatever the case; null where nothing is searched for. */
export function searchJson(document: unknown, text: string): JsonMatches | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return null;
  const found = new Set<string>();
  const shown = new Set<string>();
  const waiting: Entry[] = [{ value: document, path: '', name: '', depth: 0 }];
  let isCut = false;
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const { value, path, name } = entry;
    const isNamed = name.toLowerCase().includes(wanted);
    if (isNamed || (!isContainer(value) && String(value).toLowerCase().includes(wanted))) {
      if (found.size >= MOST_MATCHES) {
        isCut = true;
        break;
      }
      found.add(path);
      for (let at = path; !shown.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) shown.add(at);
    }
    for (const child of inside(entry).reverse()) waiting.push(child);
  }
  return { found, shown, isCut };
}

/**
 * The lines of a document to show: what is open, or what was found with all that it is in.
 * @param toggled the paths of what is otherwise than at first: the whole and what is directly in it is open, the rest closed
 */
export function jsonLines(document: unknown, toggled: ReadonlySet<string>, matches: JsonMatches | null): JsonLine[] {
  const lines: JsonLine[] = [];
  const waiting: (Entry | JsonLine)[] = [{ value: document, path: '', name: '', depth: 0 }];
  for (let entry = waiting.pop(); entry !== undefined && lines.length < MOST_LINES; entry = waiting.pop()) {
    if (!('value' in entry)) {
      lines.push(entry);
      continue;
    }
    const { value, path, name, depth } = entry;
    const holds = isContainer(value) && Object.keys(value).length > 0;
    const isFirst = matches === null ? depth === 0 : matches.shown.has(path) && !matches.found.has(path);
    const isOpen = holds ? isFirst !== toggled.has(path) : null;
    const isMatch = matches?.found.has(path) ?? false;
    lines.push({ path, depth, name, isOpen, text: textOf(value), kind: kindOf(value), isMatch });
    if (isOpen !== true) continue;
    const isNarrowed = matches !== null && isFirst;
    const children = isNarrowed ? inside(entry).filter((child) => matches.shown.has(child.path)) : inside(entry);
    if (children.length > MOST_INSIDE) {
      const more = `${(children.length - MOST_INSIDE).toLocaleString('en')} more, in the file`;
      waiting.push({
        path: `${path}/…`,
        depth: depth + 1,
        name: '',
        isOpen: null,
        text: more,
        kind: 'more',
        isMatch: false,
      });
    }
    for (const child of children.slice(0, MOST_INSIDE).reverse()) waiting.push(child);
  }
  return lines;
}

/**
 * Makes packages/model/src/formats/temporal/schema.ts of the .proto files in packages/model/proto/temporal: of every message
 * that a history can hold, its fields by number; of every enum, its names. `--check` only says whether the file is what
 * the .proto files give.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const PROTO = join(HERE, 'packages/model/proto/temporal');
const OUT = join(HERE, 'packages/model/src/formats/temporal/schema.ts');
const ROOT = '.temporal.api.history.v1.History';

const SCALARS = new Map([
  ...['int32', 'int64', 'uint32', 'uint64'].map((type) => [type, 'int']),
  ['bool', 'bool'],
  ['string', 'string'],
  ['bytes', 'bytes'],
  ['double', 'double'],
  ['float', 'float'],
]);

const messages = new Map();
const enums = new Map();

/** The tokens of a .proto file, without comments. */
function tokensOf(text) {
  const bare = text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ' ');
  return bare.match(/"(?:[^"\\]|\\.)*"|-?[\w.]+|[^\s\w]/g) ?? [];
}

/** Takes one statement of a message or enum: a field or a value; options are left out. */
function takeStatement(scope, isEnum, words) {
  const equals = words.indexOf('=');
  if (equals < 1 || ['option', 'reserved', 'extensions'].includes(words[0])) return;
  const number = Number(words[equals + 1]);
  if (isEnum) {
    enums.get(scope).push([number, words[0]]);
    return;
  }
  const name = words[equals - 1];
  const isMap = words[0] === 'map';
  const isRepeated = words[0] === 'repeated';
  const type = isMap ? words.slice(2, equals - 2) : [words[isRepeated || words[0] === 'optional' ? 1 : 0]];
  messages.get(scope).push({ number, name, isMap, isRepeated, type: type.filter((word) => word !== ',') });
}

function readProto(text) {
  const tokens = tokensOf(text);
  const scopes = [];
  let packageName = '';
  let words = [];
  for (const token of tokens) {
    const scope = () =>
      ['', packageName, ...scopes.filter(({ kind }) => kind !== 'oneof').map(({ name }) => name)].join('.');
    if (token === '{' && ['message', 'enum', 'oneof'].includes(words[0])) {
      scopes.push({ kind: words[0], name: words[1] });
      if (words[0] === 'message') messages.set(scope(), []);
      if (words[0] === 'enum') enums.set(scope(), []);
      words = [];
    } else if (token === '}') {
      scopes.pop();
      words = [];
    } else if (token === ';') {
      if (words[0] === 'package') packageName = words[1];
      else if (scopes.length > 0) takeStatement(scope(), scopes.at(-1).kind === 'enum', words);
      words = [];
    } else words.push(token);
  }
}

/** The full name of a type that is named within a message: the innermost scope counts. */
function resolve(scope, type) {
  if (type.startsWith('.')) return type;
  for (let at = scope; ; at = at.slice(0, at.lastIndexOf('.'))) {
    const name = `${at}.${type}`;
    if (messages.has(name) || enums.has(name)) return name;
    if (at === '') throw new Error(`${scope} names ${type}, which no file has`);
  }
}

const camel = (name) => name.replace(/_+(\w)/g, (_, letter) => letter.toUpperCase());
const short = (name) => name.replace(/^\.(google\.protobuf|temporal\.api)\./, '').replace(/\.v1\./, '.');

function kindOf(scope, type, found) {
  const scalar = SCALARS.get(type);
  if (scalar !== undefined) return scalar;
  const name = resolve(scope, type);
  found.push(name);
  return enums.has(name) ? `enum ${short(name)}` : `message ${short(name)}`;
}

/** A field as one line of text: number, name, what it is. */
function lineOf(scope, { number, name, isMap, isRepeated, type }, found) {
  const kinds = type.map((one) => kindOf(scope, one, found));
  const kind = isMap ? `map ${kinds[1]}` : `${isRepeated ? 'list ' : ''}${kinds[0]}`;
  return `${number} ${camel(name)} ${kind}`;
}

function collect() {
  const used = { messages: new Map(), enums: new Map() };
  const open = [ROOT];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (enums.has(name)) used.enums.set(short(name), Object.fromEntries(enums.get(name)));
    if (used.messages.has(short(name)) || !messages.has(name)) continue;
    const found = [];
    const fields = messages.get(name).toSorted((a, b) => a.number - b.number);
    used.messages.set(
      short(name),
      fields.map((field) => lineOf(name, field, found)),
    );
    open.push(...found);
  }
  return used;
}

const sorted = (map) => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
/** A key of an object, in quotes where it needs them. */
function keyOf(name) {
  return /^\w+$/.test(name) ? name : `'${name}'`;
}

/** A line of a table. */
function entry([name, parts]) {
  return `  ${keyOf(name)}: '${parts.join('; ')}',`;
}

function render({ messages: all, enums: names }) {
  const values = sorted(names).map(([name, byNumber]) => [
    name,
    Object.entries(byNumber).map(([number, value]) => `${number} ${value}`),
  ]);
  const lines = [
    '/**',
    ' * The messages and enums of a Temporal history, made by `scripts/temporal-schema.mjs` of the files in',
    ' * `packages/model/proto/temporal` (temporalio/api, MIT). Not to be changed by hand.',
    ' */',
    '',
    '/** The fields of each message: number, name in JSON, and kind. */',
    'export const MESSAGES: Readonly<Record<string, string>> = {',
    ...sorted(all).map(entry),
    '};',
    '',
    '/** The names of each enum by their numbers. */',
    'export const ENUMS: Readonly<Record<string, string>> = {',
    ...values.map(entry),
    '};',
    '',
  ];
  return lines.join('\n');
}

/** A text without its white space, which the formatter changes. */
const packed = (text) => text.replace(/\s+/g, '');

for (const file of readdirSync(PROTO, { recursive: true })) {
  if (file.endsWith('.proto')) readProto(readFileSync(join(PROTO, file), 'utf8'));
}
const text = render(collect());
if (!process.argv.includes('--check')) writeFileSync(OUT, text);
else if (packed(readFileSync(OUT, 'utf8')) !== packed(text)) {
  process.stderr.write('schema.ts is not what the .proto files give; run node scripts/temporal-schema.mjs\n');
  process.exitCode = 1;
}

/**
 * Makes packages/model/src/formats/temporal/schema.ts of what @temporalio/proto describes: of every message that a history
 * can hold, its fields by number; of every enum, its names. `--check` only says whether the file is what that gives.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('..', import.meta.url));
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

/** Takes a namespace, message or enum, and all that is in it. */
function take(json, scope) {
  if (json.values !== undefined) {
    const byNumber = Object.entries(json.values).map(([name, number]) => [number, name]);
    enums.set(scope, byNumber);
  }
  if (json.fields !== undefined) {
    const fields = Object.entries(json.fields).map(([name, { id, type, rule, keyType }]) => {
      const isMap = keyType !== undefined;
      return { number: id, name, isMap, isRepeated: rule === 'repeated', type: isMap ? [keyType, type] : [type] };
    });
    messages.set(scope, fields);
  }
  for (const [name, nested] of Object.entries(json.nested ?? {})) take(nested, `${scope}.${name}`);
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
    ' * The messages and enums of a Temporal history, made by `scripts/temporal-schema.mjs` of what `@temporalio/proto`',
    ' * (MIT) describes. Not to be changed by hand.',
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

take(createRequire(import.meta.url)('@temporalio/proto/protos/json-module.js').toJSON(), '');
const text = render(collect());
if (!process.argv.includes('--check')) writeFileSync(OUT, text);
else if (packed(readFileSync(OUT, 'utf8')) !== packed(text)) {
  process.stderr.write('schema.ts is not what @temporalio/proto gives; run node scripts/temporal-schema.mjs\n');
  process.exitCode = 1;
}

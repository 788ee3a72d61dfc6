import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { TraceFileError } from '../src/formats/errors.ts';
import { readTraceFile } from '../src/formats/registry.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url));
const NO_TRACE = /^LICENCE|\.md$|^expected|^manifest|\.proto$/i;

/** Of longer files only the beginning is taken, so that a reading takes milliseconds. */
const MOST_BYTES = 256 * 1024;

/** A file to damage. */
interface Victim {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Every file of `fixtures/`, unpacked. */
export function victims(): readonly Victim[] {
  const found: Victim[] = [];
  for (const entry of readdirSync(FIXTURES, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || NO_TRACE.test(entry.name) || statSync(path).size === 0) continue;
    const packed = readFileSync(path);
    const bytes = entry.name.endsWith('.gz') ? gunzipSync(packed) : packed;
    found.push({ name: relative(FIXTURES, path), bytes: Uint8Array.from(bytes.subarray(0, MOST_BYTES)) });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Numbers from 0 up to 1 that are the same on every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const encoder = new TextEncoder();
const TELLING = encoder.encode('0123456789"{}[]:,;-.eBEXbnsftMC \\\n\t');
const VALUES = [
  '0',
  '-1',
  '1e308',
  '-1e308',
  '9007199254740993',
  '99999999999999999999999',
  '1e-300',
  'null',
  '""',
  'true',
  '{}',
  '[]',
  '-',
].map((text) => encoder.encode(text));

type Below = (limit: number) => number;

function replaced(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length - (to - from) + by.length);
  out.set(bytes.subarray(0, from));
  out.set(by, from);
  out.set(bytes.subarray(to), from + by.length);
  return out;
}

/** A stretch of a file, short ones more often than long ones. */
function stretch(bytes: Uint8Array, below: Below): readonly [from: number, to: number] {
  const from = below(bytes.length);
  return [from, Math.min(bytes.length, from + 1 + below(2 ** below(14)))];
}

/** The digits at or after a position, or nothing. */
function digitsFrom(bytes: Uint8Array, position: number): readonly [from: number, to: number] {
  let from = position;
  const isDigit = (at: number) => at < bytes.length && (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
  while (from < bytes.length && from < position + 1000 && !isDigit(from)) from++;
  let to = from;
  while (isDigit(to)) to++;
  return [from, to];
}

/** One change. */
function changed(bytes: Uint8Array, other: Uint8Array, below: Below): Uint8Array {
  if (bytes.length === 0) return other;
  const [from, to] = stretch(bytes, below);
  switch (below(9)) {
    case 0: {
      const out = Uint8Array.from(bytes);
      const at = below(out.length);
      out[at] = (out[at] ?? 0) ^ (1 << below(8));
      return out;
    }
    case 1: {
      const out = Uint8Array.from(bytes);
      out[below(out.length)] = TELLING[below(TELLING.length)] ?? 0;
      return out;
    }
    case 2:
      return bytes.subarray(0, from);
    case 3:
      return replaced(bytes, from, to, new Uint8Array(0));
    case 4: // doubled
      return replaced(bytes, to, to, bytes.subarray(from, to));
    case 5: {
      // moved: with a later stretch, the two change places
      const cut = replaced(bytes, from, to, new Uint8Array(0));
      const at = below(cut.length + 1);
      return replaced(cut, at, at, bytes.subarray(from, to));
    }
    case 6: {
      const [otherFrom, otherTo] = stretch(other, below);
      return replaced(bytes, from, from, other.subarray(otherFrom, otherTo));
    }
    default: {
      const [first, last] = digitsFrom(bytes, from);
      return replaced(bytes, first, last, VALUES[below(VALUES.length)] ?? new Uint8Array(0));
    }
  }
}

/** A mutant of a file: one to four changes, the same for the same number. */
export function mutant(number: number, seed: number, files: readonly Victim[]): Victim {
  const random = seededRandom(Math.imul(number + 1, 0x9e3779b1) ^ seed);
  const below: Below = (limit) => Math.floor(random() * limit);
  const victim = files[number % files.length];
  const other = files[below(files.length)];
  if (victim === undefined || other === undefined) throw new RangeError('there are no files');
  let { bytes } = victim;
  for (let changes = 1 + below(4); changes > 0; changes--) bytes = changed(bytes, other.bytes, below);
  return { name: victim.name, bytes };
}

/** Reads a mutant: `read`, or the code of the refusal. Throws whatever is neither. */
export async function outcomeOf({ name, bytes }: Victim): Promise<string> {
  try {
    const traces = await readTraceFile(bytes, { fileName: name });
    if (traces.length === 0) throw new Error('no execution and no refusal');
    return 'read';
  } catch (error) {
    if (!(error instanceof TraceFileError)) throw error;
    if (error.message.includes('\n')) throw new Error('a refusal of more than one line', { cause: error });
    return error.code;
  }
}

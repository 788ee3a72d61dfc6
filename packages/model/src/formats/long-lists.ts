import type { JsonValue } from '../json.ts';
import type { Steps } from '../steps.ts';
import { NONE } from '../trace/trace.ts';
import { TraceFileError } from './errors.ts';
import { isJsonArray, JsonReader, parseJson } from './json-reader.ts';

/** A list with more items is cut into parts of so many. */
const PART_ITEMS = 2048;

/**
 * Whole numbers of a list as their differences, which are short in JSON and quick to parse: those from one position to
 * another.
 */
function deltas(values: ArrayLike<number>, from: number, to: number): number[] {
  const out: number[] = [];
  let last = from === 0 ? NONE : values[from - 1];
  for (let i = from; i < to; i++) {
    out.push(values[i] - last);
    last = values[i];
  }
  return out;
}

function isPlain(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== NONE) return false;
  return true;
}

interface LongList {
  readonly pointer: string;
  readonly length: number;
  readonly part: (from: number, to: number) => readonly JsonValue[];
}

/** Takes the long lists out of a JSON document that is being made: an empty list stands there in place of each. */
export class LongLists {
  readonly #long: LongList[] = [];

  /** The list as it is to stand at the JSON pointer. */
  values(pointer: string, values: readonly JsonValue[]): JsonValue {
    return this.#take({ pointer, length: values.length, part: (from, to) => values.slice(from, to) });
  }

  /** Whole numbers as their differences. Null when every one is `NONE`, which is common. */
  numbers(pointer: string, values: ArrayLike<number>): JsonValue {
    if (isPlain(values)) return null;
    return this.#take({ pointer, length: values.length, part: (from, to) => deltas(values, from, to) });
  }

  /** The parts of the lists that were taken out, in order, as JSON: the pointer of the list, and items of it. */
  *texts(): Iterable<string> {
    for (const { pointer, length, part } of this.#long) {
      for (let from = 0; from < length; from += PART_ITEMS) {
        yield JSON.stringify([pointer, part(from, Math.min(length, from + PART_ITEMS))]);
      }
    }
  }

  #take(list: LongList): readonly JsonValue[] {
    if (list.length <= PART_ITEMS) return list.part(0, list.length);
    this.#long.push(list);
    return [];
  }
}

/** Puts the parts of long lists where their pointers say, one a step. @throws {TraceFileError} `malformed` */
export function* joinLists(document: JsonReader, texts: Iterable<string>): Steps<void> {
  for (const text of texts) {
    const part = new JsonReader(parseJson(text));
    const [pointer = null, items = null] = part.array();
    let at = document;
    for (const step of new JsonReader(pointer).string().split('/').slice(1)) at = at.at(step);
    const list: unknown = at.array();
    if (!Array.isArray(list) || !isJsonArray(items)) throw new TraceFileError('malformed', 'a list is damaged');
    for (const item of items) list.push(item);
    yield;
  }
}

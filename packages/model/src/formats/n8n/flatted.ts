import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isJsonArray } from '../json-reader.ts';

/** What is left out of which objects, by a field that those have: the items of nodes are by far the most of an execution. */
const LEFT_OUT: readonly (readonly [mark: string, fields: ReadonlySet<string>])[] = [
  ['startTime', new Set(['data', 'inputOverride'])],
  ['resultData', new Set(['executionData'])],
  ['runData', new Set(['pinData'])],
];

const NOTHING: ReadonlySet<string> = new Set();

function leftOutOf(object: JsonObject): ReadonlySet<string> {
  return LEFT_OUT.find(([mark]) => Object.hasOwn(object, mark))?.[1] ?? NOTHING;
}

/** More values than this are not unfolded; without the items an execution has a few for each run of a node. */
const MOST_VALUES = 5_000_000;

type Mutable = JsonValue[] | Record<string, JsonValue>;

/**
 * Unfolds what the package `flatted` has folded: a list whose first item is the document, and in which every text inside of
 * an object or a list is the position of the value in the list. What several places share is one object, which may hold
 * itself. The items of nodes are left out.
 * @returns null where the value is no such list
 */
export function unfold(value: JsonValue): JsonValue | null {
  if (!isJsonArray(value) || value.length === 0) return null;
  const values = value;
  const made = new Map<number, Mutable>();
  const open: number[] = [];
  const valueAt = (position: JsonValue): JsonValue | undefined => {
    if (typeof position !== 'string') return position;
    const index = Number(position);
    const found = Number.isSafeInteger(index) ? values[index] : undefined;
    if (typeof found !== 'object' || found === null) return found;
    const known = made.get(index);
    if (known !== undefined) return known;
    const empty: Mutable = isJsonArray(found) ? [] : {};
    made.set(index, empty);
    open.push(index);
    return empty;
  };
  const root = valueAt('0');
  let count = 0;
  for (let next = 0; next < open.length && count < MOST_VALUES; next++) {
    const index = open[next];
    const folded = values[index];
    const target = made.get(index);
    if (isJsonArray(folded) && Array.isArray(target)) {
      for (const item of folded) target.push(valueAt(item) ?? null);
      count += folded.length;
    } else if (isJsonObject(folded) && target !== undefined && !Array.isArray(target)) {
      const leftOut = leftOutOf(folded);
      for (const [key, item] of Object.entries(folded)) {
        count++;
        if (leftOut.has(key)) continue;
        const unfolded = valueAt(item);
        if (unfolded !== undefined && key !== '__proto__') target[key] = unfolded;
      }
    }
  }
  return root ?? null;
}

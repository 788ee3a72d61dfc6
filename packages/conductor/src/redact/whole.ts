import type { JsonValue } from '@flowprof/model';
import { isList, type Strike } from './bounded.ts';
import { isSecretEntry, isSecretFlag, STRUCK_OUT } from './names.ts';

/** A list or object whose items are being copied. */
interface Copying {
  /** Of an object; null for a list. */
  readonly keys: readonly string[] | null;
  readonly items: readonly JsonValue[];
  readonly done: JsonValue[];
}

function isStruckOut({ keys, items, done }: Copying): boolean {
  const item = items[done.length] ?? null;
  const key = keys?.[done.length];
  if (key !== undefined) return isSecretEntry(key, item);
  return typeof item === 'string' && isSecretFlag(items[done.length - 1] ?? null);
}

/** The whole value with its secrets struck out, however deep it is. */
export function strikeWhole(value: JsonValue, strike: Strike): JsonValue {
  const open: Copying[] = [];
  /** The copy of a plain value at once; null for a list or object, whose copying begins. */
  const begin = (item: JsonValue): { readonly copy: JsonValue } | null => {
    if (typeof item === 'string') return { copy: strike.text(item) };
    if (typeof item === 'number') return { copy: strike.isKnown(String(item)) ? STRUCK_OUT : item };
    if (typeof item !== 'object' || item === null) return { copy: item };
    if (isList(item)) open.push({ keys: null, items: item, done: [] });
    else open.push({ keys: Object.keys(item), items: Object.values(item), done: [] });
    return null;
  };
  let made = begin(value);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { keys, items, done } = top;
    if (made !== null) done.push(made.copy);
    made = null;
    const item = items[done.length];
    if (item !== undefined) {
      made = isStruckOut(top) ? { copy: STRUCK_OUT } : begin(item);
      continue;
    }
    open.pop();
    made = {
      copy: keys === null ? done : Object.fromEntries(keys.map((key, i) => [strike.text(key), done[i] ?? null])),
    };
  }
  return made?.copy ?? null;
}

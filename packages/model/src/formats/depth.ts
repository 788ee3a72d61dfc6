import { isJsonObject, type JsonValue } from '../json.ts';

/** Data of a record may be nested this deeply; other programs overflow their stack on what is much deeper. */
export const MAX_DEPTH = 64;

/** Whether a value holds arrays or objects nested deeper than so many levels. Looks no deeper than that. */
export function isDeeperThan(value: JsonValue | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels <= 0) return true;
  if (isJsonObject(value)) {
    for (const key in value) {
      const item = value[key];
      if (typeof item === 'object' && isDeeperThan(item, levels - 1)) return true;
    }
    return false;
  }
  for (const item of value) {
    if (typeof item === 'object' && isDeeperThan(item, levels - 1)) return true;
  }
  return false;
}

import { isSecretEntry, STRUCK_OUT } from '@flowprof/conductor';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { StoredRun } from '@flowprof/store';

/** An execution has at most so many labels; names and values are cut to so many characters. */
const MOST = 64;
const NAME_LENGTH = 100;
const VALUE_LENGTH = 120;
/** Objects within objects are followed this deep. */
const DEPTH = 4;

/** The value of a label; null where it would tell nothing or a secret. */
function valueOf(key: string, value: JsonValue): string | null {
  if (value === null || typeof value === 'object' || isSecretEntry(key, value)) return null;
  const text = String(value).trim();
  return text === '' || text.includes(STRUCK_OUT) ? null : text.slice(0, VALUE_LENGTH);
}

/** The scalars in an object by their paths, and how long its lists are. */
function* flattened(object: JsonObject, prefix: string): Generator<readonly [string, string]> {
  const open = [{ object, prefix, depth: 1 }];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const [key, value] of Object.entries(next.object)) {
      const name = `${next.prefix}.${key}`;
      if (Array.isArray(value)) yield [`${name}.length`, String(value.length)];
      else if (!isJsonObject(value)) {
        const text = valueOf(key, value);
        if (text !== null) yield [name, text];
      } else if (next.depth < DEPTH && !isSecretEntry(key, value)) {
        open.push({ object: value, prefix: name, depth: next.depth + 1 });
      }
    }
  }
}

function* labelsIn(run: StoredRun, tracks: readonly string[]): Generator<readonly [string, string]> {
  yield ['trigger', run.trigger];
  if (run.concurrency !== null) yield ['concurrency', String(run.concurrency)];
  if (tracks.length > 0) yield ['worker', tracks.join(', ').slice(0, VALUE_LENGTH)];
  if (run.input !== null) yield* flattened(run.input, 'input');
  if (run.attributes !== null) yield* flattened(run.attributes, 'attribute');
}

/**
 * What may tell an execution from others of its workflow: what started it, what ran it, its inputs by their
 * paths (`input.size`, `input.items.length`) and what its source says of it (`attribute.region`). No secrets; bounded.
 */
export function labelsOf(run: StoredRun, tracks: readonly string[]): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  for (const [name, value] of labelsIn(run, tracks)) {
    if (labels.size >= MOST) break;
    labels.set(name.slice(0, NAME_LENGTH), value);
  }
  return Object.fromEntries(labels);
}

import { isDeeperThan, MAX_DEPTH } from '../depth.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Beyond this (30,000 years in microseconds) numbers are taken for damage: sums with them would not be finite. */
const LARGEST = 1e18;

/** A number that may be written as a string; NaN where there is none that can be calculated with. */
export function numberOf(value: JsonValue | undefined): number {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = typeof value === 'number' || isText ? Number(value) : Number.NaN;
  return Math.abs(number) <= LARGEST ? number : Number.NaN;
}

/** A name or id as text; empty where there is none. */
export function labelOf(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** What is put in the place of arguments that are nested too deeply to be kept. */
const TOO_DEEP: JsonObject = { flowprof: 'the arguments were nested too deeply to be kept' };

function isEmpty(object: JsonObject): boolean {
  for (const key in object) if (Object.hasOwn(object, key)) return false;
  return true;
}

/** The arguments of an event, or null where it has none. */
export function argsOf(event: JsonObject): JsonObject | null {
  const { args } = event;
  if (!isJsonObject(args) || isEmpty(args)) return null;
  return isDeeperThan(args, MAX_DEPTH) ? TOO_DEEP : args;
}

/** What is kept of an event beside its name and times. */
export function metadataOf(event: JsonObject, category: string = labelOf(event['cat'])): JsonObject | null {
  const args = argsOf(event);
  if (args === null) return category === '' ? null : { category };
  return category === '' ? { args } : { category, args };
}

/** The id that joins the events of a flow or an asynchronous slice; ids may be local to a process. */
export function joinedId(event: JsonObject): string {
  const { id, id2 } = event;
  if (isJsonObject(id2)) {
    const local = id2['local'];
    return local === undefined ? labelOf(id2['global']) : `${labelOf(event['pid'])}:${labelOf(local)}`;
  }
  const scope = labelOf(event['scope']);
  return scope === '' ? labelOf(id) : `${scope}:${labelOf(id)}`;
}

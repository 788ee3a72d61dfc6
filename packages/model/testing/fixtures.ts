import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readTraceFile } from '../src/formats/registry.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/json.ts';
import type { Trace } from '../src/trace/trace.ts';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);

/** The content of a file of `fixtures/`, unpacked. */
export function fixtureBytes(path: string): Uint8Array {
  const bytes = readFileSync(new URL(path, FIXTURES));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The executions in a file of `fixtures/`. */
export function fixtureTraces(path: string): Promise<readonly Trace[]> {
  return readTraceFile(fixtureBytes(path), { fileName: path.slice(path.lastIndexOf('/') + 1) });
}

const parse: (text: string) => JsonValue = JSON.parse;

/** A JSON file of `fixtures/`. */
export function fixtureJson(path: string): JsonValue {
  return parse(new TextDecoder().decode(fixtureBytes(path)));
}

/** A part of a JSON value that must be an object; `{}` where there is none. */
export function objectAt(value: JsonValue | undefined, ...path: readonly string[]): JsonObject {
  let at = value;
  for (const key of path) at = isJsonObject(at) ? at[key] : undefined;
  return isJsonObject(at) ? at : {};
}

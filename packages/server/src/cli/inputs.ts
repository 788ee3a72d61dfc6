import { readFileSync } from 'node:fs';

import type { WorkflowDefinition } from '@flowprof/conductor';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import { z } from 'zod';

import { reasonOf, UsageError } from './errors.ts';

type Inputs = WorkflowDefinition['inputs'];

const JSON_FORMS: Readonly<Record<string, z.ZodType<JsonValue>>> = {
  number: z.number(),
  boolean: z.boolean(),
  object: z.record(z.string(), z.json()),
  array: z.array(z.json()),
};

/** The value that the text after `key=` stands for: text for an input of type string, else JSON of the declared type. */
function valueOf(key: string, text: string, type: string): JsonValue {
  const form = JSON_FORMS[type];
  if (form === undefined) return text;
  try {
    return form.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`--input ${key}: ${JSON.stringify(text.slice(0, 60))} is no ${type}`);
  }
}

/** Reads the object of inputs in a JSON file. @throws {UsageError} */
function readInputFile(file: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read the inputs in ${file}: ${reasonOf(error)}`);
  }
  try {
    const value = z.json().parse(JSON.parse(text));
    if (isJsonObject(value)) return value;
  } catch {
    throw new UsageError(`${file}: the inputs are not JSON`);
  }
  throw new UsageError(`${file}: the inputs must be a JSON object`);
}

/**
 * The input of a run: what `--input-file` holds, and over it what `--input key=value` says. A workflow that declares no
 * inputs takes any, as text.
 * @throws {UsageError} for a name that the workflow does not declare, or a value of another type
 */
export function inputOf(declared: Inputs, pairs: readonly string[], file: string | undefined): JsonObject {
  const input = new Map<string, JsonValue>(Object.entries(file === undefined ? {} : readInputFile(file)));
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw new UsageError(`--input wants key=value, not ${JSON.stringify(pair.slice(0, 60))}`);
    const key = pair.slice(0, at);
    input.set(key, valueOf(key, pair.slice(at + 1), declared?.[key]?.type ?? 'string'));
  }
  if (declared === undefined) return Object.fromEntries(input);
  const unknown = [...input.keys()].find((key) => !Object.hasOwn(declared, key));
  if (unknown !== undefined) {
    const names = Object.keys(declared);
    const known = names.length === 0 ? 'the workflow takes no inputs' : `its inputs are ${names.join(', ')}`;
    throw new UsageError(`there is no input ${JSON.stringify(unknown.slice(0, 60))}; ${known}`);
  }
  return Object.fromEntries(input);
}

import type { JsonObject, JsonValue, Micros } from '@flowprof/model';
import { json, text } from '../row.ts';

/** A step whose state a batch tells. */
export interface ToldStep {
  readonly id: string;
  /** The output as events show it, as JSON. */
  readonly output: string | null;
  /** Whether parts of the output are left out. */
  readonly isCut: boolean;
}

/** How far a node is. */
export interface StepProgress {
  readonly id: string;
  readonly nodeKey: string;
  readonly percent: number;
  readonly message: string;
  readonly at: Micros;
}

/** An output of more characters of JSON than this is summarised. */
const MAX_OUTPUT = 2048;
const MAX_KEYS = 20;
const MAX_TEXT = 80;

function cut(value: string): string {
  return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}…`;
}

function sizeOf(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cut(value);
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) ? `array of ${value.length}` : `object of ${Object.keys(value).length}`;
}

/** What events show of an output: all when it is small, else its first keys, with large values replaced by their sizes. */
export function shownOutput(output: JsonObject | null): Pick<ToldStep, 'output' | 'isCut'> {
  if (output === null) return { output: null, isCut: false };
  const whole = json(output);
  if (whole.length <= MAX_OUTPUT) return { output: whole, isCut: false };
  const keys = Object.entries(output).slice(0, MAX_KEYS);
  const shown = Object.fromEntries(keys.map(([key, value]) => [cut(text(key)), sizeOf(value)]));
  return { output: json(shown), isCut: true };
}

import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { TraceError } from '../trace/trace.ts';
import { isUuid } from '../ids.ts';
import { NONE } from '../trace/trace.ts';
import type { Fields } from './span-row.ts';

/** Sets a field whose name comes from a file; the name of the prototype is no field. */
export function setField(fields: Fields, key: string, value: JsonValue): void {
  if (key !== '__proto__') fields[key] = value;
}

/** A scalar as text; null for anything else, and for empty text. */
export function textIn(value: JsonValue | undefined): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** The first of several fields that holds text. */
function firstText(fields: Readonly<Fields>, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textIn(fields[name]);
    if (text !== null) return text;
  }
  return null;
}

/** Where tracers write what kind of error it was, and what it says. */
const ERROR_CODES = ['error.type', 'error.kind', 'exception.type', 'error.object', 'workflow.error.code'] as const;
const ERROR_TEXTS = ['otel.status_description', 'error.message', 'exception.message', 'error.msg', 'message'] as const;

/**
 * The failure that the tags of a span tell of, which `metadata.error` then holds; null where they tell of none. The tag
 * `error` is true, a text, or for Zipkin any value at all; its text is the message where there is no better.
 */
export function failureIn(fields: Readonly<Fields>, isFailed: boolean, message: string | null): TraceError {
  const own = textIn(fields['error']);
  const isFlag = own === null || /^(true|false|1|0)$/i.test(own);
  const code = firstText(fields, ERROR_CODES) ?? 'error';
  const text = message ?? firstText(fields, ERROR_TEXTS) ?? (isFlag ? null : own);
  return { code, message: text ?? (isFailed ? 'the span is marked as failed' : '') };
}

/** Notes on the metadata that a span has failed. The tag `error` itself gives way to it, with what it said kept in it. */
export function markFailed(metadata: Fields, { code, message }: TraceError): void {
  metadata['error'] = { code, message };
}

/** The error that the metadata of a span holds; null where it holds none. */
export function errorIn(metadata: JsonObject | null | undefined): TraceError | null {
  const error = metadata?.['error'];
  if (!isJsonObject(error)) return null;
  const { code, message } = error;
  if (typeof code !== 'string') return null;
  return { code, message: typeof message === 'string' ? message : code };
}

/**
 * What an error in the metadata of a span says besides its code and message, and its message where no status will have
 * it; null for an error of another form.
 */
export function errorFieldsIn(error: JsonValue, keepsMessage: boolean): JsonObject | null {
  const known = errorIn({ error });
  if (known === null || !isJsonObject(error)) return null;
  const { code: _, message, ...rest } = error;
  if (message === undefined || (message === known.message && !keepsMessage)) return rest;
  return { message, ...rest };
}

/** Whether a tag `error` says that there was one. */
export function saysError(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false || value === 0) return false;
  return typeof value !== 'string' || !/^(false|0|no|none)?$/i.test(value.trim());
}

/** A trace id as the id of an execution: 128 bits are written as a UUID; shorter ones are not unique enough for it. */
export function executionIdOf(traceId: string): string | null {
  const hex = traceId.toLowerCase();
  if (isUuid(hex)) return hex;
  if (!/^[0-9a-f]{32}$/.test(hex) || /^0{16}/.test(hex)) return null;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The name of a workflow that a trace without one of its own is a run of. */
export function workflowOf(service: string | null, root: string): string {
  return service === null ? root : `${service}: ${root}`;
}

/** Numbers clocks by the names of their hosts or processes. */
export class Clocks {
  readonly #numbers = new Map<string, number>();

  /** The number of a clock; `NONE` for one that has no name. */
  numberOf(name: string | null): number {
    if (name === null) return NONE;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** As many processes are described in the attributes of an execution. */
const MAX_PROCESSES = 256;

/** A process of a trace: what a track is made of. */
interface Process {
  readonly service: string;
  readonly track: string;
}

/**
 * Names the processes of a trace as tracks: by their service, with their instance behind it from the second of a service
 * on.
 */
export class Processes {
  readonly #byKey = new Map<string, Process>();
  readonly #tracks = new Set<string>();
  readonly attributes: Fields = {};

  /** @param key what tells processes apart @param instance a name for this one, such as its host */
  trackOf(key: string, service: string, instance: string | null, tags: Readonly<Fields>): string {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known.track;
    const name = service === '' ? 'unknown service' : service;
    let track = name;
    if (this.#tracks.has(track) && instance !== null) track = `${name} (${instance})`;
    const base = track;
    for (let n = 2; this.#tracks.has(track); n++) track = `${base} #${n}`;
    this.#tracks.add(track);
    this.#byKey.set(key, { service, track });
    if (Object.keys(tags).length > 0 && this.#tracks.size <= MAX_PROCESSES) this.attributes[track] = tags;
    return track;
  }

  /** The attributes of an execution whose spans these processes recorded. */
  describe(): Readonly<Record<string, JsonValue>> {
    return isJsonObject(this.attributes) && Object.keys(this.attributes).length > 0
      ? { processes: this.attributes }
      : {};
  }
}

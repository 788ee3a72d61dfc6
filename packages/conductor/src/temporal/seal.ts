import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { WorkflowDefinition } from '../file/definition.ts';
import { STRUCK_OUT } from '../redact/names.ts';

/** What a sealed text looks like wherever it stands, also in the middle of another. */
const SEALED = /flowprof:sealed:v1:[A-Za-z0-9_-]+;/g;

/** Shorter secrets would be found everywhere in what a node gives. */
const LEAST = 4;

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Goes through all texts of a value; recursive, as deep as JSON is let in. */
function mapTexts(value: JsonValue, change: (text: string) => string): JsonValue {
  if (typeof value === 'string') return change(value);
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map((item) => mapTexts(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapTexts(item, change)]));
}

function mapObject(value: JsonObject, change: (text: string) => string): JsonObject {
  const mapped = mapTexts(value, change);
  return isJsonObject(mapped) ? mapped : {};
}

/** A value with what is sealed in it struck out, as it may be shown. */
export function strikeSealed(value: JsonValue): JsonValue {
  return mapTexts(value, (text) => text.replaceAll(SEALED, STRUCK_OUT));
}

/** What an activity has of the secrets in its parameters. */
export interface Unsealed {
  readonly params: JsonObject;
  readonly secrets: readonly string[];
  /** Seals them wherever they stand in a text, or in a value. */
  text(text: string): string;
  value(value: JsonValue): JsonValue;
}

/**
 * Seals the values of secret inputs (AES-256-GCM), so that neither the history nor the workflow has them: only activities
 * open them. The same text is sealed to the same each time, so that expressions may compare secrets, and replays agree.
 */
export class Seal {
  readonly #key: Buffer;
  readonly #ivKey: Buffer;

  /** @throws {RangeError} unless the key has 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_BYTES) throw new RangeError('the key for secrets must have 32 bytes');
    this.#key = createHmac('sha256', key).update('flowprof seal').digest();
    this.#ivKey = createHmac('sha256', key).update('flowprof seal iv').digest();
  }

  seal(text: string): string {
    const iv = createHmac('sha256', this.#ivKey).update(text).digest().subarray(0, IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key, iv);
    const bytes = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `flowprof:sealed:v1:${Buffer.concat([iv, cipher.getAuthTag(), bytes]).toString('base64url')};`;
  }

  /** @throws where it was sealed with another key */
  #open(token: string): string {
    const bytes = Buffer.from(token.slice(token.lastIndexOf(':') + 1, -1), 'base64url');
    const cipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(0, IV_BYTES));
    cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)).toString('utf8') + cipher.final('utf8');
  }

  /** Opens what is sealed in parameters. */
  unseal(given: JsonObject): Unsealed {
    const found = new Map<string, string>();
    const params = mapObject(given, (text) =>
      text.replaceAll(SEALED, (token) => {
        const secret = this.#open(token);
        if (secret.length >= LEAST) found.set(secret, token);
        return secret;
      }),
    );
    // Longer ones first: one may be a part of another.
    const secrets = [...found.keys()].sort((a, b) => b.length - a.length);
    const text = (plain: string): string =>
      secrets.reduce((so, secret) => so.replaceAll(secret, () => found.get(secret) ?? STRUCK_OUT), plain);
    return { params, secrets, text, value: (value) => (secrets.length === 0 ? value : mapTexts(value, text)) };
  }
}

/** Parameters in which nothing is sealed, for workers without a key. @throws {RangeError} where something is */
export function unsealedOf(seal: Seal | null, params: JsonObject): Unsealed {
  if (seal !== null) return seal.unseal(params);
  if (JSON.stringify(params).search(SEALED) >= 0) {
    throw new RangeError('there are sealed secrets, and this worker has no key for them');
  }
  return { params, secrets: [], text: (text) => text, value: (value) => value };
}

function sealedInput(name: string, value: JsonValue, seal: Seal | null): JsonValue {
  if (seal === null) throw new RangeError(`the input "${name}" is secret: a key is needed to seal it`);
  const isText = (part: JsonValue): boolean =>
    typeof part === 'string' || (typeof part === 'object' && part !== null && Object.values(part).every(isText));
  if (!isText(value)) throw new RangeError(`the input "${name}" is secret, and on Temporal secrets are texts`);
  return mapTexts(value, (text) => seal.seal(text));
}

/** The definition and the input with all values of secret inputs sealed. @throws {RangeError} where they cannot be */
export function sealSecrets(
  workflow: WorkflowDefinition,
  input: JsonObject,
  seal: Seal | null,
): { readonly workflow: WorkflowDefinition; readonly input: JsonObject } {
  const secret = Object.entries(workflow.inputs ?? {}).filter(([, declared]) => declared.secret === true);
  if (secret.length === 0) return { workflow, input };
  const values: Record<string, JsonValue> = { ...input };
  const inputs = { ...workflow.inputs };
  for (const [name, declared] of secret) {
    const value = input[name];
    if (value !== undefined && value !== null) values[name] = sealedInput(name, value, seal);
    if (declared.default === undefined || declared.default === null) continue;
    inputs[name] = { ...declared, default: sealedInput(name, declared.default, seal) };
  }
  return { workflow: { ...workflow, inputs }, input: values };
}

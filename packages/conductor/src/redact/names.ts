import type { JsonValue } from '@flowprof/model';

/** What stands in the place of a secret. */
export const STRUCK_OUT = '[redacted]';

const SECRET_NAME =
  /pass(?:word|wd|phrase|code)|secret|token|authorization|cookie|credential|signature|csrf|xsrf|(?:api|private|access|account|client|encryption|hmac|master|session|shared|signing|ssh|storage|webhook)[-_. ]?key|connection[-_. ]?string|^-*(?:pass|pwd|auth|jwt|bearer|dsn|sig|pin|otp|cvv|cvc)$|[-_.](?:auth|pwd|jwt)$/i;

const TOKEN_COUNT = /tokens$|tokens?[-_. ]?(?:count|limit|usage|budget|details|per)/i;

const SECRET_PARAMETER = /pass|pwd|secret|token|auth|key|signature|^sig$|credential|session|jwt/i;

/** Names that were asked for: a run has few, and asks for each of them again and again. */
const asked = new Map<string, boolean>();
const MOST_ASKED = 1000;
const LONGEST_ASKED = 64;

/** Whether a name (of a field, header, option or variable) says that its value is a secret. */
export function isSecretName(name: string): boolean {
  const known = asked.get(name);
  if (known !== undefined) return known;
  const isSecret = SECRET_NAME.test(name);
  if (name.length > LONGEST_ASKED) return isSecret;
  if (asked.size >= MOST_ASKED) asked.clear();
  asked.set(name, isSecret);
  return isSecret;
}

/** Whether a name is that of a number of tokens, of a text or a bucket: numbers under it are no secrets. */
export function isTokenCount(name: string): boolean {
  return TOKEN_COUNT.test(name);
}

/** Whether a name of a URL's parameter says that its value is a secret: shorter words do than elsewhere. */
export function isSecretParameter(name: string): boolean {
  return SECRET_PARAMETER.test(name);
}

/** Whether the value under a key is a secret because of the key. What is only true, false or null tells nothing. */
export function isSecretEntry(key: string, value: JsonValue): boolean {
  if (typeof value === 'boolean' || value === null) return false;
  return isSecretName(key) && !(typeof value === 'number' && isTokenCount(key));
}

/** Whether an item of a list of arguments says that the next one is a secret, as `--password` does. */
export function isSecretFlag(item: JsonValue): boolean {
  return typeof item === 'string' && item.startsWith('-') && item.length <= 64 && isSecretName(item);
}

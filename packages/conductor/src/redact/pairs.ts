import { isSecretName, isSecretParameter, isTokenCount, STRUCK_OUT } from './names.ts';

/** The value after a separator: quoted, a list, or up to what ends a word and does not go on. */
const VALUE =
  /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|\\{1,3}"[^"\s]*"?|\[[^\]\r\n]*\]?|[^\s"',;&]+(?:[,;&](?![,;&\s]|$|["']?[A-Za-z0-9_. -]{1,64}["']?[=:])[^\s"',;&]*)*/y;

/** The value of a header: up to the end of the line, the quotes or the list. */
const HEADER_VALUE = /\[[^\]\r\n]*\]?|\\{0,3}["']?[^\r\n"']+/y;

const PARAMETER_VALUE = /[^&#\s"'<>]+/y;

const HEADER = /^(?:.*[-.])?authorization$|cookie2?$/i;

/** A file with its line behind it, as in the stack of an error. */
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|rs|php|cs)$/;

/** The value of a header of which only the scheme is left. */
const ONLY_SCHEME = /^\\{0,3}["']?[A-Za-z0-9-]{1,20}(?:\s{1,8}|%20)\[redacted\]/;

/** What may stand where a secret would without being one. */
const NO_SECRET =
  /^["'\\]*(?:\[redacted\].*|true|false|null|undefined|none|nil|required|missing|invalid|expired|not|is|was|has|must|should|cannot|the|an?|[{(]|)["'\\.]*$/is;

const [BLANK, DOUBLE_QUOTE, AMPERSAND, QUOTE, COLON, SEMICOLON, EQUALS, GREATER, QUESTION, BACKSLASH, BRACKET] = [
  32, 34, 38, 39, 58, 59, 61, 62, 63, 92, 93,
];

/** Letters, digits, `_`, `.` and `-`: what names are made of in running text. */
function isNameCode(code: number): boolean {
  if (code >= 97) return code <= 122;
  if (code >= 65) return code <= 90 || code === 95;
  return (code >= 48 && code <= 57) || code === 45 || code === 46;
}

function isBlank(code: number): boolean {
  return code === BLANK || code === 9 || code === 10 || code === 13;
}

const LONGEST_NAME = 64;

/** Where the name before a separator ends: before blanks, a bracket, a quote and the backslashes that escape it. */
function endOfName(text: string, separator: number, least: number): number {
  let at = separator;
  for (let i = 0; i < 3 && at > least && isBlank(text.charCodeAt(at - 1)); i++) at--;
  if (at > least && text.charCodeAt(at - 1) === BRACKET) at--;
  const quote = at > least ? text.charCodeAt(at - 1) : 0;
  if (quote !== QUOTE && quote !== DOUBLE_QUOTE) return at;
  at--;
  for (let i = 0; i < 3 && at > least && text.charCodeAt(at - 1) === BACKSLASH; i++) at--;
  return at;
}

/** Where the name that ends at a place starts; it has two words where the last of them is only `key` or `string`. */
function startOfName(text: string, end: number, least: number): number {
  const stop = Math.max(least, end - LONGEST_NAME);
  let from = end;
  while (from > stop && isNameCode(text.charCodeAt(from - 1))) from--;
  const isVague = (end - from === 3 || end - from === 6) && /^(?:key|string)$/i.test(text.slice(from, end));
  if (!isVague || from === stop || text.charCodeAt(from - 1) !== BLANK) return from;
  from--;
  while (from > stop && isNameCode(text.charCodeAt(from - 1))) from--;
  return from;
}

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

/** The secret that stands behind a separator because of the name before it; null when there is none. */
function secretAfter(text: string, nameFrom: number, nameTo: number, separator: number, from: number): string | null {
  const name = text.slice(nameFrom, nameTo);
  const before = nameFrom > 0 ? text.charCodeAt(nameFrom - 1) : 0;
  const isParameter = before === QUESTION || before === AMPERSAND || before === SEMICOLON;
  if (isParameter && text.charCodeAt(separator) === EQUALS && separator === nameTo && isSecretParameter(name)) {
    const value = matchAt(before === SEMICOLON ? VALUE : PARAMETER_VALUE, text, from);
    return value !== null && value.startsWith(STRUCK_OUT) ? null : value;
  }
  if (!isSecretName(name)) return null;
  const isHeader = HEADER.test(name);
  const value = matchAt(isHeader ? HEADER_VALUE : VALUE, text, from);
  if (value === null || NO_SECRET.test(value) || (isHeader && ONLY_SCHEME.test(value))) return null;
  const isNumber = /^["']?[0-9]/.test(value);
  return isNumber && (isTokenCount(name) || SOURCE_FILE.test(name)) ? null : value;
}

/** The place behind a separator, `=>` and up to three blanks included. */
function behind(text: string, separator: number): number {
  let at = separator + 1;
  if (text.charCodeAt(separator) === EQUALS && text.charCodeAt(at) === GREATER) at++;
  for (let i = 0; i < 3 && at < text.length && isBlank(text.charCodeAt(at)); i++) at++;
  return at;
}

/**
 * Strikes out the values of `name=value`, `"name": "value"` (also where the quotes are escaped), parameters of URLs and
 * headers, where the name says that the value is a secret. One pass over the text.
 */
export function redactPairs(text: string): string {
  let out = '';
  let done = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== EQUALS && code !== COLON) continue;
    const nameTo = endOfName(text, at, done);
    const nameFrom = startOfName(text, nameTo, done);
    if (nameTo - nameFrom < 3) continue;
    const from = behind(text, at);
    const secret = secretAfter(text, nameFrom, nameTo, at, from);
    if (secret === null) continue;
    const quotes = /^\\{0,3}["']/.exec(secret)?.[0] ?? '';
    const isClosed = quotes !== '' && secret.length > quotes.length && secret.endsWith(quotes);
    out += `${text.slice(done, from)}${quotes}${STRUCK_OUT}${isClosed ? quotes : ''}`;
    done = from + secret.length;
    at = done - 1;
  }
  return done === 0 ? text : out + text.slice(done);
}

/** How sure it is that a file which begins with this text is OTLP in JSON, one document or one a line. */
export function sniffOtlp(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  if (/"resource_?[sS]pans"\s*:/.test(head)) return 0.9;
  return /"(scope_?[sS]pans|instrumentation_?[lL]ibrary_?[sS]pans)"\s*:/.test(head) ? 0.85 : 0;
}

/** Where a message begins that is behind its length, and how long it is; null where there is no length. */
export type LengthAt = (bytes: Uint8Array, at: number) => { readonly from: number; readonly length: number } | null;

/** Four bytes, the highest first. */
export function fixedLength(bytes: Uint8Array, at: number): ReturnType<LengthAt> {
  if (at + 4 > bytes.length) return null;
  const length = bytes[at] * 2 ** 24 + (bytes[at + 1] << 16) + (bytes[at + 2] << 8) + bytes[at + 3];
  return { from: at + 4, length };
}

/** Seven bits a byte, the lowest first. */
export function varintLength(bytes: Uint8Array, at: number): ReturnType<LengthAt> {
  let length = 0;
  for (let i = 0; i < 5 && at + i < bytes.length; i++) {
    const byte = bytes[at + i];
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { from: at + i + 1, length };
  }
  return null;
}

/** Tags of fields that are messages or texts. */
const FIELD_1 = 0x0a;
const FIELD_2 = 0x12;

/** The inside of a field at a position, if it is of this tag and not longer than what is around it. */
function inside(bytes: Uint8Array, at: number, tag: number): number | null {
  return bytes[at] === tag ? (varintLength(bytes, at + 1)?.from ?? null) : null;
}

/** Whether a key of an attribute stands at a position: a field 1 of some letters. */
function isKey(bytes: Uint8Array, at: number): boolean {
  const size = bytes[at] === FIELD_1 ? varintLength(bytes, at + 1) : null;
  if (size === null || size.length === 0 || size.from + size.length > bytes.length) return false;
  for (let i = size.from; i < size.from + size.length; i++) if (bytes[i] < 0x20 || bytes[i] > 0x7e) return false;
  return true;
}

/** Whether spans of a resource begin at a position: a resource with an attribute first, or else spans of a scope. */
function isRequest(bytes: Uint8Array, at: number): boolean {
  const resourceSpans = inside(bytes, at, FIELD_1);
  if (resourceSpans === null) return false;
  const resource = inside(bytes, resourceSpans, FIELD_1);
  if (resource !== null) {
    const attribute = inside(bytes, resource, FIELD_1);
    if (attribute !== null) return isKey(bytes, attribute);
    return bytes[resource] === FIELD_2;
  }
  const scopeSpans = inside(bytes, resourceSpans, FIELD_2);
  if (scopeSpans === null) return false;
  const span = inside(bytes, inside(bytes, scopeSpans, FIELD_1) ?? scopeSpans, FIELD_2) ?? 0;
  // A span begins with its trace id, of 16 bytes.
  return (bytes[span] === FIELD_1 && bytes[span + 1] === 16) || isKey(bytes, scopeSpans + 2);
}

/** How sure it is that a file which begins with these bytes is OTLP in protocol buffers, with lengths or without. */
export function sniffOtlpBytes(head: Uint8Array): number {
  if (isRequest(head, 0) || isRequest(head, 4)) return 0.8;
  return isRequest(head, varintLength(head, 0)?.from ?? head.length) ? 0.8 : 0;
}

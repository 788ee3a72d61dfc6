import { hash } from 'node:crypto';

/** A UUID (version 8, RFC 9562) made from a text: the same text, the same id. */
export function contentId(content: string): string {
  const bytes = hash('sha256', content, 'buffer').subarray(0, 16);
  bytes[6] = 0x80 | ((bytes[6] ?? 0) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Hex digits that a text gives, always the same: FNV-1a of 32 bits, a round for every 8 digits. Never all zero. */
export function hexHash(text: string, digits: 16 | 32): string {
  let hex = '';
  for (let round = 0; hex.length < digits; round++) {
    let hash = (0x811c9dc5 ^ (round * 0x9e3779b1)) >>> 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      hash = Math.imul(hash ^ (code & 0xff), 0x01000193) >>> 0;
      hash = Math.imul(hash ^ (code >>> 8), 0x01000193) >>> 0;
    }
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0x85ebca6b) >>> 0;
    hash = (hash ^ (hash >>> 13)) >>> 0;
    hex += hash.toString(16).padStart(8, '0');
  }
  return /^0+$/.test(hex) ? `${'0'.repeat(digits - 1)}1` : hex;
}

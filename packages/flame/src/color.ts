/** Hues, each in so many tones (lightness and strength): few nodes rarely share a colour. */
export const HUES = 24;
export const TONES = 3;
/** How many colours nodes are told apart by. */
export const PALETTE_SIZE = HUES * TONES;

/** A stable hash of a string (FNV-1a, 32 bits): the same in every run and file. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  hash ^= hash >>> 15; // the low bits of FNV differ little for similar short keys
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** The number of the colour of a node key: its tone is the number modulo `TONES`, its hue the quotient. */
export function colorOf(key: string): number {
  return (hashOf(key) >>> 8) % PALETTE_SIZE;
}

function channel(linear: number): number {
  const c = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055));
}

/**
 * A colour given by lightness (0 to 1), chroma and hue (degrees) in OKLCH, in which equal lightness looks equally light
 * (Björn Ottosson, "A perceptual color space for image processing"), as `#rrggbb`.
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return `#${rgb.map((c) => channel(c).toString(16).padStart(2, '0')).join('')}`;
}

/** The relative luminance of a `#rrggbb` colour, as WCAG defines it. */
function luminance(color: string): number {
  const value = Number.parseInt(color.slice(1), 16);
  const linear = [value >> 16, (value >> 8) & 255, value & 255].map((byte) => {
    const c = byte / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}

/** The contrast ratio of two `#rrggbb` colours, as WCAG defines it: 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

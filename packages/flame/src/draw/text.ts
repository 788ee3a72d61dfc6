/** So many widths of characters outside ASCII are kept. */
const MOST_GLYPHS = 4_096;
const ELLIPSIS = '…';

/** Estimates how wide text is from the widths of its characters, each of which is measured once. */
export class TextMeter {
  readonly #ascii = new Float64Array(128);
  readonly #others = new Map<number, number>();
  readonly #measure: (text: string) => number;
  readonly #ellipsis: number;

  /** @param measure the exact width of a text in some font */
  constructor(measure: (text: string) => number) {
    this.#measure = measure;
    for (let code = 32; code < 127; code++) this.#ascii[code] = measure(String.fromCharCode(code));
    this.#ellipsis = measure(ELLIPSIS);
  }

  #glyph(code: number): number {
    if (code < 128) return this.#ascii[code];
    let width = this.#others.get(code);
    if (width === undefined) {
      width = this.#measure(String.fromCodePoint(code));
      if (this.#others.size < MOST_GLYPHS) this.#others.set(code, width);
    }
    return width;
  }

  width(text: string): number {
    let width = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) ?? 0;
      if (code > 0xffff) i++;
      width += this.#glyph(code);
    }
    return width;
  }

  /** The text, cut and with an ellipsis where it is wider than `room`; empty when not even three characters fit. */
  fit(text: string, room: number): string {
    let width = 0;
    let cut = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i) ?? 0;
      const next = code > 0xffff ? i + 2 : i + 1;
      width += this.#glyph(code);
      if (width > room) return cut < 3 ? '' : text.slice(0, cut) + ELLIPSIS;
      if (width + this.#ellipsis <= room) cut = next;
      i = next - 1;
    }
    return text;
  }
}

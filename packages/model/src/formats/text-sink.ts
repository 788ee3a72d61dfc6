import { utf8 } from './web.ts';

/** How many characters are gathered before they become bytes. */
const PIECE = 1 << 18;

/** Gathers text as UTF-8, so that a file may be larger than the longest string that there can be (512 MiB). */
export class TextSink {
  readonly #pieces: Uint8Array[] = [];
  #texts: string[] = [];
  #pending = 0;
  #size = 0;

  add(text: string): void {
    this.#texts.push(text);
    this.#pending += text.length;
    if (this.#pending >= PIECE) this.#flush();
  }

  /** What was gathered. */
  finish(): Uint8Array {
    this.#flush();
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.byteLength;
    }
    return bytes;
  }

  #flush(): void {
    if (this.#texts.length === 0) return;
    const piece = utf8(this.#texts.join(''));
    this.#pieces.push(piece);
    this.#size += piece.byteLength;
    this.#texts = [];
    this.#pending = 0;
  }
}

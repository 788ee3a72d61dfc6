import { base64 } from './columns.ts';

/** Values of attributes may be nested this deeply; what is deeper becomes null. */
export const MAX_VALUE_DEPTH = 32;

/** Writes the JSON of a nested value piece by piece. */
export class JsonBuilder {
  text = '';
  /** Whether something was nested too deep. */
  isCut = false;
  #needsComma = false;

  open(bracket: '[' | '{'): void {
    this.#raw(bracket);
    this.#needsComma = false;
  }

  close(bracket: ']' | '}'): void {
    this.text += bracket;
    this.#needsComma = true;
  }

  key(name: string): void {
    this.#raw(`${JSON.stringify(name)}:`);
    this.#needsComma = false;
  }

  string(value: string): void {
    this.#raw(JSON.stringify(value));
  }

  bool(value: boolean): void {
    this.#raw(value ? 'true' : 'false');
  }

  /** A number; the infinite and NaN, for which JSON has no word, as texts. */
  number(value: number): void {
    this.#raw(Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`);
  }

  bytes(value: Uint8Array): void {
    this.#raw(`"${base64(value)}"`);
  }

  /** No value was set. */
  empty(): void {
    this.#raw('null');
  }

  /** Something nested too deep. */
  cut(): void {
    this.isCut = true;
    this.#raw('null');
  }

  #raw(text: string): void {
    this.text += this.#needsComma ? `,${text}` : text;
    this.#needsComma = true;
  }
}

/** A text to find, of two characters or more. */
export interface Form {
  readonly text: string;
  /**
   * Where what is struck out ends: with the text; around it, with the characters of base64 at both sides that share bits
   * with it; or never, because the text is only the beginning of what is looked for.
   */
  readonly ends: 'here' | 'around' | 'never';
}

const ENDS = { none: 0, here: 1, around: 2, never: 3 } as const;

/** Letters, digits and the other characters of both alphabets of base64. */
function isBase64Code(code: number): boolean {
  if (code >= 97) return code <= 122;
  if (code >= 65) return code <= 90 || code === 95;
  return (code >= 47 && code <= 57) || code === 43 || code === 45;
}

/** NaN, the code behind the end of a text, counts as 0. */
function pairOf(first: number, second: number): number {
  return ((first & 255) << 8) | (second & 255);
}

/** The transitions of all states in one table with open addressing, by state and character. */
class Transitions {
  readonly #keys: Float64Array;
  readonly #targets: Int32Array;
  readonly #mask: number;

  /** @param most how many transitions there can be */
  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 2));
    this.#keys = new Float64Array(size).fill(-1);
    this.#targets = new Int32Array(size);
    this.#mask = size - 1;
  }

  #place(state: number, code: number): number {
    const key = state * 65_536 + code;
    let at = (Math.imul(state, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b)) >>> 0;
    at = (at ^ (at >>> 15)) & this.#mask;
    while (this.#keys[at] !== -1 && this.#keys[at] !== key) at = (at + 1) & this.#mask;
    return at;
  }

  /** The next state, or -1. */
  get(state: number, code: number): number {
    const at = this.#place(state, code);
    return this.#keys[at] === -1 ? -1 : (this.#targets[at] ?? -1);
  }

  set(state: number, code: number, target: number): void {
    const at = this.#place(state, code);
    this.#keys[at] = state * 65_536 + code;
    this.#targets[at] = target;
  }
}

/** Finds many texts in one pass (Aho and Corasick 1975): linear in the text, however many there are. */
export class Automaton {
  readonly #next: Transitions;
  /** The state to go on in when there is no transition. */
  readonly #fail: Int32Array;
  readonly #depth: Int32Array;
  /** The length of the longest form that ends in a state, and how it ends. */
  readonly #length: Int32Array;
  readonly #ends: Uint8Array;
  /** Which pairs of characters forms begin with, a bit for each two low bytes of codes: most texts hold few of them. */
  readonly #begins = new Uint8Array(8192);

  constructor(forms: readonly Form[]) {
    let most = 1;
    for (const { text } of forms) most += text.length;
    this.#next = new Transitions(most);
    this.#fail = new Int32Array(most);
    this.#depth = new Int32Array(most);
    this.#length = new Int32Array(most);
    this.#ends = new Uint8Array(most);
    this.#link(this.#grow(forms, most));
  }

  /** Makes the tree of all forms. @returns for each state the state and character before it */
  #grow(forms: readonly Form[], most: number): { before: Int32Array; by: Uint16Array; count: number } {
    const before = new Int32Array(most);
    const by = new Uint16Array(most);
    let count = 1;
    for (const { text, ends } of forms) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        let next = this.#next.get(state, code);
        if (next === -1) {
          next = count++;
          this.#next.set(state, code, next);
          this.#depth[next] = i + 1;
          before[next] = state;
          by[next] = code;
        }
        state = next;
      }
      if (state === 0) continue;
      this.#length[state] = text.length;
      this.#ends[state] = Math.max(this.#ends[state] ?? 0, ENDS[ends]);
      const pair = pairOf(text.charCodeAt(0), text.charCodeAt(1));
      this.#begins[pair >> 3] = (this.#begins[pair >> 3] ?? 0) | (1 << (pair & 7));
    }
    return { before, by, count };
  }

  /** Finds for each state the longest other one that ends alike, the shallow ones first. */
  #link({ before, by, count }: { before: Int32Array; by: Uint16Array; count: number }): void {
    const order = Uint32Array.from({ length: count }, (_, state) => state);
    order.sort((a, b) => (this.#depth[a] ?? 0) - (this.#depth[b] ?? 0));
    for (const state of order) {
      if ((this.#depth[state] ?? 0) < 2) continue;
      const fail = this.#step(this.#fail[before[state] ?? 0] ?? 0, by[state] ?? 0);
      this.#fail[state] = fail;
      if (this.#length[state] !== 0) continue;
      this.#length[state] = this.#length[fail] ?? 0;
      this.#ends[state] = this.#ends[fail] ?? 0;
    }
  }

  #step(from: number, code: number): number {
    let state = from;
    for (;;) {
      const next = this.#next.get(state, code);
      if (next !== -1) return next;
      if (state === 0) return 0;
      state = this.#fail[state] ?? 0;
    }
  }

  /** How many characters at the end of a text are the beginning of a form, at most. */
  startedAtEnd(text: string): number {
    let state = 0;
    for (let i = 0; i < text.length; i++) state = this.#step(state, text.charCodeAt(i));
    return this.#depth[state] ?? 0;
  }

  /**
   * The text with `by` in place of every form; what overlaps or touches is replaced as one.
   * @param leastEnd how many characters at the end of the text are replaced when a form begins with them
   */
  replace(text: string, by: string, leastEnd: number): string {
    const found: number[] = []; // from, to, from, to, ...
    const add = (from: number, to: number): void => {
      let [start, end] = [from, to];
      while (found.length > 0 && (found[found.length - 1] ?? 0) >= start) {
        end = Math.max(end, found.pop() ?? end);
        start = Math.min(start, found.pop() ?? start);
      }
      found.push(start, end);
    };
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (state === 0) {
        const pair = pairOf(code, text.charCodeAt(i + 1));
        if (((this.#begins[pair >> 3] ?? 0) & (1 << (pair & 7))) === 0) continue;
      }
      state = this.#step(state, code);
      const ends = this.#ends[state] ?? 0;
      if (ends === ENDS.none) continue;
      const from = i + 1 - (this.#length[state] ?? 0);
      if (ends === ENDS.here) add(from, i + 1);
      else if (ends === ENDS.around) {
        const isMore = i + 1 < text.length && isBase64Code(text.charCodeAt(i + 1));
        add(from > 0 && isBase64Code(text.charCodeAt(from - 1)) ? from - 1 : from, isMore ? i + 2 : i + 1);
      } else {
        add(from, text.length);
        break;
      }
    }
    const depth = this.#depth[state] ?? 0;
    if (depth >= leastEnd && found[found.length - 1] !== text.length) add(text.length - depth, text.length);
    if (found.length === 0) return text;
    let out = '';
    let done = 0;
    for (let i = 0; i < found.length; i += 2) {
      out += text.slice(done, found[i]) + by;
      done = found[i + 1] ?? text.length;
    }
    return out + text.slice(done);
  }
}

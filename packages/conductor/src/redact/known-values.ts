import { Automaton, type Form } from './automaton.ts';
import { STRUCK_OUT } from './names.ts';

/** Shorter values are struck out as whole words only: they would be found everywhere. */
const SHORT = 4;

/** Of a longer value only this much is known, and what follows it in a text is struck out with it. */
const LONGEST = 4096;

/** A line of a longer value that is shown alone is struck out from this length on. */
const LEAST_LINE = 12;

/** A piece of base64 with fewer characters says little, and would be found by chance. */
const LEAST_BASE64 = 8;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Half a surrogate pair cannot be encoded; U+FFFD takes its place, as it does in UTF-8. */
function wellFormed(value: string): string {
  return value.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD');
}

/**
 * The base64 that a value has inside of a longer one, for each place in a group of three bytes at which it can start, as
 * the password of `user:password` has: without the characters at both ends that its neighbours share.
 */
function base64Pieces(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((shift * 8) / 6), whole);
  });
}

/** A value as others write it: in URLs, forms, JSON (also inside JSON), HTML and hexadecimal. */
function plainForms(value: string): string[] {
  const known = wellFormed(value);
  const percent = encodeURIComponent(known);
  const json = JSON.stringify(known).slice(1, -1);
  return [
    value,
    percent,
    percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    encodeURI(known),
    new URLSearchParams([['', known]]).toString().slice(1),
    json,
    JSON.stringify(json).slice(1, -1),
    known.replace(/[&<>"']/g, (char) => ENTITIES.get(char) ?? char),
    ...(known.length < 8 ? [] : [Buffer.from(known).toString('hex'), Buffer.from(known).toString('hex').toUpperCase()]),
  ];
}

/** The base64 forms of a value, in both alphabets. */
function base64Forms(value: string): string[] {
  const pieces = base64Pieces(wellFormed(value)).filter((piece) => piece.length >= LEAST_BASE64);
  return pieces.flatMap((piece) => [piece, piece.replaceAll('+', '-').replaceAll('/', '_')]);
}

/** The value itself, without the blanks around it, and the lines of one that has several, which logs show one by one. */
function withParts(value: string): string[] {
  const parts = [value, value.trim()];
  for (const line of value.split(/[\r\n]+/)) if (line.trim().length >= LEAST_LINE) parts.push(line.trim());
  return parts.filter((part) => part.length >= SHORT);
}

/** Everything that tells a value: each form of it and of its parts once. */
function formsOf(value: string): Form[] {
  const forms: Form[] = [];
  for (const whole of new Set(withParts(value))) {
    const part = whole.slice(0, LONGEST);
    const isOpen = part.length < whole.length;
    for (const text of new Set(plainForms(part))) forms.push({ text, ends: isOpen ? 'never' : 'here' });
    for (const text of new Set(base64Forms(part))) forms.push({ text, ends: isOpen ? 'never' : 'around' });
  }
  return forms;
}

/** Texts that are as long as this, or end in an ellipsis, may have been cut in the middle of a value. */
const LEAST_CUT = 100;

/** What strikes out some values, wherever they stand. */
export interface KnownValues {
  /** The text without them. One pass, linear in the text, however many there are. */
  strike(text: string): string;
  /** Whether a number, written out, is one of them, and not one of the short ones. */
  isKnown(text: string): boolean;
}

/** The end of a value is looked for in so many characters at the beginning of a text. */
const LONGEST_END = 256;

/** The code units in reverse. */
function reversed(text: string): string {
  let out = '';
  for (let i = text.length - 1; i >= 0; i--) out += text[i];
  return out;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Strikes out values of fewer than four characters where they stand as a word of their own. */
function wordsOf(values: readonly string[]): RegExp | null {
  if (values.length === 0) return null;
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${values.map(escaped).join('|')})(?![\\p{L}\\p{N}_])`, 'gu');
}

/**
 * Knows the values of secrets, in the forms in which they are written: percent-encoded, in JSON, HTML, hexadecimal and
 * base64, there also inside of something longer (as in `user:password`), and each line of a long one. Values of fewer
 * than four characters are found only where they stand as whole words; an empty one is none. A text that may have been
 * cut has its end struck out when a value begins with it, and its beginning when one ends with that.
 */
export function knownValues(values: readonly string[]): KnownValues {
  const all = new Set(values.filter((value) => value !== ''));
  const words = wordsOf([...all].filter((value) => value.trim().length < SHORT));
  const forms = [...all].flatMap(formsOf);
  const automaton = new Automaton(forms);
  const backwards = new Automaton(forms.map(({ text, ends }) => ({ text: reversed(text.slice(-LONGEST_END)), ends })));
  /** Without the end of a value that a text begins with, since what came before was cut off. */
  const withoutEnd = (text: string): string => {
    const cut = text.length < LEAST_CUT ? 0 : backwards.startedAtEnd(reversed(text.slice(0, LONGEST_END)));
    return cut < SHORT ? text : STRUCK_OUT + text.slice(cut);
  };
  return {
    isKnown: (text) => text.length >= SHORT && all.has(text),
    strike(text) {
      const isEllipsis = text.endsWith('…');
      const shown = isEllipsis ? text.slice(0, -1) : text;
      const leastEnd = isEllipsis || text.length >= LEAST_CUT ? SHORT : Infinity;
      const struck = withoutEnd(automaton.replace(shown, STRUCK_OUT, leastEnd));
      const whole = isEllipsis ? `${struck}…` : struck;
      return words === null ? whole : whole.replace(words, STRUCK_OUT);
    },
  };
}

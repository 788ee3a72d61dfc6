import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest text that is looked at, in UTF-16 units: no line holds more. */
const MAX_LENGTH = 1000;

/**
 * Characters that would act on the terminal, hide, or turn the line around: control codes, line separators, and format
 * characters such as the marks of writing direction. Only the joiner stays, which emoji are put together with.
 */
const ACTING = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Text whose width is its length, which is most text: ASCII, Latin-1, the ellipsis, boxes, blocks, and the signs for states.
 * Asking about anything else the first time takes 25 ms.
 */
const NARROW = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u00ff\u2026\u21bb\u2500-\u259f\u25b6\u25cb\u2714\u2716]*$/u;

const NOT_ASCII = /[^\u0020-\u007e]/gu;

function escaped(character: string): string {
  if (character === '\n' || character === '\t' || character === '\r') return ' ';
  const code = (character.codePointAt(0) ?? 0).toString(16);
  if (code.length > 4) return `\\u{${code}}`;
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

/** A text from outside made harmless: one line, nothing in it acts on the terminal. */
export function harmless(text: string, unicode: boolean): string {
  const cut = text.slice(0, MAX_LENGTH).replace(LONE_SURROGATE, '\ufffd').replace(ACTING, escaped);
  return unicode ? cut : cut.replace(NOT_ASCII, '?');
}

/** The cells that a harmless text takes. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** Cuts a harmless text to a width; what was cut ends in the ellipsis. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  let out = '';
  let left = width - widthOf(ellipsis);
  if (left < 0) return ''.padEnd(Math.max(0, width));
  for (const { segment } of segmenter.segment(text)) {
    const cells = widthOf(segment);
    if (cells > left) break;
    out += segment;
    left -= cells;
  }
  return out + ellipsis;
}

/** Fills a text up to a width with spaces at its end. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Fills a text up to a width with spaces at its start. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/** Breaks a harmless text into lines of at most a width, between words where it can. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? truncate(word, width, '') : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines;
}

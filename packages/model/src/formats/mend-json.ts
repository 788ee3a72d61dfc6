/** Strings, which are kept, and words for numbers that JSON has none for. */
const STRING_OR_WORD = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\b(?:NaN|Infinity)\b/gs;

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f]/g;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Text that was nearly JSON, mended, and how many places were. */
export interface Mended {
  readonly text: string;
  readonly count: number;
  /** The first place, in words. */
  readonly example: string;
}

/**
 * Mends what tracers get wrong most: `NaN` and `Infinity`, which Python writes, become null, and control characters in
 * strings are escaped. Whether the result is JSON is left to the parser.
 */
export function mendJson(text: string): Mended {
  let count = 0;
  let example = '';
  const note = (what: string, to: string) => {
    if (count++ === 0) example = what;
    return to;
  };
  const mended = text.replace(STRING_OR_WORD, (found) =>
    found.startsWith('"')
      ? found.replace(CONTROL, (one) => note(`control character ${escape(one)} in a string`, escape(one)))
      : note(`${found} became null`, 'null'),
  );
  return { text: mended, count, example };
}

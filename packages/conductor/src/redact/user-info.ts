import { STRUCK_OUT } from './names.ts';

const [SLASH, QUESTION, HASH, COLON, AT] = [47, 63, 35, 58, 64];

/** What a URL ends at in running text: white space, controls, quotes and angle brackets. */
function endsUrl(code: number): boolean {
  return code <= 32 || code === 34 || code === 39 || code === 60 || code === 62;
}

/** Reads on from behind `://`: where the user info ends (-1 when there is none), and where reading stopped. */
function readAuthority(text: string, start: number): { at: number; end: number } {
  let [colon, delimiter, at] = [-1, -1, -1];
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (endsUrl(code) || (code === COLON && text.startsWith('//', end + 1))) break;
    if (code === COLON && colon === -1) colon = end;
    if ((code === SLASH || code === QUESTION || code === HASH) && delimiter === -1) {
      const isPort = colon !== -1 && end - colon <= 6 && /^[0-9]*$/.test(text.slice(colon + 1, end));
      if (at !== -1 || colon === -1 || isPort) break;
      delimiter = end;
    }
    if (code !== AT) continue;
    at = end;
    if (delimiter !== -1) break;
  }
  return { at, end };
}

/**
 * Strikes out what stands between `://` and `@` in the URLs of a text. A password may hold further `@`, and also `/`,
 * `?` and `#` that should have been encoded; a colon that begins no port tells it from a path then.
 */
export function redactUserInfo(text: string): string {
  let out = '';
  let done = 0;
  for (let scheme = text.indexOf('://'); scheme !== -1;) {
    const start = scheme + 3;
    const { at, end } = readAuthority(text, start);
    if (at > start) {
      out += `${text.slice(done, start)}${STRUCK_OUT}`;
      done = at;
    }
    scheme = text.indexOf('://', Math.max(start, end));
  }
  return done === 0 ? text : out + text.slice(done);
}

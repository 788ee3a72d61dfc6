/** What is known of the place that text is written to. */
export interface Terminal {
  /** Cells in a line. */
  readonly columns: number;
  readonly colour: boolean;
  /** Whether it shows more than ASCII. */
  readonly unicode: boolean;
  /** Whether lines that were written can be drawn again. */
  readonly interactive: boolean;
}

/** What `terminalOf` looks at of a stream. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 60;
const MAX_COLUMNS = 240;

/** `FORCE_COLOR` and `NO_COLOR` win over what the stream is (no-color.org, force-color.org). */
function wantsColour(stream: OutputStream, env: Environment): boolean {
  if (env['NO_COLOR']) return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

/** A locale that is named and is not UTF-8 gets ASCII; none at all is taken for a modern terminal, but for Linux's console. */
function showsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((name) => name);
  return locale === undefined ? env['TERM'] !== 'linux' : /utf-?8/iu.test(locale);
}

/** What an output stream can show, by the stream itself and the environment. */
export function terminalOf(stream: OutputStream, env: Environment): Terminal {
  const stated = stream.columns ?? Number(env['COLUMNS']);
  const columns = Number.isInteger(stated) && stated > 0 ? stated : DEFAULT_COLUMNS;
  return {
    columns: Math.min(MAX_COLUMNS, Math.max(MIN_COLUMNS, columns)),
    colour: wantsColour(stream, env),
    unicode: showsUnicode(env),
    // Lines that the terminal wraps could not be drawn again.
    interactive: stream.isTTY === true && env['TERM'] !== 'dumb' && columns >= MIN_COLUMNS,
  };
}

import { pino, type Logger } from 'pino';

/** What is blanked wherever it is logged. */
const SECRETS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'apiKey',
  'connectionString',
  'databaseUrl',
];

const MAX_CAUSES = 5;

/** An error as it is logged. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** A message without what databases quote, which may be a value that somebody sent. */
function withoutValues(error: Error): string {
  return 'severity' in error ? error.message.replaceAll(/"[^"]*"/g, '"…"') : error.message;
}

function logged(error: unknown, causes: number): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'something else than an error was thrown' };
  const message = withoutValues(error);
  const places = error.stack?.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    message,
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(places && { stack: places.join('\n') }),
    ...(error.cause !== undefined && causes > 0 && { cause: logged(error.cause, causes - 1) }),
  };
}

/**
 * How errors are logged: their kind, message, code and place, and nothing else of them. An error of the database also
 * holds rows and parameters, which belong in no log.
 */
function serializeError(error: unknown): LoggedError {
  return logged(error, MAX_CAUSES);
}

/** A logger of JSON lines that blanks whatever may hold a secret. @param write where lines go; stderr when absent */
export function createLogger(level: string, write?: (line: string) => void): Logger {
  return pino(
    {
      level,
      redact: { paths: SECRETS.flatMap((key) => pathsOf(key)), censor: '[redacted]' },
      serializers: { err: serializeError },
    },
    write === undefined ? pino.destination(2) : { write },
  );
}

function pathsOf(key: string): string[] {
  const quoted = `["${key}"]`;
  return [quoted, `*${quoted}`, `*.*${quoted}`];
}

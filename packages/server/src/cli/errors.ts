/** What the command exits with. */
export const EXIT = { fine: 0, failed: 1, usage: 2 } as const;

/**
 * Wrong usage or input that cannot be read: one line on stderr, exit code 2. Thrown by commands for what the person who
 * typed the command can put right.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What was asked for could not be done, for a reason that fits in one line on stderr; exit code 1. */
export class CommandFailure extends Error {
  override readonly name: string = 'CommandFailure';
}

/** Why a file could not be read or written, in the system's own words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EISDIR':
      return 'it is a folder';
    case 'EACCES':
      return 'permission denied';
    case 'ENAMETOOLONG':
      return 'the name is too long';
    case 'ENOTDIR':
      return 'a part of the path is no folder';
    default:
      return error instanceof Error ? error.message : String(error);
  }
}

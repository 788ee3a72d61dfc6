/** Why a trace file could not be read or written, by code. */
export const TRACE_FILE_ERROR_CODES = {
  empty: 'The file holds nothing.',
  unknown_format: 'The content is of no format that is known here.',
  unsupported_format: 'The content is of a known format that cannot be read, or a format that cannot be written.',
  unsupported_version: 'The file was written by a version of the format that is not known here.',
  malformed: 'The content breaks the rules of its format in a way that cannot be mended.',
  too_large: 'The content is larger, once unpacked, than the limit.',
} as const;

export type TraceFileErrorCode = keyof typeof TRACE_FILE_ERROR_CODES;

/** A trace file that could not be read or written. The message is one line for people; programs go by the code. */
export class TraceFileError extends Error {
  override readonly name = 'TraceFileError';
  readonly code: TraceFileErrorCode;

  constructor(code: TraceFileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

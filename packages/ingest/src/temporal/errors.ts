/** What can be wrong with a Temporal server, by code; nobody reads the messages. */
export const TEMPORAL_ERROR_CODES = [
  /** Nothing answers at the address. */
  'unreachable',
  /** It answers, but not the way that was expected: a certificate that is not trusted, TLS where there is none, or none where it is wanted. */
  'tls',
  /** It answers, and is no Temporal server, or one without what was asked for. */
  'unsupported',
  'unauthenticated',
  'permission_denied',
  'namespace_not_found',
  /** No such run, or it is gone: the server keeps histories for some days only. */
  'not_found',
  /** The server puts us off, and did so for as long as we were patient. */
  'rate_limited',
  'timed_out',
  /** The server refuses what it was asked, e.g. a visibility query that it cannot read. */
  'invalid',
  /** An answer is larger than what is taken. */
  'too_large',
  /** The codec server does not answer, or not with what it should. */
  'codec_failed',
  /** The address must not be reached from here. */
  'forbidden',
  /** Whoever asked does not want the answer any more. */
  'cancelled',
  /** Something is wrong in the server. */
  'failed',
] as const;
export type TemporalErrorCode = (typeof TEMPORAL_ERROR_CODES)[number];

/** A request to a Temporal server (or codec server) that came to nothing. */
export class TemporalError extends Error {
  readonly code: TemporalErrorCode;

  constructor(code: TemporalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemporalError';
    this.code = code;
  }

  /** Whether the same may work a little later. */
  get isTransient(): boolean {
    return TRANSIENT.has(this.code);
  }
}

const TRANSIENT: ReadonlySet<TemporalErrorCode> = new Set(['unreachable', 'rate_limited', 'timed_out', 'failed']);

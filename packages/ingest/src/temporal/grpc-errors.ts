/** What a failed request says, by its status and the details that the server sends with it. */
import { status, type ServiceError } from '@grpc/grpc-js';
import proto from '@temporalio/proto';
import { TemporalError, type TemporalErrorCode } from './errors.ts';

const DETAILS = 'grpc-status-details-bin';
const PACKAGE = 'type.googleapis.com/temporal.api.errordetails.v1.';

/** The names of the details that Temporal sends, e.g. `NamespaceNotFoundFailure`. */
function detailsOf({ metadata }: ServiceError): readonly string[] {
  try {
    return metadata.get(DETAILS).flatMap((value) => {
      const { details } = proto.google.rpc.Status.decode(typeof value === 'string' ? Buffer.from(value) : value);
      return details.map(({ type_url: type }) => type ?? '');
    });
  } catch {
    // Whatever else stands there, the status tells enough.
    return [];
  }
}

function codeOf(error: ServiceError, signal: AbortSignal | undefined): TemporalErrorCode {
  const has = (name: string): boolean => detailsOf(error).includes(PACKAGE + name);
  switch (error.code) {
    case status.UNAVAILABLE:
      return 'unreachable';
    case status.DEADLINE_EXCEEDED:
      return 'timed_out';
    case status.UNAUTHENTICATED:
      return 'unauthenticated';
    case status.PERMISSION_DENIED:
      return 'permission_denied';
    case status.NOT_FOUND:
      return has('NamespaceNotFoundFailure') ? 'namespace_not_found' : 'not_found';
    case status.RESOURCE_EXHAUSTED:
      // Our own side says so too, of an answer that is too large, and has no details.
      return has('ResourceExhaustedFailure') ? 'rate_limited' : 'too_large';
    case status.INVALID_ARGUMENT:
    case status.FAILED_PRECONDITION:
    case status.OUT_OF_RANGE:
      return 'invalid';
    case status.UNIMPLEMENTED:
      return 'unsupported';
    case status.CANCELLED:
      return signal?.aborted === true ? 'cancelled' : 'unreachable';
    case status.OK:
    case status.UNKNOWN:
    case status.ALREADY_EXISTS:
    case status.ABORTED:
    case status.INTERNAL:
    case status.DATA_LOSS:
      return 'failed';
    default:
      return error.code satisfies never;
  }
}

/** @param method what was asked @param signal of whoever asked */
export function errorOf(error: ServiceError, method: string, signal?: AbortSignal): TemporalError {
  return new TemporalError(codeOf(error, signal), `${method}: ${error.details}`, { cause: error });
}

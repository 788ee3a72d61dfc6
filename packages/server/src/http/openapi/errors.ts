import { API_ERRORS, type ApiErrorCode } from '../errors.ts';
import { otlpStatusOf } from '../otlp/rpc-status.ts';
import type { Operation } from './operations.ts';

/** An error that operations of a kind can give, so that they need not say it themselves. */
interface CommonError {
  readonly code: ApiErrorCode;
  readonly of: (operation: Operation) => boolean;
}

const always = (): boolean => true;
const isGuarded = ({ access }: Operation): boolean => access !== 'public';
const writes = ({ access }: Operation): boolean => access === 'write' || access === 'admin';
const readsBody = (operation: Operation): boolean => operation.readsBody;
const readsJson = (operation: Operation): boolean => operation.readsBody && operation.rawBody === null;
const takesHeaders = ({ path, access }: Operation): boolean => access !== 'public' && !path.includes('{workspace}');

const COMMON: readonly CommonError[] = [
  { code: 'bad_request', of: always },
  { code: 'validation_failed', of: ({ isValidated, readsBody: reads }) => isValidated || reads },
  { code: 'malformed_json', of: readsJson },
  { code: 'too_deep', of: readsJson },
  { code: 'workspace_required', of: takesHeaders },
  { code: 'unauthenticated', of: isGuarded },
  { code: 'missing_scope', of: isGuarded },
  { code: 'rate_limited', of: isGuarded },
  { code: 'overloaded', of: isGuarded },
  { code: 'identity_unavailable', of: isGuarded },
  { code: 'host_not_allowed', of: always },
  { code: 'foreign_origin', of: readsBody },
  { code: 'not_found', of: isGuarded },
  { code: 'body_too_large', of: readsBody },
  { code: 'unsupported_media_type', of: readsBody },
  { code: 'internal_error', of: always },
  { code: 'database_unavailable', of: isGuarded },
  { code: 'disk_full', of: writes },
];

/** Every error that an operation can answer with, by status, in the order of the table of errors. */
export function errorsOf(operation: Operation): ReadonlyMap<number, readonly ApiErrorCode[]> {
  const given = new Set<string>(operation.errors);
  for (const { code, of } of COMMON) if (of(operation)) given.add(code);
  const byStatus = new Map<number, ApiErrorCode[]>();
  for (const code of ERROR_CODES) {
    if (!given.has(code)) continue;
    const { status: own } = API_ERRORS[code];
    const status = operation.isOtlp ? otlpStatusOf(own) : own;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return byStatus;
}

function isErrorCode(code: string): code is ApiErrorCode {
  return Object.hasOwn(API_ERRORS, code);
}

const ERROR_CODES = Object.keys(API_ERRORS).filter(isErrorCode);

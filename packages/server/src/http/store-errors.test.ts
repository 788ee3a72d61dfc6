import { StoreError, type StoreErrorCode } from '@flowprof/store';
import { describe, expect, it } from 'vitest';
import { API_ERRORS } from './errors.ts';
import { databaseError, isDatabaseDown, mayPass } from './store-errors.ts';

describe('an error of the store', () => {
  const cases: readonly [StoreErrorCode, number | null, 'away' | 'passing' | 'lasting'][] = [
    ['database_unavailable', 503, 'away'],
    ['database_timeout', 503, 'away'],
    ['disk_full', 507, 'passing'],
    ['conflict', 409, 'lasting'],
    ['not_found', 404, 'lasting'],
    ['bad_value', 400, 'lasting'],
    ['database_error', null, 'lasting'],
  ];
  it.each(cases)('%s is answered with %s and is %s', (code, status, kind) => {
    const error = new StoreError(code);
    const problem = databaseError(error);
    expect(problem === null ? null : API_ERRORS[problem.code].status).toBe(status);
    expect(isDatabaseDown(error)).toBe(kind === 'away');
    expect(mayPass(error)).toBe(kind !== 'lasting');
  });
});

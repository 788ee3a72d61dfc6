import { StoreError } from '@flowprof/store';
import { ApiError, notFound, unavailable } from './errors.ts';

/** Whether an error means that the database is away, which passes by itself. */
export function isDatabaseDown(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'database_unavailable' || error.code === 'database_timeout');
}

/** Whether an error of the store may pass by itself: the database is away, or its disk is full. */
export function mayPass(error: unknown): boolean {
  return isDatabaseDown(error) || (error instanceof StoreError && error.code === 'disk_full');
}

/** What a client is told of an error of the store; null for those that are a fault of the server. */
export function databaseError(error: unknown): ApiError | null {
  if (!(error instanceof StoreError)) return null;
  switch (error.code) {
    case 'database_unavailable':
    case 'database_timeout':
      return unavailable('database_unavailable', 'The database does not answer.', 2);
    case 'disk_full':
      return new ApiError('disk_full', 'The database has no space left to write.');
    case 'conflict':
      return new ApiError('already_exists', 'There is one with the same key already.');
    case 'last_admin':
      return new ApiError('last_admin', 'The workspace would be left without an admin.');
    case 'version_conflict':
      return new ApiError('version_conflict', 'The workflow was changed meanwhile.');
    case 'too_many_workflows':
      return new ApiError('too_many_workflows', 'Too many workflows came into being by executions that ran elsewhere.');
    case 'too_many_temporal_connections':
      return new ApiError('too_many_temporal_connections', 'The workspace has as many connections as may be.');
    case 'not_empty':
      return new ApiError('project_not_empty', 'The project has workflows.');
    case 'not_found':
    case 'bad_workspace_id':
      return notFound();
    case 'bad_cursor': {
      const fault = { pointer: '/cursor', code: 'bad_cursor', detail: 'is not one of this list', in: 'query' } as const;
      return new ApiError('validation_failed', 'The cursor is not one of this list.', { errors: [fault] });
    }
    case 'bad_value':
      return new ApiError('validation_failed', 'A text holds a character that cannot be stored.');
    default:
      return null;
  }
}

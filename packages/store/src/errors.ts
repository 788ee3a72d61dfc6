/** Every way in which the store can fail, by its code, with what it means. Codes are stable; messages are for people. */
export const STORE_ERRORS = {
  data_dir_in_use: 'Another flowprof holds the data folder.',
  data_dir_unreachable: 'The database cannot reach its data or its program files.',
  data_dir_incompatible: 'The data folder was written by another version of PostgreSQL.',
  embedded_unsupported: 'There is no embedded database for this platform; set DATABASE_URL.',
  embedded_start_failed: 'The embedded database did not start.',
  bad_database_url: 'DATABASE_URL is not a PostgreSQL connection string.',
  server_too_old: 'The PostgreSQL server is older than version 15.',
  app_role_unavailable: 'The role that the application works under is missing and cannot be made.',
  database_unavailable: 'The database does not answer now.',
  disk_full: 'The database has no space left to write.',
  database_timeout: 'The database took too long.',
  database_error: 'The database refused a statement.',
  migration_changed: 'A migration that was applied has another text now.',
  schema_too_new: 'The database was migrated by a newer flowprof.',
  migration_failed: 'A migration could not be applied.',
  bad_workspace_id: 'A workspace id is a UUID.',
  bad_cursor: 'The cursor is of another list.',
  bad_value: 'A value cannot be stored.',
  bad_journal_key: 'A journal key is 32 bytes.',
  journal_key_mismatch: 'The journal was sealed with another key; every server on a database needs the same one.',
  journal_damaged: 'An entry of the journal is not what was written.',
  payload_too_large: 'What a node gave is too large for the journal.',
  not_owner: 'Another server runs the execution, or it has ended.',
  not_external: 'flowprof runs the execution itself; others can add spans and annotations only.',
  not_started: 'The execution has not started.',
  too_many_workflows: 'Too many workflows came into being by executions that others run.',
  too_many_temporal_connections: 'The workspace has as many Temporal connections as it may.',
  not_resumable: 'Only an execution that failed, was cancelled or ran out of time can run on.',
  not_found: 'There is no such row in this workspace.',
  conflict: 'There is one with the same key already.',
  last_admin: 'A workspace that has admins keeps at least one.',
  claim_lost: 'Another server was faster, or the schedule was changed.',
  secret_unreadable: 'A kept secret was sealed with another key, or is damaged.',
  version_conflict: 'The workflow was changed meanwhile.',
  not_empty: 'The project has workflows.',
} as const;

export type StoreErrorCode = keyof typeof STORE_ERRORS;

/** What the store throws. `code` says what happened; the message says it in words and may change. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, detail: string = STORE_ERRORS[code], cause?: unknown) {
    super(detail, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The code that Node or PostgreSQL put on an error, or null. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** An error in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

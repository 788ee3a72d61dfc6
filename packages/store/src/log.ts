/** What the store tells its owner about itself; never data of a workspace. */
export type StoreLogEvent =
  | { readonly type: 'database_initialised'; readonly dataDir: string }
  | { readonly type: 'database_started'; readonly pid: number; readonly version: string }
  | { readonly type: 'database_exited'; readonly code: number | null; readonly signal: string | null }
  | { readonly type: 'database_start_failed'; readonly attempt: number; readonly reason: string }
  | { readonly type: 'database_stopped' }
  | { readonly type: 'orphan_stopped'; readonly pid: number }
  | { readonly type: 'stale_lock_taken'; readonly pid: number }
  | { readonly type: 'privileges_dropped'; readonly uid: number; readonly gid: number; readonly capabilities: string }
  | { readonly type: 'migration_applied'; readonly version: number; readonly name: string }
  | { readonly type: 'app_role'; readonly mode: 'login' | 'set_role' }
  | { readonly type: 'connection_lost'; readonly reason: string };

export type StoreLog = (event: StoreLogEvent) => void;

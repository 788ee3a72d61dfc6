export { memberIdOf } from './access/member-id.ts';
export type * from './api.ts';
export { holderOf } from './embedded/lock.ts';
export { STORE_ERRORS, StoreError, type StoreErrorCode } from './errors.ts';
export type { StoreLog, StoreLogEvent } from './log.ts';
export { inspectDatabase, type DatabaseReport, type MigrationStatus } from './inspect.ts';
export { openStore, type StoreOptions } from './store.ts';
export type { StoreTimers } from './timers.ts';

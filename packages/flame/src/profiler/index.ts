export type * from './types.ts';
export type { EndOptions, ProfilerStore, ProfilerStoreOptions, RunChoice, StartOptions } from './api.ts';
export { createProfilerStore } from './store.ts';
export { memoryStorage, webStorage, indexedDbStorage, type ProfilerStorage } from './storage.ts';
export { profileOfTrace, type ProfileOfTraceOptions } from './profile-of.ts';
export { traceOfProfile } from './trace-of.ts';
export {
  exportProfile,
  PROFILE_EXPORTS,
  type ExportChoice,
  type ExportedProfile,
  type ProfileExport,
} from './export.ts';
export {
  profilerEndRecording,
  profilerRecordNodeExecution,
  profilerStartRecording,
  sharedProfilerStore,
} from './shared.ts';

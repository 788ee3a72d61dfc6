export type { ImportTarget } from './importers/target.ts';
export { importTraceFile, type ImportedExecution, type ImportOptions } from './importers/trace-file.ts';

export { eventBatches, readExecutions, type ReadExecution } from './importers/trace-file.ts';

export { eventBatches, readExecutions, unpackGzip, type ReadExecution } from './importers/trace-file.ts';

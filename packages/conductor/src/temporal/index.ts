export { buildBundle, makeBundle } from './bundle.ts';
export { strikeSealed } from './seal.ts';
export { startOnTemporal, type StartOnTemporal } from './start.ts';
export { createTemporalWorker, TASK_QUEUE, type TemporalWorkerOptions } from './worker.ts';

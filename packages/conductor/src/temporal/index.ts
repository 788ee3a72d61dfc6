export { buildBundle, makeBundle } from './bundle.ts';
export { strikeSealed } from './seal.ts';
export { startOnTemporal, type StartOnTemporal } from './start.ts';
export { NOTE_ACTIVITY } from './wire.ts';
export { createTemporalWorker, TASK_QUEUE, type TemporalWorkerOptions } from './worker.ts';

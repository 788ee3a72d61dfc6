/** The side that runs, and the channels to it: `@flowprof/conductor/rpc`. Nothing in here needs Node. */
export { serveConductor, type ServeLimits, type ServeOptions } from './serve.ts';
export { KeptRuns, type KeepOptions } from './kept-runs.ts';
export { MAX_FRAME_BYTES } from './frames.ts';
export { childProcessChannel, messagePortChannel, type IpcLike, type PortLike } from './ports.ts';
export type { RemoteOptions, RunRequest } from './request.ts';
export * from './browser.ts';

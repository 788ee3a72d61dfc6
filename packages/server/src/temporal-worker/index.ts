export { FlowprofPlugin } from './plugin.ts';
export type { ReportingOptions, ReportingProblem } from './options.ts';
export type { AttemptMessage, WorkerFacts } from './attempt.ts';

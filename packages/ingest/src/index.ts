export { eventBatches, readExecutions, unpackGzip, type ReadExecution } from './importers/trace-file.ts';
export {
  CallbackBatchError,
  decodeCallbacks,
  encodeSummary,
  EPOCH,
  readCallback,
  REJECTIONS,
  ReportCallbacksRequestSchema,
  ReportCallbacksResponseSchema,
  type CallbackSummary,
  type Redaction,
  type Rejection,
  type RejectionCode,
  type Report,
  type ReportedEvents,
} from './callbacks/index.ts';

export type {
  AttemptSample,
  CheckStep,
  DescribeRequest,
  HistoryPiece,
  HistoryRequest,
  ListRequest,
  RunDescription,
  RunHead,
  RunKey,
  TemporalCheck,
  TemporalClient,
  TemporalCredentials,
  TemporalTarget,
  TemporalTools,
} from './api.ts';
export { CHECK_STEPS } from './api.ts';
export { openTemporal } from './client.ts';
export { openCodec, type CodecServer, type CodecTools, type Decode, type JsonPayload } from './codec.ts';
export { TEMPORAL_ERROR_CODES, TemporalError, type TemporalErrorCode } from './errors.ts';
export { RateLimiter, type Rate, type Waits } from './limiter.ts';
export type { Resolve } from './address.ts';
export {
  dueAgainAt,
  isOfConnection,
  isStale,
  listingWait,
  nextWindow,
  retryAt,
  retryWait,
  SYNC_PACE,
} from './rules.ts';

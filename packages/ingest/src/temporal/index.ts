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
} from './api.ts';
export { CHECK_STEPS } from './api.ts';
export { openTemporal, type TemporalTools } from './client.ts';
export { openCodec, type CodecServer, type CodecTools, type Decode, type JsonPayload } from './codec.ts';
export { TEMPORAL_ERROR_CODES, TemporalError, type TemporalErrorCode } from './errors.ts';
export { RateLimiter, type Rate, type Waits } from './limiter.ts';
export { SYSTEM_TASK_QUEUE } from './listing.ts';
export { MACHINE_WAITS } from './waits.ts';
export { hostPortOf, type HostPort, type Resolve } from './channel.ts';
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

import { create, toBinary } from '@bufbuild/protobuf';
import { ReportCallbacksResponseSchema } from './generated/flowprof/callbacks/v1/callbacks_pb.ts';
import { REJECTIONS, type Rejection } from './reasons.ts';

export {
  ReportCallbacksRequestSchema,
  ReportCallbacksResponseSchema,
} from './generated/flowprof/callbacks/v1/callbacks_pb.ts';
export { CallbackBatchError, decodeCallbacks } from './decode.ts';
export { readCallback } from './read-callback.ts';
export { REJECTIONS, type Rejection, type RejectionCode } from './reasons.ts';
export { EPOCH, type Redaction, type Report, type ReportedEvents } from './report.ts';

/** What became of a batch: received = stored + rejected. */
export interface CallbackSummary {
  readonly received: number;
  readonly stored: number;
  readonly rejected: number;
  /** The first hundred. */
  readonly rejections: readonly Omit<Rejection, 'items'>[];
}

/** A summary as the bytes of a `ReportCallbacksResponse`. */
export function encodeSummary({ rejections, ...counts }: CallbackSummary): Uint8Array {
  const told = rejections.map(({ pointer, code }) => ({ pointer, code, detail: REJECTIONS[code] }));
  return toBinary(
    ReportCallbacksResponseSchema,
    create(ReportCallbacksResponseSchema, { ...counts, rejections: told }),
  );
}

import { decodeTrace, type Trace } from '@flowprof/model';
import { ApiError } from './errors.ts';

/** The trace in the columns that the server sent. @throws {ApiError} `bad_response` when they are damaged */
export function readTrace(bytes: Uint8Array): Trace {
  try {
    return decodeTrace(bytes);
  } catch {
    throw new ApiError('bad_response', 'The trace arrived damaged and cannot be drawn.');
  }
}

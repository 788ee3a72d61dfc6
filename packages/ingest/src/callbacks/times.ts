import { toEpochMicros, toMicros, type EpochMicros } from '@flowprof/model';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { Rejected } from './reasons.ts';

/** The years 1900 and 2255, in microseconds since 1970. */
const EARLIEST = -2_208_988_800_000_000;
const LATEST = 8_993_635_200_000_000;

function inRange(micros: number): EpochMicros {
  if (!(micros >= EARLIEST && micros < LATEST)) throw new Rejected('time_out_of_range');
  return toEpochMicros(micros);
}

/** A moment; what is finer than microseconds is cut off. @throws {Rejected} */
export function momentOf(timestamp: Timestamp): EpochMicros {
  return inRange(Number(timestamp.seconds) * 1_000_000 + Math.floor(timestamp.nanos / 1000));
}

/** A number of milliseconds or microseconds, as microseconds; null where neither is given. @throws {Rejected} */
function microsOf(ms: number | undefined, us: bigint | undefined): number | null {
  if (us !== undefined) return Number(us);
  if (ms === undefined) return null;
  const micros = ms * 1000;
  if (!Number.isFinite(micros)) throw new Rejected('time_out_of_range');
  return toMicros(micros);
}

/** A time as it is given: as a moment, or as an offset from the start of the execution. */
interface Given {
  readonly at: Timestamp | undefined;
  readonly ms: number | undefined;
  readonly us: bigint | undefined;
}

/**
 * A moment; null where none is given.
 * @param origin from where offsets count; null where that is not known
 * @throws {Rejected} `missing_origin`, `time_out_of_range`
 */
export function timeOf({ at, ms, us }: Given, origin: EpochMicros | null): EpochMicros | null {
  if (at !== undefined) return momentOf(at);
  const offset = microsOf(ms, us);
  if (offset === null) return null;
  if (origin === null) throw new Rejected('missing_origin');
  return inRange(origin + offset);
}

/** What has a start, and an end or a duration. */
interface Ranged {
  readonly startedAt?: Timestamp | undefined;
  readonly endedAt?: Timestamp | undefined;
  readonly startMs?: number | undefined;
  readonly startUs?: bigint | undefined;
  readonly durationMs?: number | undefined;
  readonly durationUs?: bigint | undefined;
}

/** From when to when something was; null for what is not known. */
export interface Range {
  readonly start: EpochMicros | null;
  readonly end: EpochMicros | null;
}

/** Reads a start and an end; of either and a duration the other follows. @throws {Rejected} as `timeOf` */
export function rangeOf(of: Ranged, origin: EpochMicros | null): Range {
  const start = timeOf({ at: of.startedAt, ms: of.startMs, us: of.startUs }, origin);
  const end = of.endedAt === undefined ? null : momentOf(of.endedAt);
  const duration = microsOf(of.durationMs, of.durationUs);
  if (duration === null) return { start, end };
  return {
    start: start ?? (end === null ? null : inRange(end - duration)),
    end: end ?? (start === null ? null : inRange(start + duration)),
  };
}

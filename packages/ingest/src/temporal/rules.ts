/**
 * The rules by which executions of a Temporal server are synced, whoever goes by them: the server itself, or the system
 * workflow. Pure, so that a workflow may import them: no clock, no randomness, no I/O.
 */
import { toEpochMicros, type EpochMicros } from '@flowprof/model';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;

/** How the sync of one connection is paced. Times are in microseconds. */
export const SYNC_PACE = {
  /** How many executions are fetched at once. */
  atOnce: 4,
  /** How often executions are listed. */
  listEvery: 5 * SECOND,
  /** The same while nothing has changed for long. */
  listEveryIdle: 15 * SECOND,
  /** How much a window reaches back into the one before: what the server lists is stale by seconds, sometimes more. */
  overlap: 2 * MINUTE,
  /** How often a run that goes on is fetched again, soon after something happened in it, and when nothing has for long. */
  openEvery: 2 * SECOND,
  openEveryIdle: MINUTE,
  /** How long a run counts as one in which something happens after it last did. */
  lively: 30 * SECOND,
  /** What makes of events takes longer the more there are: each so many let a run wait another second. */
  eventsPerSecond: 5000,
  /** The wait after the first failure; each further one doubles it, up to the longest. */
  firstRetry: 2 * SECOND,
  longestRetry: 10 * MINUTE,
  /** How much a wait is longer or shorter by chance, as a share of it. */
  jitter: 0.2,
  /** After so many failures in a row a run that the server does not know is let be. */
  lostAfter: 5,
  /** How long a run is let be that is of no use to ask for. */
  lostRetry: DAY,
} as const;

/** Why something could not be had from a Temporal server, by what it says about everything else that is to be synced. */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'unreachable',
  'tls',
  'unauthenticated',
  'permission_denied',
  'namespace_not_found',
  'rate_limited',
  'forbidden',
  'unsupported',
]);

/** Whether a failure is one of the connection: then it is no use to ask for other runs now, and no run is to blame. */
export function isOfConnection(code: string): boolean {
  return OF_CONNECTION.has(code);
}

/**
 * How long to wait after a failure, in microseconds.
 * @param failures how often in a row it has failed, this time too
 * @param chance from 0 to 1
 */
export function retryWait(failures: number, chance: number): number {
  const { firstRetry, longestRetry, jitter } = SYNC_PACE;
  const wait = Math.min(longestRetry, firstRetry * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(wait * (1 + jitter * (2 * chance - 1)));
}

/** When a run that could not be synced is tried again. */
export function retryAt(now: EpochMicros, code: string, failures: number, chance: number): EpochMicros {
  const isLost = code === 'not_found' && failures >= SYNC_PACE.lostAfter;
  return toEpochMicros(now + (isLost ? SYNC_PACE.lostRetry : retryWait(failures, chance)));
}

/** A stretch of time in which executions are listed that began or ended in it. */
export interface ListingWindow {
  readonly from: EpochMicros;
  readonly until: EpochMicros;
}

/** What of a connection decides about its listings. */
export interface ListingState {
  readonly listedUntil: EpochMicros | null;
  readonly backfillDays: number;
}

/** The next stretch to be listed: from a little before where the last one ended, up to now. */
export function nextWindow({ listedUntil, backfillDays }: ListingState, now: EpochMicros): ListingWindow {
  const first = now - backfillDays * DAY;
  const from = listedUntil === null ? first : Math.min(listedUntil, now) - SYNC_PACE.overlap;
  return { from: toEpochMicros(Math.max(0, Math.round(from))), until: now };
}

/** How long after a listing the next one is, in microseconds. */
export function listingWait(changed: number): number {
  return changed > 0 ? SYNC_PACE.listEvery : SYNC_PACE.listEveryIdle;
}

/** What of a run decides when it is looked at again. */
export interface OpenRun {
  readonly isClosed: boolean;
  /** How many events there are. */
  readonly events: number;
  /** When the last of them happened; null when there is none. */
  readonly lastEventAt: EpochMicros | null;
  /** Whether an activity or task of it is under way, so that there is something to sample. */
  readonly isBusy: boolean;
}

/** When a run is looked at again that was just synced; null where it has ended. */
export function dueAgainAt({ isClosed, events, lastEventAt, isBusy }: OpenRun, now: EpochMicros): EpochMicros | null {
  if (isClosed) return null;
  const { openEvery, openEveryIdle, lively, eventsPerSecond } = SYNC_PACE;
  const quiet = lastEventAt === null ? 0 : Math.max(0, now - lastEventAt);
  // The longer nothing happens, the less it is asked about: a tenth of the silence, but often where it works.
  const longest = isBusy ? openEveryIdle / 4 : openEveryIdle;
  const wait = quiet < lively ? openEvery : Math.min(longest, Math.max(openEvery, quiet / 10));
  const cost = (events / eventsPerSecond) * SECOND;
  return toEpochMicros(Math.round(now + Math.max(wait, cost)));
}

/** Whether a run may have gone on since it was synced, so that who looks at it wants it fetched. */
export function isStale(
  { isComplete, syncedAt }: { readonly isComplete: boolean; readonly syncedAt: EpochMicros | null },
  now: EpochMicros,
): boolean {
  if (isComplete) return false;
  return syncedAt === null || now - syncedAt > SYNC_PACE.openEvery;
}

import type { LiveEvent } from '@flowprof/store';

/** Why a client has to look at the workflow anew: what it missed is no longer there, or the number is none of ours. */
export type ResetReason = 'history_pruned' | 'unknown_seq';

/** An event as it is sent, made once for all who watch. */
export interface Frame {
  readonly seq: number;
  /** Null for one of the workflow, which watchers of a step do not get. */
  readonly stepKey: string | null;
  readonly bytes: Buffer;
}

/** The data of an event comes as JSON and goes as it came. */
export function frameOf({ seq, stepKey, type, data }: LiveEvent): Frame {
  return { seq, stepKey, bytes: Buffer.from(`{"event":${JSON.stringify(type)},"seq":${seq},"data":${data}}`) };
}

export function resetFrame(seq: number, reason: ResetReason): Buffer {
  return Buffer.from(JSON.stringify({ event: 'reset', seq, data: { reason } }));
}

/** Why what follows a number cannot be given without a gap; null when it can. */
export function resetReason(
  since: number,
  { lastSeq, oldestSeq }: { readonly lastSeq: number; readonly oldestSeq: number | null },
): ResetReason | null {
  if (since > lastSeq) return 'unknown_seq';
  return since < (oldestSeq ?? lastSeq + 1) - 1 ? 'history_pruned' : null;
}

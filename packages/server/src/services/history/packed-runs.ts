import { setImmediate } from 'node:timers/promises';
import { readRunSummary, type HistoryRun } from '@flowprof/model';

/** How many executions are packed before others get their turn. */
const AT_ONCE = 4;

/** An execution with its summary as bytes, which cost nothing to hand to a thread. */
export interface PackedRun {
  readonly head: Omit<HistoryRun, 'summary'>;
  readonly summary: Uint8Array;
}

/** Packs executions for a thread, a few at a time, so that nothing else waits for all of them. */
export async function packRuns(runs: readonly HistoryRun[]): Promise<PackedRun[]> {
  const packed: PackedRun[] = [];
  for (const { summary, ...head } of runs) {
    packed.push({ head, summary: Buffer.from(JSON.stringify(summary), 'utf8') });
    if (packed.length % AT_ONCE === 0) await setImmediate();
  }
  return packed;
}

/** What `packRuns` packed. */
export function unpackRuns(packed: readonly PackedRun[]): HistoryRun[] {
  const runs: HistoryRun[] = [];
  for (const { head, summary: bytes } of packed) {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    const summary = readRunSummary(value);
    if (summary !== null) runs.push({ ...head, summary });
  }
  return runs;
}

/** How much there is to go through: the nodes of all executions. */
export function weightOf(runs: readonly HistoryRun[]): number {
  let nodes = 0;
  for (const { summary } of runs) nodes += 1 + summary.nodes.length;
  return nodes;
}

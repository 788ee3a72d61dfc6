import { analyseTrace, buildProfile, CAUSES } from '@flowprof/model';
import type { Simulated } from '../facts.ts';
import type { Report } from './report.ts';

/** The accounting divides the makespan without a rest, and the critical path is as long as it. */
export function checkAccounts({ result, lives }: Simulated, report: Report): void {
  const { accounting, measures, path } = analyseTrace(result.recording);
  if (accounting === null || measures === null) return;
  const sum = CAUSES.reduce((total, cause) => total + accounting.totals[cause], 0);
  if (sum !== measures.makespan) report.add(`the accounting sums to ${sum}, the makespan is ${measures.makespan}`);
  let cursor: number = measures.from;
  for (const { fromUs, toUs } of accounting.segments) {
    if (fromUs !== cursor) report.add(`the accounting has a hole from ${cursor} to ${fromUs}`);
    cursor = toUs;
  }
  if (cursor !== measures.to) report.add(`the accounting ends at ${cursor}, the run at ${measures.to}`);
  // What a life did that died is known only as far as somebody was told.
  if (lives.length === 1 && accounting.totals.unaccounted !== 0) {
    const where = accounting.segments.find(({ cause }) => cause === 'unaccounted');
    report.add(`${accounting.totals.unaccounted} us are not accounted for, from ${where?.fromUs ?? '?'}`);
  }
  if (path?.kind === 'dependencies') {
    const profile = buildProfile(result.recording);
    const { critical_path: critical, makespan_ms: makespan } = profile;
    const total = (critical?.lead_ms ?? 0) + (critical?.on_path_ms ?? 0) + (critical?.gaps_ms ?? 0);
    if (Math.abs(total - (makespan ?? 0)) > 0.0005) report.add(`the critical path is ${total} of ${makespan} ms`);
  }
}

import type { AttemptReport } from './api.ts';
import { attemptId, attemptKey } from '../queries/temporal-attempts.ts';

/** The longest text of a report that is kept, in characters. */
const MAX_TEXT = 10_000;
const MAX_HEARTBEATS = 1000;

function cut(value: string): string {
  return value.length <= MAX_TEXT ? value : value.slice(0, MAX_TEXT);
}

/** A report in bounds. */
function bounded(report: AttemptReport): AttemptReport {
  const { error, heartbeats } = report;
  return {
    ...report,
    runId: report.runId.toLowerCase(),
    error: error && { ...error, message: cut(error.message) },
    heartbeats: heartbeats.length <= MAX_HEARTBEATS ? heartbeats : heartbeats.slice(0, MAX_HEARTBEATS),
  };
}

/** Whether `b` tells more of an attempt than `a`. */
function tellsMore(b: AttemptReport, a: AttemptReport): boolean {
  if ((a.endedAt === null) !== (b.endedAt === null)) return b.endedAt !== null;
  return b.heartbeatCount > a.heartbeatCount;
}

/** Reports in bounds, of each attempt and source the one that tells the most. */
export function distinctReports(reports: readonly AttemptReport[]): AttemptReport[] {
  const found = new Map<string, AttemptReport>();
  for (const report of reports) {
    const key = `${report.runId.toLowerCase()} ${attemptId(report)}`;
    const known = found.get(key);
    if (known === undefined || tellsMore(report, known)) found.set(key, bounded(report));
  }
  return [...found.values()];
}

/** What a worker told of an attempt, with its end as it was seen from outside where the worker did not live to tell it. */
function withEnd(told: AttemptReport, seen: AttemptReport): AttemptReport {
  if (told.endedAt !== null || seen.endedAt === null) return told;
  return { ...told, endedAt: seen.endedAt, status: seen.status, error: seen.error };
}

/** One report of each attempt: that of the worker where there is one. Their order stays. */
export function joinReports(reports: readonly AttemptReport[]): AttemptReport[] {
  const joined = new Map<string, AttemptReport>();
  for (const report of reports) {
    const key = JSON.stringify([report.runId, ...attemptKey(report)]);
    const known = joined.get(key);
    if (known === undefined) joined.set(key, report);
    else joined.set(key, report.source === 'worker' ? withEnd(report, known) : withEnd(known, report));
  }
  return [...joined.values()];
}

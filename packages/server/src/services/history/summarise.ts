import { analyseTrace, summariseRun, type Trace } from '@flowprof/model';
import type { KeptSummary } from '@flowprof/store';

/** How many of the tracks are kept. */
const MOST_TRACKS = 16;

/** What is kept of an execution's trace to compare it with others. */
export function summaryOfTrace(trace: Trace): KeptSummary {
  return {
    summary: summariseRun(analyseTrace(trace)),
    tracks: [...new Set(trace.spans.tracks)].sort().slice(0, MOST_TRACKS),
  };
}

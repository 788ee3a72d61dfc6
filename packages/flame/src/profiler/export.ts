import type { ProfilerStore } from './api.ts';
import type { ProfilerGraph } from './types.ts';

/** What a recording can be saved as: flowprof's own trace file, one for Chrome and Perfetto, or what was found out. */
export const PROFILE_EXPORTS = ['trace', 'chrome', 'analysis'] as const;
export type ProfileExport = (typeof PROFILE_EXPORTS)[number];

export interface ExportedProfile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Which recording, of which store. */
export interface ExportChoice {
  readonly store: ProfilerStore;
  readonly workflowId: string;
  readonly runId: string;
  readonly graph?: ProfilerGraph | null;
}

/** What was recorded and what it tells, as one JSON document. */
function analysisOf({ store, workflowId, runId, graph = null }: ExportChoice): Uint8Array {
  const run = { runId };
  const document = {
    format: 'flowprof-profile-analysis',
    version: 1,
    profile: store.getProfile(workflowId, runId),
    bottlenecks: store.getBottlenecks(workflowId, 1000, run),
    parallelization: store.getParallelizationAnalysis(workflowId, graph, run),
    insights: store.getPerformanceInsights(workflowId, graph, run),
    baseline: store.compareWithBaseline(workflowId, graph, run),
    cost: store.getCost(workflowId, run),
  };
  return new TextEncoder().encode(JSON.stringify(document, null, 2));
}

/** A part of a file's name that every system takes. */
function safeName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80);
}

/** A recording as a file; null where it is not known. `trace` and `chrome` are files that `flowprof` reads. */
export async function exportProfile(choice: ExportChoice, as: ProfileExport): Promise<ExportedProfile | null> {
  const { store, workflowId, runId, graph } = choice;
  const trace = store.getTrace(workflowId, graph ?? null, { runId });
  if (trace === null) return null;
  const name = `${safeName(workflowId)}-${safeName(runId)}`;
  if (as === 'analysis') return { fileName: `${name}.analysis.json`, bytes: analysisOf(choice) };
  const { writeTraceFile } = await import('./write-file.ts');
  if (as === 'chrome') return { fileName: `${name}.chrome.json`, bytes: await writeTraceFile(trace, 'chrome') };
  return { fileName: `${name}.flowprof.json`, bytes: await writeTraceFile(trace, 'json') };
}

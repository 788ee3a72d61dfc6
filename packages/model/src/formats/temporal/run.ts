/** From all that is known of one run to its trace. Pure: the same parts, in whatever order, always give the same trace. */
import { buildLeafGraph } from '../../analysis/leaf-graph.ts';
import { judgeRetries } from '../../analysis/retries.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { Trace } from '../../trace/trace.ts';
import type { AttemptReport } from './attempts.ts';
import { drawRun, type KnownHistory } from './draw-run.ts';
import type { HistoryEvent } from './events.ts';
import { TemporalHistory, type HistoryInfo } from './history.ts';
import type { JoinedSpans } from './joined.ts';

/** The history of a child workflow, or of another run in its chain. */
export interface ChildHistory {
  readonly runId: string;
  readonly events: Iterable<HistoryEvent>;
  readonly info?: HistoryInfo;
}

/** What is known of a run. */
export interface RunParts {
  /** In any order; one of them that comes twice counts once. */
  readonly events: Iterable<HistoryEvent>;
  readonly info?: HistoryInfo;
  /** Of this run, and of its children where those are given: each is taken by the run that it names. */
  readonly attempts?: readonly AttemptReport[];
  /** Of children, their children and so on, in any order: each is found by its run id. */
  readonly children?: readonly ChildHistory[];
  readonly joined?: readonly JoinedSpans[];
  /** Payloads as a codec server gave them back (`{metadata, data}`, in base64), by the `data` that they had before. */
  readonly decoded?: ReadonlyMap<string, JsonObject>;
}

function knownHistories(children: readonly ChildHistory[]): ReadonlyMap<string, KnownHistory> {
  const known = new Map<string, TemporalHistory>();
  for (const { runId, events, info = {} } of children) {
    let history = known.get(runId);
    if (history === undefined) known.set(runId, (history = new TemporalHistory()));
    history.describe(info);
    history.add(events);
  }
  return known;
}

/** A trace whose nodes tell of their retries whether they were expected, and why, beside the policy. */
function withVerdicts(trace: Trace): Trace {
  const { nodes, spans } = trace;
  const findings = judgeRetries(buildLeafGraph(trace));
  if (findings.length === 0) return trace;
  const metadata = new Map(spans.metadata);
  for (const { nodeRow, verdict, reason } of findings) {
    const row = nodes.span[nodeRow];
    const known = metadata.get(row) ?? {};
    const retry = known['retry'];
    metadata.set(row, { ...known, retry: { ...(isJsonObject(retry) && retry), verdict, reason } });
  }
  return { ...trace, spans: { ...spans, metadata } };
}

/** The trace of a run, as far as it is known. */
export function traceOfRun({ events, info = {}, attempts = [], children = [], joined = [], decoded }: RunParts): Trace {
  const history = new TemporalHistory(info);
  history.add(events);
  const parts = { attempts, children: knownHistories(children), joined, isDetailed: true };
  return withVerdicts(drawRun(history, decoded === undefined ? parts : { ...parts, decoded }));
}

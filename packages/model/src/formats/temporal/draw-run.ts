/** Draws a run with the runs of its child workflows in it. */
import type { JsonObject } from '../../json.ts';
import { isTerminal } from '../../trace/status.ts';
import { NO_LINKS, type ExecutionInfo, type Trace } from '../../trace/trace.ts';
import type { AttemptReport } from './attempts.ts';
import { Drawing, type ChildCall } from './drawing.ts';
import type { HistoryEvent } from './events.ts';
import type { HistoryInfo } from './execution.ts';
import { drawJoined, type JoinedSpans } from './joined.ts';
import { isOwnRun, newOwnNotes, ownArgument, type OwnArgument } from './own-notes.ts';
import { traceOfOwnRun } from './own-run.ts';
import { atTheTop, newTables, type Place, type Tables } from './tables.ts';

/** So many spans an execution has at most that is made of what comes from elsewhere. */
const MAX_SPANS = 1_000_000;

/** So deep children are drawn in one another. */
const MAX_DEPTH = 64;

/** So many runs one trace has in it. */
const MAX_RUNS = 10_000;

/** So many of the runs of one chain are named. */
const MAX_LISTED = 100;

/** A history as it is drawn: each event once, in the order of their ids. */
export interface KnownHistory {
  readonly events: readonly HistoryEvent[];
  readonly info: HistoryInfo;
  readonly conflicts: { readonly count: number; readonly example: string };
}

/** What is known of a run besides its history. */
export interface DrawOptions {
  readonly attempts?: readonly AttemptReport[];
  /** Histories of other runs, by their ids. */
  readonly children?: ReadonlyMap<string, KnownHistory>;
  readonly joined?: readonly JoinedSpans[];
  readonly decoded?: ReadonlyMap<string, JsonObject>;
  readonly isDetailed?: boolean;
}

function groupByRun(attempts: readonly AttemptReport[]): ReadonlyMap<string, readonly AttemptReport[]> {
  const groups = new Map<string, AttemptReport[]>();
  for (const report of attempts) {
    const known = groups.get(report.runId);
    if (known === undefined) groups.set(report.runId, [report]);
    else known.push(report);
  }
  return groups;
}

/** Draws what children did, and their children, each level after the one around it; never recursive. */
class Nesting {
  readonly #tables: Tables;
  readonly #options: DrawOptions;
  readonly #attempts: ReadonlyMap<string, readonly AttemptReport[]>;
  /** Runs that are in the trace: one that names itself among its children is not drawn again. */
  readonly #drawn = new Set<string>();

  constructor(tables: Tables, options: DrawOptions) {
    this.#tables = tables;
    this.#options = options;
    this.#attempts = groupByRun(options.attempts ?? []);
  }

  drawAll(first: readonly ChildCall[]): void {
    const calls = [...first];
    for (let i = 0; i < calls.length; i++) {
      const call = calls[i];
      if (call !== undefined) for (const child of this.#drawChain(call)) calls.push(child);
    }
  }

  /** Draws a child, and the runs that went on from it, in one place. */
  #drawChain({ runId: first, owner, place: around }: ChildCall): readonly ChildCall[] {
    const { spans } = this.#tables;
    const children: ChildCall[] = [];
    const runs: string[] = [];
    let place: Place = around;
    let isTried = false;
    for (let runId: string | null = first; runId !== null && runs.length < MAX_RUNS;) {
      const drawing: Drawing | null = this.#take(runId, place);
      if (drawing === null) break;
      runs.push(runId);
      const { summary } = drawing;
      isTried ||= summary.nextInitiator === 'Retry';
      drawing.draw(isTried ? this.#drawAttempt(drawing, place) : {});
      for (const child of drawing.children) children.push(child);
      runId = summary.nextRunId;
      place = { ...place, ids: `${around.ids.slice(0, -1)}~${runs.length + 1}:`, before: drawing.lastTask };
    }
    if (runs.length > 0) spans.annotateSpan(owner, { runs: runs.slice(0, MAX_LISTED), run_count: runs.length });
    return children;
  }

  /** What draws a run; null where it is not known, was drawn, or there is no room for it. */
  #take(runId: string, place: Place): Drawing | null {
    const { children, isDetailed = false } = this.#options;
    const history = children?.get(runId);
    if (history === undefined || this.#drawn.has(runId)) return null;
    this.#drawn.add(runId);
    const { warnings, spans } = this.#tables;
    const isRoom = this.#drawn.size <= MAX_RUNS && place.depth <= MAX_DEPTH;
    const info = { ...history.info, runId };
    const run = { events: history.events, info, attempts: this.#attempts.get(runId) ?? [], isDetailed };
    const drawing = isRoom && spans.length + history.events.length < MAX_SPANS ? new Drawing(run, place) : null;
    if (drawing === null || spans.length + drawing.size > MAX_SPANS) {
      warnings.add('left_out', `the child workflow run ${runId}`);
      return null;
    }
    const { count, example } = history.conflicts;
    if (count > 0) warnings.add('duplicate_event', example, count);
    return drawing;
  }

  /** One of several tries of a child workflow that has a retry policy. */
  #drawAttempt(drawing: Drawing, { ids, node, span }: Place): Partial<Place> {
    const { spans } = this.#tables;
    const { from, to, status, error, attempt } = drawing.summary;
    if (from === null) return {};
    const row = spans.append('attempt', `attempt ${attempt}`, drawing.timeOf(from), node, span);
    spans.setId(row, `${ids}attempt`);
    spans.annotateSpan(row, {
      attempt,
      ...(error !== null && { error: { code: error.code, message: error.message } }),
    });
    const end = to ?? drawing.until;
    const begin = drawing.within(from);
    const until = end === null ? null : drawing.within(end < begin ? begin : end);
    if (until !== null) spans.close(row, drawing.timeOf(until), isTerminal(status) ? status : 'cancelled');
    return { span: row, from: begin, until };
  }
}

/** The trace of a run: its own history, and in it those of its children that are known. */
export function drawRun(history: KnownHistory, options: DrawOptions): Trace {
  const { attempts = [], joined = [], decoded, isDetailed = false } = options;
  const { events, info, conflicts } = history;
  const own = isOwnRun(events, decoded) ? newOwnNotes() : null;
  const tables = newTables(events.length * 2, own, decoded);
  const drawing = new Drawing({ events, info, attempts, isDetailed }, atTheTop(tables));
  if (conflicts.count > 0) tables.warnings.add('duplicate_event', conflicts.example, conflicts.count);
  const execution = drawing.execution();
  drawing.draw();
  new Nesting(tables, options).drawAll(drawing.children);
  drawJoined(joined, drawing.base, tables, MAX_SPANS);
  const trace = {
    execution: own === null ? execution : ownExecution(execution, ownArgument(events, decoded)),
    nodes: tables.nodes.snapshot(),
    spans: tables.spans.snapshot(),
    annotations: tables.annotations.snapshot(),
    links: NO_LINKS,
    warnings: tables.warnings.list(),
  };
  return own === null ? trace : traceOfOwnRun(trace, own, drawing.base);
}

/** A run of a workflow file has the inputs that the file asks for, and not the file itself. */
function ownExecution(execution: ExecutionInfo, argument: OwnArgument | null): ExecutionInfo {
  if (argument === null) return execution;
  const { concurrency, input } = argument;
  return { ...execution, concurrency, attributes: { ...execution.attributes, input } };
}

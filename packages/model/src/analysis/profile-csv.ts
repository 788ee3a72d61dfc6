import { LINE_END, textCell } from '../formats/csv.ts';
import { CAUSES } from '../trace/phases.ts';
import { asMicros, msFromMicros } from '../units.ts';
import type { Trace } from '../trace/trace.ts';
import { analyseTrace, type AnalysisOptions } from './analyse.ts';
import { hotspotsOf } from './hotspots/hotspots.ts';
import { nodeAccounts, type CauseTimes } from './node-accounts.ts';

/** The columns, in order; times are milliseconds, and `on_path_` is what a node held of the makespan, its waits included. */
const COLUMNS = [
  'execution',
  'workflow',
  'id',
  'name',
  'type',
  'count',
  'failed',
  'attempts',
  'from_ms',
  'to_ms',
  'total_ms',
  'self_ms',
  'on_path_ms',
  'percent_of_makespan',
  'mean_ms',
  'p50_ms',
  'p95_ms',
  'max_ms',
  ...CAUSES.map((cause) => `${cause}_ms`),
  ...CAUSES.map((cause) => `on_path_${cause}_ms`),
];

function timesIn(times: CauseTimes): number[] {
  return CAUSES.map((cause) => msFromMicros(times[cause]));
}

function sumOf(times: CauseTimes): number {
  return CAUSES.reduce((sum, cause) => sum + times[cause], 0);
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? textCell(value) : String(value);
}

/** The header of such a table, with its line end. */
export function profileCsvHeader(): string {
  return COLUMNS.join(',') + LINE_END;
}

/**
 * What an execution spent its time in as rows of a table for spreadsheets: a row for each node, or for each name of spans
 * where the source knows no nodes; what held the critical path longest first. Without a header, so that several
 * executions make one table. No text begins a formula.
 */
export function buildProfileCsv(trace: Trace, options: AnalysisOptions = {}): string {
  const analysis = analyseTrace(trace, options);
  const { execution, nodes } = analysis.graph.trace;
  const accounts = nodeAccounts(analysis);
  const found = hotspotsOf(analysis, accounts.length + analysis.graph.trace.spans.names.length);
  const hotspots = new Map((nodes.length > 0 ? found.nodes : found.spans).map((hotspot) => [hotspot.id, hotspot]));
  const makespan = analysis.measures?.makespan ?? 0;
  accounts.sort((a, b) => sumOf(b.onPath) - sumOf(a.onPath) || sumOf(b.times) - sumOf(a.times));
  const lines = accounts.map((account) => {
    const hotspot = hotspots.get(account.id);
    const critical = sumOf(account.onPath);
    const cells = [
      execution.externalId ?? execution.id ?? execution.name,
      execution.workflow,
      account.id,
      account.name,
      account.type,
      account.count,
      account.failed,
      account.attempts,
      msFromMicros(account.from),
      msFromMicros(account.to),
      hotspot?.total_ms ?? 0,
      hotspot?.self_ms ?? 0,
      msFromMicros(asMicros(critical)),
      makespan > 0 ? Math.round((critical / makespan) * 100_000) / 1000 : null,
      hotspot?.mean_ms ?? null,
      hotspot?.p50_ms ?? null,
      hotspot?.p95_ms ?? null,
      hotspot?.max_ms ?? null,
      ...timesIn(account.times),
      ...timesIn(account.onPath),
    ];
    return cells.map(cell).join(',') + LINE_END;
  });
  return lines.join('');
}

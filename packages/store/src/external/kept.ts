import { spanIdAt, type EpochMicros, type ExecutionInfo, type Trace } from '@flowprof/model';
import { assembleRows } from '../assemble-rows.ts';
import type { Batch } from '../batch.ts';
import { packTrace, unpackTrace } from '../blob.ts';
import type { Sql } from '../database.ts';
import { StoreError } from '../errors.ts';
import { insertTrace } from '../queries/insert-trace.ts';
import { numberSteps } from '../queries/number-steps.ts';
import { selectAnnotations } from '../queries/select-annotations.ts';
import { selectExecutionInfo } from '../queries/select-execution-info.ts';
import { replaceKept, type KeptTrace } from '../queries/select-kept.ts';
import { selectJoinedSpans } from '../queries/select-spans.ts';
import { mergeTrace } from './merge-trace.ts';
import { withEarlierStart } from './moments.ts';

/** The trace that the rows of an execution of others make, whatever the order in which they came. */
async function traceOfRows(sql: Sql, workspaceId: string, executionId: string): Promise<Trace> {
  await numberSteps(sql, workspaceId, executionId);
  const assembler = await assembleRows(sql, workspaceId, executionId);
  if (assembler === null) throw new StoreError('not_found');
  return assembler.finish();
}

/** Keeps the trace of an execution of others that has ended; says whether it was not kept yet. */
export async function keepTrace(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  now: EpochMicros,
): Promise<boolean> {
  const packed = await packTrace(await traceOfRows(sql, workspaceId, executionId));
  return insertTrace(sql, workspaceId, executionId, packed, now, true);
}

/** A trace that whoever ran it recorded, with the spans in it that others told of. */
export async function withJoined(sql: Sql, workspaceId: string, executionId: string, trace: Trace): Promise<Trace> {
  const spans = await selectJoinedSpans(sql, workspaceId, executionId);
  const known = new Set<string | null>([null, ...spans.map(({ id }) => id)]);
  for (let row = 0; row < trace.spans.length; row++) known.add(spanIdAt(trace.spans.ids, row));
  const annotations = await selectAnnotations(sql, workspaceId, executionId);
  return mergeTrace(trace, { spans, annotations: annotations.filter(({ spanId }) => known.has(spanId)) });
}

async function infoOf(sql: Sql, workspaceId: string, executionId: string): Promise<Partial<ExecutionInfo>> {
  return (await selectExecutionInfo(sql, workspaceId, executionId))?.info ?? {};
}

/** What changed of an execution whose trace is kept. */
interface More {
  /** What was told, with times from the start. */
  readonly added: Batch;
  /** So many microseconds earlier is the start than it was. */
  readonly by: number;
}

/** Makes the kept trace of an execution again, after more was told of it. */
export async function keepAgain(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  kept: KeptTrace,
  more: More,
): Promise<void> {
  const trace =
    kept.isOfRows && kept.hasRows
      ? await traceOfRows(sql, workspaceId, executionId)
      : await mergedTrace(sql, workspaceId, executionId, kept, more);
  await replaceKept(sql, workspaceId, executionId, await packTrace(trace));
}

async function mergedTrace(
  sql: Sql,
  workspaceId: string,
  executionId: string,
  kept: KeptTrace,
  { added, by }: More,
): Promise<Trace> {
  const trace = withEarlierStart(await unpackTrace(kept), by);
  if (!kept.isOfRows) {
    return kept.hasRows ? withJoined(sql, workspaceId, executionId, trace) : mergeTrace(trace, added);
  }
  // What a trace of rows says of the execution is what its row says now.
  const info = await infoOf(sql, workspaceId, executionId);
  return mergeTrace({ ...trace, execution: { ...trace.execution, ...info } }, added);
}

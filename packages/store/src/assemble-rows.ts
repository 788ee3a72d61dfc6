import { isWarningCode, TraceAssembler } from '@flowprof/model';
import type { Sql } from './database.ts';
import { selectAnnotations } from './queries/select-annotations.ts';
import { selectExecutionInfo } from './queries/select-execution-info.ts';
import { selectNodes } from './queries/select-nodes.ts';
import { selectSpans } from './queries/select-spans.ts';

/** The rows of an execution, ready to be made a trace; null when there is no such execution. */
export async function assembleRows(sql: Sql, workspaceId: string, executionId: string): Promise<TraceAssembler | null> {
  const execution = await selectExecutionInfo(sql, workspaceId, executionId);
  if (execution === null) return null;
  const assembler = new TraceAssembler(execution.info);
  for (const { node, status, declared } of await selectNodes(sql, workspaceId, executionId)) {
    if (declared) assembler.addNode(node);
    assembler.addNodeState({ nodeKey: node.key, iteration: node.iteration, status });
  }
  await selectSpans(sql, workspaceId, executionId, (span) => assembler.addSpan(span));
  for (const annotation of await selectAnnotations(sql, workspaceId, executionId)) {
    assembler.addAnnotation(annotation);
  }
  for (const [code, example] of Object.entries(execution.warnings)) {
    if (isWarningCode(code) && typeof example === 'string') assembler.warn(code, example);
  }
  return assembler;
}

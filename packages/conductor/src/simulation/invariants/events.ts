import { isJsonObject, type JsonObject } from '@flowprof/model';
import type { ExecutionTraceEvent, NodeExecutionTrace } from '../../index.ts';
import type { Simulated } from '../facts.ts';
import type { Report } from './report.ts';

function dataOf(event: ExecutionTraceEvent): JsonObject {
  return isJsonObject(event.data) ? event.data : {};
}

const RANK = { pending: 0, executing: 1, completed: 2, error: 2, skipped: 2, cancelled: 2, timeout: 2 } as const;

/** The events of one level: started first, ended last, states in order, progress that never goes back. */
function checkLevel(events: readonly ExecutionTraceEvent[], where: string, isLoop: boolean, report: Report): void {
  const first = events.findIndex(({ type }) => type === 'started');
  const ends = events.flatMap(({ type }, i) => (type === 'completed' || type === 'error' ? [i] : []));
  if (ends.length > 1) report.add(`${where} ends ${ends.length} times`);
  let latest = 0;
  let progress = 0;
  const ranks = new Map<unknown, number>();
  for (const [i, event] of events.entries()) {
    if (event.timestamp < latest) report.add(`${where}: event ${i} ${event.type} comes before the one before it`);
    latest = event.timestamp;
    const { nodeId, progress: percent, state } = dataOf(event);
    if (nodeId === undefined) continue;
    if (i < first) report.add(`${where}: event ${i} of ${JSON.stringify(nodeId)} comes before it started`);
    const end = ends[0];
    if (end !== undefined && i > end)
      report.add(`${where}: event ${i} of ${JSON.stringify(nodeId)} comes after its end`);
    if (event.type === 'progress' && typeof percent === 'number') {
      if (percent < progress || percent > 100) report.add(`${where}: progress goes from ${progress} to ${percent}`);
      progress = percent;
    }
    if (event.type === 'state-change' && typeof state === 'string' && Object.hasOwn(RANK, state)) {
      const rank = rankOf(state);
      // The items of a loop share an id.
      if (!isLoop && rank < (ranks.get(nodeId) ?? 0)) {
        report.add(`${where}: ${JSON.stringify(nodeId)} becomes ${state} after its end`);
      }
      ranks.set(nodeId, rank);
    }
  }
}

function rankOf(state: string): number {
  return new Map<string, number>(Object.entries(RANK)).get(state) ?? 0;
}

/** The nested trace: every level has its own legal history, and every node the times of its run. */
export function checkEvents({ result, executionId, startedAt }: Simulated, report: Report): void {
  const { trace } = result;
  if (trace.executionId !== executionId) report.add('the trace has another execution id');
  if (trace.startTime !== startedAt / 1000)
    report.add(`the trace starts at ${trace.startTime}, not ${startedAt / 1000}`);
  if (trace.events[0]?.type !== 'started') report.add(`the first event is ${trace.events[0]?.type ?? 'missing'}`);
  const last = trace.events.at(-1)?.type;
  if (last !== (result.success ? 'completed' : 'error')) report.add(`the last event is ${last ?? 'missing'}`);
  checkLevel(trace.events, 'the run', false, report);
  const todo: NodeExecutionTrace[] = [...trace.nodes];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.state === 'pending' || node.state === 'executing')
      report.add(`${node.nodeId} is ${node.state} in the end`);
    if (node.progress < 0 || node.progress > 100) report.add(`${node.nodeId} is at ${node.progress}%`);
    if (node.state === 'completed' && node.progress !== 100)
      report.add(`${node.nodeId} completed at ${node.progress}%`);
    if (node.endTime !== undefined && node.endTime < node.startTime) report.add(`${node.nodeId} ends before its start`);
    if (node.childTraces) {
      checkLevel(node.events, node.nodeId, node.nodeType === 'foreach', report);
      todo.push(...node.childTraces);
    }
  }
}

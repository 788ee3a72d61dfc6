import type { Status } from '@flowprof/model';
import type { NodeExecutionMetric } from '../../profiler/types.ts';

/** All that was recorded of one node in a run. Milliseconds and bytes; null where nothing tells. */
export interface NodeTimes {
  readonly nodeId: string;
  readonly name: string;
  readonly type: string;
  readonly runs: number;
  /** The sum over its runs. */
  readonly duration: number;
  readonly queueTime: number;
  readonly status: Status;
  readonly startTime: number;
  readonly inputSize: number | null;
  readonly outputSize: number | null;
  readonly error: string | null;
}

function added(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : a + b;
}

export const NODE_ORDERS = ['slowest', 'started', 'name'] as const;
export type NodeOrder = (typeof NODE_ORDERS)[number];

function compare(order: NodeOrder, a: NodeTimes, b: NodeTimes): number {
  switch (order) {
    case 'slowest':
      return b.duration + b.queueTime - (a.duration + a.queueTime);
    case 'started':
      return a.startTime - b.startTime;
    case 'name':
      return 0;
    default:
      return order satisfies never;
  }
}

/** The nodes of a run, the runs of each together, in an order. The status is that of its last run. */
export function nodeTimes(metrics: readonly NodeExecutionMetric[], order: NodeOrder): NodeTimes[] {
  const nodes = new Map<string, NodeTimes>();
  for (const metric of metrics) {
    const known = nodes.get(metric.nodeId);
    nodes.set(metric.nodeId, {
      nodeId: metric.nodeId,
      name: metric.nodeName,
      type: metric.nodeType,
      runs: (known?.runs ?? 0) + 1,
      duration: (known?.duration ?? 0) + metric.duration,
      queueTime: (known?.queueTime ?? 0) + (metric.queueTime ?? 0),
      status: metric.status,
      startTime: known?.startTime ?? metric.startTime,
      inputSize: added(known?.inputSize ?? null, metric.inputSize),
      outputSize: added(known?.outputSize ?? null, metric.outputSize),
      error: metric.error ?? known?.error ?? null,
    });
  }
  return [...nodes.values()].sort((a, b) => compare(order, a, b) || a.name.localeCompare(b.name));
}

import { randomUUID } from 'node:crypto';
import { toEpochMicros, toMicros, TraceAssembler, type Status, type TraceEvent } from '@flowprof/model';
import { packSteps, packTrace } from '../blob.ts';
import type {
  AttemptReport,
  HistoryPart,
  MadeTemporalRun,
  TemporalConnectionText,
  TemporalRun,
  TemporalRunHead,
  TemporalSecrets,
} from '../temporal/api.ts';
import { span, START, state } from './traces.ts';

export const NO_SECRETS: TemporalSecrets = {
  apiKey: null,
  clientCertificate: null,
  clientKey: null,
  serverCa: null,
  codecAuthorization: null,
};

/** What is said of a connection of a test. */
export function connectionText(more: Partial<TemporalConnectionText> = {}): TemporalConnectionText {
  return {
    name: 'cluster',
    address: '127.0.0.1:7233',
    namespace: 'default',
    tls: false,
    serverName: null,
    codecUrl: null,
    webUrl: null,
    isEnabled: true,
    query: null,
    backfillDays: 7,
    coordinator: 'in_process',
    ...more,
  };
}

/** A run as a listing tells of it. */
export function runHead(more: Partial<TemporalRunHead> = {}): TemporalRunHead {
  return {
    runId: randomUUID(),
    workflowId: 'order-1',
    workflowType: 'order',
    taskQueue: 'orders',
    status: 'running',
    startedAt: START,
    closedAt: null,
    historyLength: null,
    parentRunId: null,
    rootRunId: null,
    ...more,
  };
}

/** The events from one to another, as bytes that tell of them. */
export function historyPart(firstEvent: number, lastEvent: number, more: Partial<HistoryPart> = {}): HistoryPart {
  return { firstEvent, lastEvent, data: Buffer.from(`events ${firstEvent} to ${lastEvent}`), ...more };
}

export function attemptReport(runId: string, more: Partial<AttemptReport> = {}): AttemptReport {
  return {
    runId,
    workflowId: 'order-1',
    namespace: 'default',
    activityId: '5',
    activityType: 'charge',
    attempt: 1,
    isLocal: false,
    scheduledAt: START,
    attemptScheduledAt: START,
    startedAt: toEpochMicros(START + 1000),
    endedAt: toEpochMicros(START + 2000),
    status: 'failed',
    error: { code: 'Error', message: 'declined' },
    taskQueue: 'orders',
    identity: 'worker@host',
    buildId: null,
    heartbeats: [],
    heartbeatCount: 0,
    source: 'worker',
    ...more,
  };
}

/** Nodes with how each ended, one after the other of 10 us. */
export function stepsOf(...nodes: readonly (readonly [key: string, status: Status])[]): TraceEvent[] {
  return nodes.flatMap(([key, status], place): TraceEvent[] => {
    const node = {
      key,
      name: key,
      type: 'activity',
      iteration: null,
      parentKey: null,
      dependsOn: [],
      taskQueue: 'orders',
    };
    const at = toMicros(10 * place);
    const running: TraceEvent = { type: 'node_state', state: state(key, { at, input: { of: key } }) };
    const ended: TraceEvent = {
      type: 'node_state',
      state: state(key, { at: toMicros(at + 10), status, input: { of: key } }),
    };
    return [
      { type: 'node_declared', node },
      ...(status === 'pending' ? [] : [running]),
      ...(status === 'pending' || status === 'running' ? [] : [ended]),
    ];
  });
}

/** An execution as it may be made of a run: with a span for each of its nodes. */
export async function madeRun(
  run: TemporalRun,
  nodes: readonly TraceEvent[],
  more: Partial<MadeTemporalRun> = {},
): Promise<MadeTemporalRun> {
  const status = more.status ?? 'completed';
  const assembler = new TraceAssembler({ id: run.runId, name: run.workflowType, sourceFormat: 'temporal', status });
  for (const event of nodes) {
    if (event.type === 'node_declared')
      assembler.addSpan(span(event.node.key, { nodeKey: event.node.key, kind: 'node' }));
  }
  const { data, spanCount } = await packTrace(assembler.finish());
  return {
    run,
    workflow: run.workflowType,
    name: null,
    status,
    startedAt: START,
    duration: status === 'running' ? null : toMicros(1_000_000),
    error: null,
    input: { order: 1 },
    results: status === 'completed' ? { paid: true } : null,
    attributes: { task_queue: 'orders' },
    traceId: null,
    warnings: {},
    steps: packSteps(run.runId, nodes),
    trace: { data, spanCount },
    ...more,
  };
}

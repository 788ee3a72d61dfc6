/** A real Temporal server with workers of this process, and runs of workflow files on it and here. */
import { Client, Connection, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { NativeConnection, Runtime, type Worker } from '@temporalio/worker';
import type { JsonValue, TraceEvent } from '@flowprof/model';
import { z } from 'zod';
import { startTemporalServer, type TemporalServer } from '../../../scripts/lib/temporal-server.ts';
import { createTemporalWorker, makeBundle, startOnTemporal, type StartOnTemporal } from '../src/temporal/index.ts';
import type { TemporalWorkerOptions } from '../src/temporal/index.ts';

interface TemporalRunEnd {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly output: JsonValue;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** By path-like name: key, and iteration where it has one. */
  readonly nodes: Readonly<Record<string, string>>;
  /** How many attempts activities had that were started, by their ids. */
  readonly attempts: Readonly<Record<string, number>>;
}

/** A server and what runs on it. */
export interface TestCluster {
  readonly server: TemporalServer;
  readonly client: Client;
  readonly bundle: { code: string };
  worker(options?: Partial<TemporalWorkerOptions>): Promise<{ readonly stop: () => Promise<void> }>;
  start(what: StartOnTemporal): Promise<WorkflowHandle>;
  end(handle: WorkflowHandle): Promise<TemporalRunEnd>;
  run(what: StartOnTemporal): Promise<TemporalRunEnd>;
  close(): Promise<void>;
}

function isNote(value: unknown): value is { kind: string; events: TraceEvent[] } {
  return typeof value === 'object' && value !== null && 'events' in value && 'kind' in value;
}

/** How a run ended, with what its history tells of its nodes. */
async function end(handle: WorkflowHandle): Promise<TemporalRunEnd> {
  let output: JsonValue = null;
  let error: TemporalRunEnd['error'] = null;
  let status: TemporalRunEnd['status'] = 'completed';
  try {
    output = z.json().parse(await handle.result());
  } catch (failure) {
    if (!(failure instanceof WorkflowFailedError)) throw failure;
    const { cause } = failure;
    const code = cause !== undefined && 'type' in cause && typeof cause.type === 'string' ? cause.type : 'cancelled';
    status = cause?.name === 'CancelledFailure' ? 'cancelled' : 'failed';
    error = { code, message: cause?.message ?? '' };
  }
  const history = await handle.fetchHistory();
  const nodes: Record<string, string> = {};
  const attempts: Record<string, number> = {};
  const idOf = new Map<string, string>();
  for (const event of history.events ?? []) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) idOf.set(String(event.eventId), scheduled.activityId ?? '');
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const id = idOf.get(String(started.scheduledEventId)) ?? '';
      attempts[id] = (attempts[id] ?? 0) + (started.attempt ?? 0);
    }
    const result = event.markerRecordedEventAttributes?.details?.['result']?.payloads?.[0];
    if (!result) continue;
    const note: unknown = defaultPayloadConverter.fromPayload(result satisfies Payload);
    if (!isNote(note) || note.kind !== 'recorded') continue;
    for (const told of note.events) {
      if (told.type !== 'node_state') continue;
      const { nodeKey, iteration } = told.state;
      nodes[iteration === null ? nodeKey : `${nodeKey}[${iteration}]`] = told.state.status;
    }
  }
  return { status, output, error, nodes, attempts };
}

export async function startCluster(): Promise<TestCluster> {
  Runtime.install({ logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} } });
  const [server, bundle] = await Promise.all([startTemporalServer(), makeBundle()]);
  const connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection });
  const stops: (() => Promise<void>)[] = [];

  const cluster: TestCluster = {
    server,
    client,
    bundle,
    worker: async (options = {}) => {
      const native = await NativeConnection.connect({ address: server.address });
      const worker: Worker = await createTemporalWorker({ connection: native, bundle, ...options });
      const running = worker.run();
      let stopped: Promise<void> | null = null;
      const stop = (): Promise<void> =>
        (stopped ??= (async () => {
          worker.shutdown();
          await running;
          await native.close();
        })());
      stops.push(stop);
      return { stop };
    },
    start: (what) => startOnTemporal(client, what),
    end,
    run: async (what) => end(await startOnTemporal(client, what)),
    close: async () => {
      for (const stop of stops) await stop();
      await connection.close();
      await server.close();
    },
  };
  return cluster;
}

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../src/json.ts';
import type { AttemptReport } from '../src/formats/temporal/attempts.ts';
import { eventOf, type HistoryEvent } from '../src/formats/temporal/events.ts';
import { writeFlowprofJson } from '../src/formats/flowprof-json.ts';
import { TemporalHistory } from '../src/formats/temporal/history.ts';
import { readHistoryFile } from '../src/formats/temporal/reader.ts';
import { NONE, spanNameAt, type Trace } from '../src/trace/trace.ts';
import { epochFromMs, type EpochMicros } from '../src/units.ts';
import { only } from './at.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/temporal/', import.meta.url));

/** A recorded history, unpacked. */
export function historyBytes(file: string): Uint8Array {
  const bytes = readFileSync(FIXTURES + file);
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** The events of a recorded history. */
export function historyEvents(file: string): readonly HistoryEvent[] {
  return only(readHistoryFile(historyBytes(file))).events;
}

/** Everything that a trace says, as text. */
export function told(trace: Trace): string {
  return writeFlowprofJson(trace);
}

/** When the histories that are written here start. */
export const START = Date.UTC(2026, 0, 1);

/** Writes histories for tests: each event has the next id, and comes so many milliseconds after the start. */
export class Writer {
  readonly events: JsonObject[] = [];

  add(ms: number, type: string, attributes: JsonObject = {}): number {
    const eventId = this.events.length + 1;
    const key = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventAttributes`;
    const eventTime = new Date(START + ms).toISOString();
    this.events.push({ eventId: String(eventId), eventTime, eventType: type, [key]: attributes });
    return eventId;
  }

  start(attributes: JsonObject = {}): void {
    this.add(0, 'WorkflowExecutionStarted', { workflowType: { name: 'Order' }, ...attributes });
  }

  /** A workflow task; returns the id of its completion. */
  task(scheduled: number, started: number, completed: number): number {
    const scheduledEventId = this.add(scheduled, 'WorkflowTaskScheduled', { taskQueue: { name: 'orders' } });
    const startedEventId = this.add(started, 'WorkflowTaskStarted', { scheduledEventId, identity: 'w1' });
    return this.add(completed, 'WorkflowTaskCompleted', { scheduledEventId, startedEventId });
  }

  trace(): Trace {
    return historyOf(this.events).trace();
  }
}

export function historyOf(events: readonly JsonObject[]): TemporalHistory {
  const history = new TemporalHistory();
  history.add(events.map((event) => eventOf(event, 0)));
  return history;
}

/** What a trace draws: kind, name, start and duration in milliseconds. */
export function drawn({ spans }: Trace): string[] {
  return Array.from(spans.start, (start, row) => {
    const up = spans.parent[row] === NONE ? '' : `< ${spanNameAt(spans, spans.parent[row])}`;
    const duration = spans.duration[row] < 0 ? 'open' : String(spans.duration[row] / 1000);
    return `${['node', 'attempt', 'phase', 'system'][spans.kind[row]]} ${spanNameAt(spans, row)} ${start / 1000}+${duration} ${up}`.trim();
  });
}

/** A report of an attempt at the activity `a1`; times in milliseconds after the start. */
export function report(
  attempt: number,
  startedMs: number,
  endedMs: number | null,
  more: Partial<AttemptReport> = {},
): AttemptReport {
  return {
    runId: RUN,
    workflowId: 'order-1',
    namespace: 'default',
    activityId: 'a1',
    activityType: 'Charge',
    attempt,
    isLocal: false,
    scheduledAt: null,
    attemptScheduledAt: null,
    startedAt: epochFromMs(START + startedMs),
    endedAt: endedMs === null ? null : epochFromMs(START + endedMs),
    status: endedMs === null ? 'running' : 'failed',
    error: null,
    taskQueue: 'orders',
    identity: 'w1',
    buildId: 'b1',
    heartbeats: [],
    heartbeatCount: 0,
    source: 'worker',
    ...more,
  };
}

/** The run of the histories that are written here. */
export const RUN = '11111111-1111-4111-8111-111111111111';

/** So many milliseconds after the start. */
export function moment(ms: number): EpochMicros {
  return epochFromMs(START + ms);
}

/** Events as they are written, as the reader has them. */
export function eventsOf(written: readonly JsonObject[]): readonly HistoryEvent[] {
  return written.map((event) => eventOf(event, 0));
}

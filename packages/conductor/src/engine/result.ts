import {
  after,
  msFromMicros,
  type JsonValue,
  type Micros,
  type Status,
  type Trace,
  type TraceError,
  type Warning,
} from '@flowprof/model';
import { createRedactor, type Redactor } from '../redact.ts';
import type { ExecutionResult, ExecutionTrace } from '../types.ts';
import type { Outbox } from './outbox.ts';
import type { Recorder } from './recorder.ts';

/** How a run ended. */
export interface Ending {
  readonly recorder: Recorder;
  readonly outbox: Outbox | null;
  readonly executionId: string;
  readonly status: Status;
  /** Makes what the run gives back, when that is first read; undefined where it gives nothing. */
  readonly output: (() => JsonValue) | undefined;
  readonly at: Micros;
  readonly error: TraceError | null;
  readonly executed: () => readonly string[];
  readonly concurrency: number;
  readonly slowMo: number | undefined;
  readonly version: string | null;
  readonly resumed: boolean;
  readonly redactor: Redactor;
}

/** What knows the secrets of the runs that gave results here. */
const redactors = new WeakMap<ExecutionResult, Redactor>();

/**
 * What strikes the secrets of a run out of its data before that is stored: it knows also those that are inputs of the
 * workflows that it called. Of a result that came from elsewhere it knows only what secrets look like.
 */
export function redactorOf(result: ExecutionResult): Redactor {
  return redactors.get(result) ?? createRedactor([]);
}

/** What a run gives back. Its data, its trace and its recording are made when they are first read. */
export function makeResult(ending: Ending): ExecutionResult {
  const { recorder, executionId, status, output, at, error, executed, concurrency, slowMo } = ending;
  let trace: ExecutionTrace | undefined;
  let recording: Trace | undefined;
  let executedNodes: readonly string[] | undefined;
  const config = { concurrency, ...(slowMo !== undefined && { slowMo }) };
  const result: ExecutionResult = {
    success: status === 'completed',
    status,
    ...(error && { error }),
    duration: msFromMicros(at),
    get executedNodes() {
      return (executedNodes ??= executed());
    },
    get trace() {
      return (trace ??= recorder.executionTrace({ executionId, end: at, error, config }));
    },
    get recording() {
      return (recording ??= recordingOf(ending));
    },
  };
  if (output !== undefined) {
    let data: JsonValue | undefined;
    Object.defineProperty(result, 'data', {
      enumerable: true,
      get: () => (data === undefined ? (data = output()) : data),
    });
  }
  redactors.set(result, ending.redactor);
  return result;
}

function recordingOf(ending: Ending): Trace {
  const { recorder, executionId, status, at, error, concurrency, slowMo, version, resumed } = ending;
  const info = {
    id: executionId,
    status,
    endedAt: after(recorder.startedAt, at),
    recordedDuration: at,
    concurrency,
    error,
    attributes: {
      ...(version !== null && { workflow_version: version }),
      ...(slowMo !== undefined && { slow_mo_ms: slowMo }),
      ...(resumed && { resumed }),
    },
  };
  return recorder.trace(info, warningsOf(ending));
}

function warningsOf({ outbox, redactor }: Ending): Warning[] {
  if (outbox === null || outbox.failures === 0) return [];
  return [{ code: 'sink_failed', count: outbox.failures, example: redactor.text(outbox.firstFailure ?? '') }];
}

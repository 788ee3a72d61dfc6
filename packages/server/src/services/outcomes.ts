import { redactorOf, type ExecutionResult } from '@flowprof/conductor';
import {
  EMPTY_EXECUTION,
  microsFromMs,
  spanEnds,
  toMicros,
  TraceAssembler,
  ZERO,
  type JsonObject,
  type Micros,
  type Trace,
  type TraceError,
} from '@flowprof/model';
import type { Execution, ExecutionOutcome } from '@flowprof/store';
import type { RunPlan } from './run-plan.ts';

/**
 * How a run ended, with secrets struck out; what started it and the versions of the workflows that it called are noted
 * in its trace.
 */
export function outcomeOf(result: ExecutionResult, { called }: RunPlan, { trigger }: Execution): ExecutionOutcome {
  const redactor = redactorOf(result);
  const { status, data, error, duration, recording } = result;
  const shownError = error ? { ...error, message: redactor.text(error.message) } : null;
  return {
    status,
    results: data === undefined ? null : redactor.json(data),
    error: shownError,
    duration: microsFromMs(duration),
    trace: withAttributes(recording, { trigger, ...subworkflowsOf(called.versions) }),
  };
}

function subworkflowsOf(versions: RunPlan['called']['versions']): JsonObject {
  const names = Object.entries(versions);
  if (names.length === 0) return {};
  return { subworkflows: Object.fromEntries(names.map(([name, { id, version }]) => [name, { id, version }])) };
}

function withAttributes(trace: Trace, attributes: JsonObject): Trace {
  const { execution } = trace;
  return { ...trace, execution: { ...execution, attributes: { ...execution.attributes, ...attributes } } };
}

function lengthOf({ spans }: Trace): Micros {
  let length = 0;
  for (const end of spanEnds(spans)) if (end > length) length = end;
  return toMicros(Math.round(length));
}

/**
 * The outcome of an execution that this server has not run.
 * @param earlier the trace of what other servers ran of it; null when nobody has
 */
export function unrunOutcome(
  { id, workflowName }: Execution,
  status: 'failed' | 'cancelled',
  error: TraceError,
  earlier: Trace | null,
): ExecutionOutcome {
  if (earlier !== null) {
    const trace = { ...earlier, execution: { ...earlier.execution, status, error } };
    return { status, results: null, error, duration: lengthOf(earlier), trace };
  }
  const info = {
    ...EMPTY_EXECUTION,
    id,
    name: workflowName,
    workflow: workflowName,
    sourceFormat: 'conductor',
    status,
    error,
  };
  return { status, results: null, error, duration: ZERO, trace: new TraceAssembler(info).finish() };
}

/**
 * Attributes by which other instrumentations tell of the nodes of a workflow. Only those are taken that say so by
 * themselves; what merely may be a task stays a span.
 *
 * - OpenTelemetry's conventions for CI/CD (https://opentelemetry.io/docs/specs/semconv/cicd/cicd-spans/), of the span or
 *   its resource: what Jenkins, GitHub Actions and others write, by plugins or by the collector's receivers.
 * - Apache Airflow 3: the spans `dag_run.<dag>` and `task_run.<task>`.
 */
import type { Status } from '../trace/status.ts';
import type { Fields } from './span-row.ts';
import { textIn } from './tags.ts';

/** A node of which a span tells. */
export interface ConventionalNode {
  readonly key: string;
  readonly type: string;
  /** The position of the item of a mapped task; null where it has none. */
  readonly iteration: number | null;
  readonly status: Status | null;
}

/** The run of which a span tells. */
export interface ConventionalRun {
  readonly workflow: string;
  readonly externalId: string | null;
  readonly status: Status | null;
}

const RESULTS: Readonly<Record<string, Status>> = {
  success: 'completed',
  failure: 'failed',
  failed: 'failed',
  error: 'failed',
  timeout: 'timeout',
  cancellation: 'cancelled',
  cancelled: 'cancelled',
  skip: 'skipped',
  skipped: 'skipped',
  upstream_failed: 'skipped',
};

function resultIn(...values: readonly (string | null)[]): Status | null {
  for (const value of values) {
    const key = value?.toLowerCase() ?? '';
    if (Object.hasOwn(RESULTS, key)) return RESULTS[key];
  }
  return null;
}

/** The node that a span is, where its attributes tell of one. */
export function nodeByConvention(fields: Fields): ConventionalNode | null {
  const task = textIn(fields['cicd.pipeline.task.name']);
  if (task !== null) {
    const status = resultIn(textIn(fields['cicd.pipeline.task.run.result']));
    return { key: task, type: textIn(fields['cicd.pipeline.task.type']) ?? 'task', iteration: null, status };
  }
  const airflow = textIn(fields['airflow.task_id']);
  const state = textIn(fields['airflow.task_instance.state']);
  if (airflow === null || state === null) return null;
  const index = fields['airflow.task_instance.map_index'];
  const iteration = typeof index === 'number' && index >= 0 ? index : null;
  return { key: airflow, type: textIn(fields['operator']) ?? 'task', iteration, status: resultIn(state) };
}

/** The run that a span at the top is, given its attributes and those of its resource. */
export function runByConvention(fields: Fields, resource: Readonly<Fields>): ConventionalRun | null {
  const find = (key: string) => textIn(fields[key]) ?? textIn(resource[key]);
  const pipeline = find('cicd.pipeline.name');
  if (pipeline !== null) {
    return {
      workflow: pipeline,
      externalId: find('cicd.pipeline.run.id'),
      status: resultIn(find('cicd.pipeline.result')),
    };
  }
  const dag = textIn(fields['airflow.dag_id']) ?? textIn(fields['airflow.dag_run.dag_id']);
  const run = textIn(fields['airflow.dag_run.run_id']);
  if (dag === null || run === null) return null;
  return { workflow: dag, externalId: run, status: resultIn(textIn(fields['airflow.dag_run.state'])) };
}

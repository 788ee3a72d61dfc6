import type { Fields } from '../api/fields.ts';
import { readExecution, type Execution } from '../api/types.ts';

/** How executions went, over all that there are. Durations are seconds, of executions that have ended. */
export interface Metrics {
  readonly total: number;
  readonly succeeded: number;
  /** Failed or timed out. */
  readonly failed: number;
  readonly timedOut: number;
  readonly cancelled: number;
  readonly running: number;
  readonly pending: number;
  /** Percent of those that completed or failed; null where none did. */
  readonly successRate: number | null;
  /** Null where none has ended, as all that follow. */
  readonly average: number | null;
  readonly shortest: number | null;
  readonly longest: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What executions used: a component (a node by its name) or a task queue. */
export interface Usage {
  readonly name: string;
  readonly runs: number;
  readonly errors: number;
  readonly retries: number;
  readonly totalSeconds: number;
  readonly averageSeconds: number;
}

/** What is told of the executions of a workflow, and of those of several together. */
export interface Statistics {
  readonly metrics: Metrics;
  readonly components: readonly Usage[];
  readonly taskQueues: readonly Usage[];
  /** The newest ten, the newest first. */
  readonly recent: readonly Execution[];
}

function readMetrics(fields: Fields): Metrics {
  const succeeded = fields.number('successful_executions');
  const failed = fields.number('failed_executions');
  const longest = fields.optionalNumber('max_duration_seconds');
  return {
    total: fields.number('total_executions'),
    succeeded,
    failed,
    timedOut: fields.number('timeout_executions'),
    cancelled: fields.number('cancelled_executions'),
    running: fields.number('running_executions'),
    pending: fields.number('pending_executions'),
    successRate: succeeded + failed === 0 ? null : fields.number('success_rate'),
    average: longest === null ? null : fields.number('average_duration_seconds'),
    shortest: fields.optionalNumber('min_duration_seconds'),
    longest,
    p50: fields.optionalNumber('p50_duration_seconds'),
    p95: fields.optionalNumber('p95_duration_seconds'),
    p99: fields.optionalNumber('p99_duration_seconds'),
  };
}

function readUsage(fields: Fields): Usage {
  return {
    name: fields.string('name'),
    runs: fields.number('runs'),
    errors: fields.number('errors'),
    retries: fields.number('retries'),
    totalSeconds: fields.number('total_duration_seconds'),
    averageSeconds: fields.number('average_duration_seconds'),
  };
}

export function readStatistics(fields: Fields): Statistics {
  return {
    metrics: readMetrics(fields.object('metrics')),
    components: fields.list('components', readUsage),
    taskQueues: fields.list('task_queues', readUsage),
    recent: fields.list('recent_executions', readExecution),
  };
}

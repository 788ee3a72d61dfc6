import { epochFromMs } from '@flowprof/model';
import type { AttemptReport } from '@flowprof/store';
import { z } from 'zod';
import { redactedText } from '../../services/redact-trace.ts';

/** The most attempts of a report, and times of heartbeats of an attempt. */
const MAX_ATTEMPTS = 1000;
const MAX_HEARTBEATS = 1000;

const MAX_INT = 2 ** 31 - 1;

/** The longest id or name that Temporal takes by default. */
const text = z.string().min(1).max(1000);

/** Milliseconds since 1970; finer than microseconds is rounded. Up to the year 2255. */
const moment = z.number().min(0).max(9e12).describe('Milliseconds since 1970-01-01T00:00:00Z, with fractions');

const attemptShape = z
  .object({
    run_id: z.guid().describe('Of the workflow run: the execution has this id'),
    workflow_id: text,
    namespace: text,
    activity_id: text,
    activity_type: text,
    attempt: z.int().min(1).max(MAX_INT),
    is_local: z.boolean().default(false),
    scheduled_ms: moment.nullable().default(null).describe('When the activity was scheduled'),
    attempt_scheduled_ms: moment
      .nullable()
      .default(null)
      .describe('When this attempt was scheduled: after its backoff'),
    started_ms: moment,
    ended_ms: moment.nullable().default(null).describe('Null while it runs, and where it is completed elsewhere'),
    status: z.enum(['running', 'completed', 'failed', 'cancelled', 'timeout']),
    error: z
      .object({ code: z.string().max(500), message: z.string().max(10_000) })
      .nullable()
      .default(null),
    task_queue: text.nullable().default(null),
    identity: text.nullable().default(null).describe('Of the worker'),
    build_id: text.nullable().default(null).describe('Of the worker'),
    heartbeats_ms: z.array(moment).max(MAX_HEARTBEATS).default([]).describe('When the first of them were'),
    heartbeat_count: z.int().min(0).max(MAX_INT).default(0).describe('How many there were'),
  })
  .refine(({ started_ms: start, ended_ms: end }) => end === null || end >= start, {
    path: ['ended_ms'],
    message: 'must not be before started_ms',
  })
  .refine(({ ended_ms: end, status }) => (end === null) === (status === 'running'), {
    path: ['status'],
    message: 'must be running exactly while there is no ended_ms',
  })
  .meta({ id: 'TemporalAttempt' });

/** Fields that are not known are left out, so that newer workers can report to an older server. */
export const attemptsBody = z.object({ attempts: z.array(attemptShape).min(1).max(MAX_ATTEMPTS) });

export const attemptsAnswer = z
  .object({ received: z.int().min(0).describe('All of them are durable; what was known already changed nothing') })
  .meta({ id: 'TemporalAttemptsKept' });

function momentOrNull(ms: number | null) {
  return ms === null ? null : epochFromMs(ms);
}

/** What a worker tells of an attempt, with secrets struck out of its error. */
export function toAttemptReport(told: z.output<typeof attemptShape>): AttemptReport {
  const { error } = told;
  return {
    runId: told.run_id.toLowerCase(),
    workflowId: told.workflow_id,
    namespace: told.namespace,
    activityId: told.activity_id,
    activityType: told.activity_type,
    attempt: told.attempt,
    isLocal: told.is_local,
    scheduledAt: momentOrNull(told.scheduled_ms),
    attemptScheduledAt: momentOrNull(told.attempt_scheduled_ms),
    startedAt: epochFromMs(told.started_ms),
    endedAt: momentOrNull(told.ended_ms),
    status: told.status,
    error: error === null ? null : { code: redactedText(error.code), message: redactedText(error.message) },
    taskQueue: told.task_queue,
    identity: told.identity,
    buildId: told.build_id,
    heartbeats: told.heartbeats_ms.map(epochFromMs),
    heartbeatCount: told.heartbeat_count,
    source: 'worker',
  };
}

import { isoFromEpoch, secondsFromMicros, type JsonObject, type Micros } from '@flowprof/model';
import type { Execution, StepCounts, StepExecution } from '@flowprof/store';
import { z } from 'zod';
import type { RetryJudgement } from '../../services/views.ts';
import { isoOrNull, jsonObject, jsonValue, status, timestamp } from './common.ts';
import { temporalPartShape } from './temporal.ts';

const seconds = z.number().min(0).describe('seconds, with fractions');

/** An execution as lists have it. */
export const executionShape = z
  .object({
    id: z.string(),
    workflow_id: z.string(),
    workflow_name: z.string(),
    workflow_version: z.int(),
    workspace_id: z.string(),
    project_id: z.string(),
    external_id: z.string().nullable().describe('The id in its source, where others ran it'),
    name: z.string().describe('What its source calls it, or else the name of the workflow'),
    execution_number: z.int().min(1).describe('Sequential per workflow'),
    status,
    trigger: z
      .string()
      .describe('What started it: `manual`, `webhook`, `schedule`, `retry`, `import`, `callback`, ...'),
    trigger_details: jsonObject.describe(
      'What more is known of that: `trigger_id`, `delivery_id`, `scheduled_for`, `retry_of`, ...',
    ),
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    duration: seconds.nullable(),
    input_variables: jsonObject,
    results: jsonValue,
    error_message: z.string().nullable(),
    error_code: z.string().nullable(),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'Execution' });

const stepExecutionShape = z
  .object({
    id: z.string(),
    execution_id: z.string(),
    step_id: z.string().describe("The node's key in the workflow"),
    step_name: z.string(),
    step_type: z.string(),
    step_order: z.int().min(1),
    iteration: z.int().nullable(),
    status,
    started_at: timestamp.nullable(),
    completed_at: timestamp.nullable(),
    duration: seconds.nullable(),
    retry_count: z.int().min(0),
    error_message: z.string().nullable(),
    error_type: z.string().nullable().describe('The code of the error'),
    retries_expected: z
      .boolean()
      .nullable()
      .describe('Whether its retry policy foresaw what happened; null where nothing was retried, or that is not known'),
    retry_reason: z.string().nullable().describe('Why that is so'),
    input_data: jsonObject.nullable(),
    output_data: jsonObject.nullable(),
  })
  .meta({ id: 'StepExecution' });

/** The most steps that an answer lists. */
export const MAX_STEPS = 5000;

export const stepsLeftOut = z
  .int()
  .min(0)
  .describe(`How many steps come after those that are listed, ${MAX_STEPS} at most; steps_skip asks for them`);

/** Which steps are asked for. */
export const stepsQuery = z.strictObject({
  steps_skip: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000_000)
    .default(0)
    .describe('How many steps are left out at the beginning'),
});

/** An execution with its steps. */
export const executionDetailsShape = executionShape
  .extend({
    error_details: z.object({ code: z.string(), node_key: z.string().nullable() }).nullable(),
    step_executions: z.array(stepExecutionShape),
    steps_left_out: stepsLeftOut,
    temporal: temporalPartShape.nullable().describe('What Temporal knows of it; null where it did not run there'),
  })
  .meta({ id: 'ExecutionDetails' });

export function secondsOrNull(duration: Micros | null): number | null {
  return duration === null ? null : secondsFromMicros(duration);
}

/** What is kept for the server's own use. */
const UNTOLD = new Set(['request_hash', 'receipt']);

/** What is told of what started an execution. */
function detailsOf(details: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(details).filter(([name]) => !UNTOLD.has(name)));
}

export function toExecution(execution: Execution): z.output<typeof executionShape> {
  return {
    id: execution.id,
    workflow_id: execution.workflowId,
    workflow_name: execution.workflowName,
    workflow_version: execution.workflowVersion,
    workspace_id: execution.workspaceId,
    project_id: execution.projectId,
    external_id: execution.externalId,
    name: execution.name,
    execution_number: execution.executionNumber,
    status: execution.status,
    trigger: execution.trigger,
    trigger_details: detailsOf(execution.triggerDetails),
    started_at: isoOrNull(execution.startedAt),
    completed_at: isoOrNull(execution.completedAt),
    duration: secondsOrNull(execution.duration),
    input_variables: execution.input,
    results: execution.results,
    error_message: execution.error?.message ?? null,
    error_code: execution.error?.code ?? null,
    created_at: isoFromEpoch(execution.createdAt),
    updated_at: isoFromEpoch(execution.updatedAt),
  };
}

function toStepExecution(
  step: StepExecution,
  judgement: RetryJudgement | undefined,
): z.output<typeof stepExecutionShape> {
  const verdict = judgement?.verdict ?? 'unknown';
  return {
    id: step.id,
    execution_id: step.executionId,
    step_id: step.stepKey,
    step_name: step.stepName,
    step_type: step.stepType,
    step_order: step.stepOrder,
    iteration: step.iteration,
    status: step.status,
    started_at: isoOrNull(step.startedAt),
    completed_at: isoOrNull(step.completedAt),
    duration: secondsOrNull(step.duration),
    retry_count: step.retryCount,
    error_message: step.error?.message ?? null,
    error_type: step.error?.code ?? null,
    retries_expected: verdict === 'unknown' ? null : verdict === 'expected',
    retry_reason: judgement?.reason ?? null,
    input_data: step.input,
    output_data: step.output,
  };
}

/** The steps of an execution that are shown, and what is known of them. */
interface ShownSteps {
  readonly steps: readonly StepExecution[];
  readonly counts: StepCounts;
  /** How many come before them. */
  readonly skip: number;
  /** By `key` or `key[iteration]`. */
  readonly retries: ReadonlyMap<string, RetryJudgement>;
  readonly temporal: z.output<typeof temporalPartShape> | null;
}

export function toExecutionDetails(
  execution: Execution,
  { steps, counts, skip, retries, temporal }: ShownSteps,
): z.output<typeof executionDetailsShape> {
  const { error } = execution;
  return {
    ...toExecution(execution),
    error_details: error === null ? null : { code: error.code, node_key: error.nodeKey ?? null },
    step_executions: steps.map((step) => {
      const { stepKey, iteration } = step;
      return toStepExecution(step, retries.get(iteration === null ? stepKey : `${stepKey}[${iteration}]`));
    }),
    steps_left_out: Math.max(0, counts.total - skip - steps.length),
    temporal,
  };
}

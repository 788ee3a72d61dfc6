/** What an execution that has ended adds to the statistics, as parts of statements. */

/** In how many steps durations double. A percentile read from the middle of a step is off by at most 1.1%. */
export const STEPS_AN_OCTAVE = 32;

/** The bucket of `duration_us`: -1 for 0. */
export const BUCKET = `CASE WHEN duration_us < 1 THEN -1
  ELSE floor(ln(duration_us::float8) / ln(2::float8) * ${STEPS_AN_OCTAVE})::integer END`;

/** The sums of a group of executions that have ended, in the order of `STATISTICS_COLUMNS`. */
export const STATISTICS_SUMS = `count(*) FILTER (WHERE status = 'completed'), count(*) FILTER (WHERE status = 'failed'),
  count(*) FILTER (WHERE status = 'cancelled'), count(*) FILTER (WHERE status = 'timeout'),
  count(*) FILTER (WHERE status = 'skipped'), count(duration_us), coalesce(sum(duration_us), 0)`;

export const STATISTICS_COLUMNS = 'completed, failed, cancelled, timed_out, skipped, timed, duration_us';

/**
 * What the steps of the execution `c.id` used: at most 1,000 names, those with the most runs, so that an execution of
 * very many different steps adds no row for each. It is looked up by key whatever a planner thinks. The turns of a
 * workflow's own code are no component: they say where it runs, not what it uses.
 */
export const USAGE_OF_EXECUTION = `LATERAL (
    SELECT k.kind, left(k.name, 200) COLLATE "C" AS name, count(*) AS runs,
      count(*) FILTER (WHERE s.status IN ('failed', 'timeout')) AS errors, sum(s.retry_count) AS retries,
      coalesce(sum(greatest(0, s.completed_us - s.started_us)), 0) AS duration_us
    FROM workflow_step_executions s
    CROSS JOIN LATERAL (VALUES
      ('component', CASE WHEN s.step_type <> 'workflow_task' THEN s.step_name END), ('task_queue', s.task_queue)
    ) AS k (kind, name)
    WHERE s.workspace_id = $1 AND s.execution_id = c.id AND s.status NOT IN ('pending', 'skipped')
      AND k.name IS NOT NULL
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000
  ) AS n`;

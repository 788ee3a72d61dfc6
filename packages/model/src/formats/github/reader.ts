/** Reads runs of GitHub Actions; `docs/formats/github-actions.md` says what becomes of what. */
import type { JsonObject } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import type { Trace, TraceError } from '../../trace/trace.ts';
import { asMicros, type EpochMicros } from '../../units.ts';
import { TraceFileError } from '../errors.ts';
import { instantIn, jsonDocuments, objectsIn, plainFields, textIn, textsIn, withoutNulls } from '../loose.ts';
import { TaskTraceBuilder, type Task, type TaskExecution } from '../tasks.ts';
import { attemptOf, findRecords, runIdOf, type FoundJob, type FoundRun } from './records.ts';

const STATUS_OF_CONCLUSION: Readonly<Record<string, Status>> = {
  success: 'completed',
  neutral: 'completed',
  failure: 'failed',
  startup_failure: 'failed',
  timed_out: 'timeout',
  cancelled: 'cancelled',
  stale: 'cancelled',
  skipped: 'skipped',
  action_required: 'pending',
};

function statusOf(record: JsonObject): Status {
  const conclusion = textIn(record, 'conclusion')?.toLowerCase();
  if (conclusion !== undefined) return STATUS_OF_CONCLUSION[conclusion] ?? 'completed';
  const status = textIn(record, 'status')?.toLowerCase();
  if (status === 'completed') return 'completed';
  return status === 'in_progress' ? 'running' : 'pending';
}

const startedAt = (record: JsonObject) => instantIn(record, 'auto', 'started_at', 'startedAt');
const completedAt = (record: JsonObject) => instantIn(record, 'auto', 'completed_at', 'completedAt');

/** What a failed job or step says, which is no more than that it failed. */
function errorOf(record: JsonObject, status: Status): TraceError | null {
  const conclusion = textIn(record, 'conclusion');
  if (status !== 'failed' && status !== 'timeout') return null;
  return {
    code: conclusion ?? status,
    message: `${textIn(record, 'name') ?? 'it'} ended with ${conclusion ?? status}`,
  };
}

/** One execution: an attempt at a run with its jobs. */
interface RunOfJobs {
  readonly run: FoundRun | null;
  readonly attempt: number;
  readonly jobs: readonly FoundJob[];
}

/** Names that occur a second time get a number, so that each is a key of its own. */
class Keys {
  readonly #used = new Map<string, number>();

  of(key: string): string {
    const count = (this.#used.get(key) ?? 0) + 1;
    this.#used.set(key, count);
    return count === 1 ? key : `${key} (${count})`;
  }
}

class RunReader {
  readonly #keys = new Keys();
  readonly #tasks: Task[] = [];
  #firstJob: EpochMicros | null = null;

  addJob({ job }: FoundJob): void {
    const name = textIn(job, 'name') ?? 'job';
    const key = this.#keys.of(name);
    const steps = objectsIn(job, 'steps');
    const status = statusOf(job);
    const created = instantIn(job, 'auto', 'created_at', 'createdAt');
    const started = startedAt(job);
    const isSkipped = status === 'skipped';
    const isWaiting = status === 'pending';
    const submitted = isSkipped ? null : created;
    if (!isSkipped && !isWaiting && started !== null && (this.#firstJob === null || started < this.#firstJob)) {
      this.#firstJob = started;
    }
    const labels = textsIn(job, 'labels');
    this.#tasks.push({
      key,
      name,
      type: 'job',
      taskQueue: labels.length > 0 ? labels.join(', ') : null,
      attempts: [
        {
          submitted,
          started: isWaiting ? null : started,
          ended: completedAt(job),
          status,
          track: textIn(job, 'runner_name'),
          error: errorOf(job, status),
          // A job with steps is what they are; only the wait for its runner is its own.
          ...(steps.length > 0 &&
            submitted !== null && {
              phases:
                started !== null && started > submitted && !isWaiting
                  ? [{ name: 'queue_wait', start: submitted, end: started }]
                  : isWaiting
                    ? [{ name: 'queue_wait', start: submitted, end: null }]
                    : [],
            }),
        },
      ],
      metadata: withoutNulls({
        ...plainFields(job, 'id', 'databaseId', 'html_url', 'url', 'conclusion', 'runner_group_name'),
        ...(labels.length > 0 && { labels }),
      }),
    });
    for (const step of steps) this.#addStep(step, key, textIn(job, 'runner_name'));
  }

  #addStep(step: JsonObject, jobKey: string, track: string | null): void {
    const name = textIn(step, 'name') ?? `step ${textIn(step, 'number') ?? ''}`.trim();
    const status = statusOf(step);
    this.#tasks.push({
      key: this.#keys.of(`${jobKey}/${name}`),
      name,
      type: 'step',
      parentKey: jobKey,
      attempts: [{ started: startedAt(step), ended: completedAt(step), status, track, error: errorOf(step, status) }],
      metadata: withoutNulls(plainFields(step, 'number', 'conclusion')),
    });
  }

  finish(info: TaskExecution): Trace {
    const builder = new TaskTraceBuilder(info);
    for (const task of this.#tasks) builder.add(task);
    const { startedAt: from = null } = info;
    if (from !== null && this.#firstJob !== null && this.#firstJob > from) {
      builder.system({ name: 'Queued', start: from, end: this.#firstJob });
    }
    return builder.finish();
  }
}

function repositoryOf(run: FoundRun | null, jobs: readonly FoundJob[]): string | null {
  const stated = run?.repository ?? jobs.find(({ repository }) => repository !== null)?.repository ?? null;
  if (stated !== null) return stated;
  for (const record of [run?.run, ...jobs.map(({ job }) => job)]) {
    const url = record === undefined ? null : textIn(record, 'html_url', 'url', 'run_url');
    const found = url === null ? null : /(?:\/repos)?\/([\w.-]+\/[\w.-]+)\/(?:actions|runs)\//.exec(url);
    if (found !== null) return found[1];
  }
  return null;
}

function statusOfJobs(jobs: readonly FoundJob[]): Status {
  const statuses = new Set(jobs.map(({ job }) => statusOf(job)));
  for (const status of ['running', 'pending', 'failed', 'timeout', 'cancelled'] as const)
    if (statuses.has(status)) return status === 'pending' && statuses.has('completed') ? 'running' : status;
  return 'completed';
}

function describe({ run, attempt, jobs }: RunOfJobs): TaskExecution {
  const record = run?.run ?? {};
  const first = jobs[0]?.job ?? {};
  const id = runIdOf(record) ?? textIn(first, 'run_id') ?? jobs[0]?.within ?? null;
  const number = textIn(record, 'run_number', 'number');
  const workflow = textIn(record, 'workflowName', 'name', 'path') ?? textIn(first, 'workflow_name');
  const again = attempt > 1 ? ` (attempt ${attempt})` : '';
  const label = number !== null ? ` #${number}` : id !== null ? ` ${id}` : '';
  const stated = run === null ? statusOfJobs(jobs) : statusOf(record);
  const status = stated === 'skipped' ? 'completed' : stated;
  const started = instantIn(record, 'auto', 'run_started_at', 'startedAt', 'started_at', 'created_at', 'createdAt');
  const updated = instantIn(record, 'auto', 'updated_at', 'updatedAt');
  const ended = run !== null && isTerminal(status) ? updated : null;
  return {
    sourceFormat: 'github-actions',
    name: `${workflow ?? 'GitHub Actions'}${label}${again}`,
    workflow,
    externalId: id === null ? null : attempt > 1 ? `${id}/${attempt}` : id,
    status,
    ...(started !== null && { startedAt: started }),
    ...(ended !== null && started !== null && ended >= started && { endedAt: ended }),
    recordedDuration: ended !== null && started !== null && ended >= started ? asMicros(ended - started) : null,
    error: errorOf(record, status),
    attributes: withoutNulls({
      repository: repositoryOf(run, jobs),
      run_attempt: attempt,
      ...plainFields(
        record,
        'run_number',
        'event',
        'head_branch',
        'headBranch',
        'head_sha',
        'headSha',
        'display_title',
      ),
      ...plainFields(record, 'displayTitle', 'conclusion', 'html_url', 'url', 'path'),
      ...(run === null && plainFields(first, 'head_branch', 'head_sha')),
    }),
  };
}

/** Whether the jobs of several attempts belong to one: a job that ran again has the name of an earlier one. */
function areOneAttempt(jobs: readonly FoundJob[]): boolean {
  return new Set(jobs.map(({ job }) => textIn(job, 'name'))).size === jobs.length;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** Puts jobs to the attempts at their runs. */
function groupByRun(runs: readonly FoundRun[], jobs: readonly FoundJob[]): RunOfJobs[] {
  const jobsOf = groupBy(jobs, ({ job, within }) => within ?? textIn(job, 'run_id') ?? '');
  const runsOf = groupBy(runs, ({ run }) => runIdOf(run) ?? '');
  const ids = new Set([...runsOf.keys(), ...jobsOf.keys()]);
  return [...ids].flatMap((id) => attemptsOf(runsOf.get(id) ?? [], jobsOf.get(id) ?? []));
}

function attemptsOf(runs: readonly FoundRun[], jobs: readonly FoundJob[]): RunOfJobs[] {
  if (runs.length < 2 && areOneAttempt(jobs)) {
    const run = runs[0] ?? null;
    const attempt =
      run === null ? jobs.reduce((last, { job }) => Math.max(last, attemptOf(job)), 1) : attemptOf(run.run);
    return [{ run, attempt, jobs }];
  }
  const runOf = groupBy(runs, ({ run }) => attemptOf(run));
  const jobsOf = groupBy(jobs, ({ job }) => attemptOf(job));
  const attempts = [...new Set([...runOf.keys(), ...jobsOf.keys()])].sort((a, b) => a - b);
  return attempts.map((attempt) => ({
    run: runOf.get(attempt)?.[0] ?? null,
    attempt,
    jobs: jobsOf.get(attempt) ?? [],
  }));
}

/** How sure it is that a file which begins with this text holds runs or jobs of GitHub Actions. */
export function sniffGithubActions(head: string): number {
  if (!/^[{[]/.test(head)) return 0;
  const names = /"(workflow_job|workflow_run|run)"\s*:\s*\{|"(jobs|run_attempt|workflow_runs)"\s*:/.test(head);
  if (names && /"(run_id|run_url|node_id|jobs_url|workflow_runs)"\s*:/.test(head)) return 0.7;
  // `gh run view --json` names its fields otherwise.
  const isGh = /"(databaseId|workflowDatabaseId|headSha|headBranch|workflowName)"\s*:/.test(head);
  return isGh && /"(startedAt|completedAt|createdAt)"\s*:/.test(head) && /"(conclusion|status)"\s*:/.test(head)
    ? 0.6
    : 0;
}

/** Reads runs of GitHub Actions, each attempt at a run as one execution. */
export function readGithubActions(bytes: Uint8Array): readonly Trace[] {
  const { runs, jobs } = findRecords(jsonDocuments(bytes));
  if (runs.length === 0 && jobs.length === 0) {
    throw new TraceFileError('malformed', 'there is neither a run nor a job of GitHub Actions in the file');
  }
  return groupByRun(runs, jobs).map((group) => {
    const reader = new RunReader();
    for (const job of group.jobs) reader.addJob(job);
    return reader.finish(describe(group));
  });
}

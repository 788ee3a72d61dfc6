/**
 * Which runs and jobs are in a file: answers of the REST API, webhook deliveries, `gh run view --json`, one by one, in
 * lists or beside each other. Shapes: https://docs.github.com/en/rest/actions/workflow-runs and /workflow-jobs,
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_job.
 */
import type { JsonObject, JsonValue } from '../../json.ts';
import { fieldOf, numberIn, objectIn, objectsIn, objectsOf, textIn } from '../loose.ts';

/** A run or job as the source has it, with what was around it. */
export interface FoundRun {
  readonly run: JsonObject;
  readonly repository: string | null;
}

export interface FoundJob {
  readonly job: JsonObject;
  /** The id of the run that it stood in; null where it stood by itself. */
  readonly within: string | null;
  readonly repository: string | null;
}

export interface Records {
  readonly runs: readonly FoundRun[];
  readonly jobs: readonly FoundJob[];
}

export function runIdOf(run: JsonObject): string | null {
  return textIn(run, 'id', 'databaseId', 'run_id');
}

/** Whether an object is a run by itself, and not a page with runs or jobs in it. */
function isRun(object: JsonObject): boolean {
  if (runIdOf(object) === null || fieldOf(object, 'run_id') !== undefined) return false;
  return [
    'run_number',
    'jobs_url',
    'workflow_id',
    'workflowName',
    'headBranch',
    'displayTitle',
    'workflowDatabaseId',
  ].some((name) => fieldOf(object, name) !== undefined);
}

function isJob(object: JsonObject): boolean {
  if (fieldOf(object, 'run_id', 'run_url', 'steps') === undefined) return false;
  return fieldOf(object, 'jobs', 'workflow_run', 'workflow_job') === undefined && textIn(object, 'name') !== null;
}

/** The jobs of an object: a list, or a page with a list. */
function jobsIn(object: JsonObject): readonly JsonObject[] {
  const page = objectIn(object, 'jobs');
  const jobs = page === null ? objectsIn(object, 'jobs') : objectsIn(objectIn(page, 'data') ?? page, 'jobs', 'items');
  // A list of pages, as `gh api --paginate --slurp` makes it.
  return jobs.flatMap((job) => (isJob(job) || !Array.isArray(job['jobs']) ? [job] : objectsIn(job, 'jobs')));
}

/** What an API client put around an answer. */
function unwrapped(object: JsonObject): readonly JsonObject[] {
  const hasOwn = fieldOf(object, 'jobs', 'workflow_job', 'workflow_run', 'workflow_runs', 'run', 'run_id', 'steps');
  if (hasOwn !== undefined) return [object];
  for (const name of ['data', 'payload', 'body', 'event', 'response', 'client_payload']) {
    const inner = fieldOf(object, name);
    const found = inner === undefined || typeof inner !== 'object' ? [] : objectsOf([inner]);
    if (found.length > 0) return found;
  }
  return [object];
}

class Collector {
  readonly runs: FoundRun[] = [];
  readonly jobs: FoundJob[] = [];

  add(object: JsonObject): void {
    const outer = objectIn(object, 'repository');
    const repository =
      outer === null ? textIn(object, 'repository') : textIn(outer, 'full_name', 'nameWithOwner', 'name');
    const job = objectIn(object, 'workflow_job');
    if (job !== null) this.jobs.push({ job, within: null, repository });
    const inner = objectIn(object, 'workflow_run', 'run', 'workflowRun');
    const run = inner === null ? null : (objectIn(inner, 'data') ?? inner);
    for (const listed of objectsIn(object, 'workflow_runs', 'runs')) this.#addRun(listed, repository);
    if (run !== null) this.#addRun(run, repository);
    else if (job === null && isRun(object)) this.runs.push({ run: object, repository });
    const jobs = jobsIn(object);
    const within = run !== null ? runIdOf(run) : isRun(object) ? runIdOf(object) : null;
    for (const one of jobs) this.jobs.push({ job: one, within, repository });
    if (job === null && jobs.length === 0 && run === null && isJob(object)) {
      this.jobs.push({ job: object, within: null, repository });
    }
  }

  /** A run in a list may bring its own jobs. */
  #addRun(run: JsonObject, repository: string | null): void {
    this.runs.push({ run, repository });
    for (const job of jobsIn(run)) this.jobs.push({ job, within: runIdOf(run), repository });
  }
}

/** How far a record is: a later delivery of the same job or run replaces an earlier one. */
function progressOf(record: JsonObject): number {
  const status = textIn(record, 'status');
  if (status === 'completed') return 3;
  return status === 'in_progress' ? 2 : 1;
}

/** One record for each identity, the one that is furthest; in the order of the first. */
function latest<T>(found: readonly T[], recordOf: (item: T) => JsonObject, identity: (item: T) => string | null): T[] {
  const byId = new Map<string, T>();
  for (const [position, item] of found.entries()) {
    const id = identity(item) ?? `#${position}`;
    const known = byId.get(id);
    if (known === undefined || progressOf(recordOf(item)) >= progressOf(recordOf(known))) byId.set(id, item);
  }
  return [...byId.values()];
}

/** Which attempt at a run a run or job is of. */
export function attemptOf(record: JsonObject): number {
  return numberIn(record, 'run_attempt', 'attempt') ?? 1;
}

/** The runs and jobs of some documents, each once. */
export function findRecords(documents: readonly JsonValue[]): Records {
  const collector = new Collector();
  for (const object of objectsOf(documents)) for (const inner of unwrapped(object)) collector.add(inner);
  const runs = latest(
    collector.runs,
    ({ run }) => run,
    ({ run }) => (runIdOf(run) === null ? null : `${runIdOf(run)} ${attemptOf(run)}`),
  );
  const jobs = latest(
    collector.jobs,
    ({ job }) => job,
    ({ job }) => textIn(job, 'id', 'databaseId'),
  );
  return { runs, jobs };
}

/** What the columns of home-made logs are called, and what they mean. The page `docs/formats/task-list.md` lists them too. */
import { microsInUnit } from '../rows/fields.ts';

/** The names of columns by what they hold, the best first. Words are divided by `_`, whatever the file does. */
export const COLUMN_NAMES = {
  id: 'id task_id node_id step_id job_id stage_id activity_id operation_id uid uuid key task_key',
  name: 'name task task_name step step_name node node_name job job_name stage stage_name title label operation operation_name activity activity_name component function target command',
  start:
    'start started started_at start_time start_date start_timestamp start_ts ts_start time_start t_start start_at begin began begin_time begin_at from launched launched_at timestamp time date ts',
  end: 'end ended ended_at end_time end_date end_timestamp end_ts ts_end time_end t_end end_at finish finished finished_at finish_time complete completed completed_at complete_time completion completion_time stop stopped stopped_at stop_time until to done_at',
  duration:
    'duration elapsed elapsed_time runtime run_time took time_taken wall wall_time walltime dur length execution_time exec_time realtime',
  submitted:
    'submitted submitted_at submit submit_time submission submission_time ts_submit queued queued_at enqueued enqueued_at scheduled scheduled_at created created_at create_time ready ready_at requested_at',
  wait: 'wait wait_time waited wait_duration queue_wait queue_time queue_duration waiting waiting_time',
  status: 'status state result outcome conclusion',
  exit: 'exit exit_code exit_status return_code returncode rc',
  success: 'success succeeded ok passed',
  depends_on:
    'depends_on dependson dependencies dependency deps depends needs requires upstream upstreams predecessors predecessor after parents parent_ids prerequisites waits_for',
  parent: 'parent parent_id parent_name parent_task group group_name group_id container section',
  worker:
    'worker worker_id worker_name host hostname host_name machine server thread thread_id executor agent runner lane track resource tid pid',
  attempt: 'attempt attempt_number attempt_no try try_number try_no retry run_attempt',
  iteration: 'iteration index item item_index map_index shard shard_index',
  execution:
    'execution execution_id execution_name run run_id run_name trace_id build build_id build_number workflow_run workflow_run_id pipeline_run dag_run_id session session_id batch batch_id',
  workflow: 'workflow workflow_name workflow_id pipeline pipeline_name pipeline_id dag dag_id flow flow_name project',
  type: 'type task_type node_type kind category class',
  queue: 'queue queue_name task_queue pool partition',
  error: 'error error_message err exception failure failure_reason reason message',
} as const;

export type Role = keyof typeof COLUMN_NAMES;

/** Roles whose numbers have a unit, which the end of the name may tell: `duration_ms`. */
const TIMES: ReadonlySet<Role> = new Set<Role>(['start', 'end', 'duration', 'submitted', 'wait']);

/** What a column holds. */
export interface Column {
  readonly role: Role;
  /** Of two columns of a role the lower counts. */
  readonly rank: number;
  /** What a number counts, in microseconds; null where the name does not tell. */
  readonly unit: number | null;
}

function isRole(text: string): text is Role {
  return Object.hasOwn(COLUMN_NAMES, text);
}

const BY_NAME: ReadonlyMap<string, Column> = new Map(
  Object.entries(COLUMN_NAMES).flatMap(([role, names]) =>
    isRole(role) ? names.split(' ').map((name, rank) => [name, { role, rank, unit: null }] as const) : [],
  ),
);

/** What the column of a plain name holds; null where the name is not known. */
export function columnOf(plainName: string): Column | null {
  const known = BY_NAME.get(plainName);
  if (known !== undefined) return known;
  const underscore = plainName.lastIndexOf('_');
  const unit = underscore < 0 ? null : microsInUnit(plainName.slice(underscore + 1));
  const column = unit === null ? undefined : BY_NAME.get(plainName.slice(0, underscore));
  return column !== undefined && TIMES.has(column.role) ? { ...column, unit } : null;
}

/** Columns of names that are known are worth looking at as a list of tasks: they say what ran, and when. */
export function isTaskList(plainNames: Iterable<string>): boolean {
  const roles = new Set(Array.from(plainNames, (name) => columnOf(name)?.role));
  const hasName = roles.has('id') || roles.has('name');
  const begins = ['start', 'submitted'] as const;
  const isBounded = roles.has('end') || roles.has('duration');
  const hasTime = (begins.some((role) => roles.has(role)) && isBounded) || (roles.has('end') && roles.has('duration'));
  return hasName && (hasTime || (roles.has('duration') && roles.has('depends_on')));
}

import type { ExecutionFilter } from '../api.ts';
import { ID, MOMENT } from './cursor.ts';
import { json, text, timestamp } from '../row.ts';

/** An order in which executions can be listed: its columns, which tell all rows apart, their types and forms as text. */
interface Order {
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly forms: readonly RegExp[];
}

const NUMBER = /^\d{1,16}$/;

/** Each is an index, after the workspace and what else it is of. */
const ORDERS = {
  /** Within a workflow, executions are made in the order of their numbers. */
  number: { columns: ['execution_number'], types: ['bigint'], forms: [NUMBER] },
  created: { columns: ['created_at', 'id'], types: ['timestamptz', 'uuid'], forms: [MOMENT, ID] },
  started: { columns: ['started_at', 'id'], types: ['timestamptz', 'uuid'], forms: [MOMENT, ID] },
  duration: { columns: ['duration_us', 'id'], types: ['bigint', 'uuid'], forms: [NUMBER, ID] },
} as const satisfies Record<string, Order>;

/** How a list of executions is read. */
export interface ExecutionList {
  readonly orderName: keyof typeof ORDERS;
  readonly order: Order;
  readonly isDescending: boolean;
  /** Conditions that the index of the order serves, after that on the workspace. */
  readonly indexed: readonly string[];
  /** The place of a list of states, of each of which the index has a list, to be merged. Null for one list of all. */
  readonly merged: string | null;
  /** Conditions that are asked row by row: of so many rows a page at most. */
  readonly scanned: readonly string[];
  readonly values: unknown[];
}

/** What was found out about a search before the list is read. */
export interface ResolvedSearch {
  /** Workflows whose names hold the text. */
  readonly workflowIds: readonly string[];
  /** The executions that it names; null where it is a text. */
  readonly executionIds: readonly string[] | null;
}

/** Conditions with their values, as a statement takes them. */
class Conditions {
  readonly values: unknown[];

  constructor(workspaceId: string) {
    this.values = [workspaceId];
  }

  /** The place of a value in a statement. */
  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

function orderOf(filter: ExecutionFilter): keyof typeof ORDERS {
  const { sort = 'newest', startedFrom, startedTo, workflowId } = filter;
  if (sort === 'longest' || sort === 'shortest') return 'duration';
  if (startedFrom !== undefined || startedTo !== undefined) return 'started';
  return workflowId === undefined ? 'created' : 'number';
}

/** Reads a filter as a list. Ids in it must be UUIDs. @param named the executions of the external id that is asked for */
export function executionList(
  workspaceId: string,
  filter: ExecutionFilter,
  search: ResolvedSearch | null,
  named: readonly string[] | null,
): ExecutionList {
  const conditions = new Conditions(workspaceId);
  const { sort = 'newest', workflowId, projectId, triggerId, statuses } = filter;
  const orderName = orderOf(filter);
  const indexed: string[] = [];
  const scanned: string[] = [];
  // The first of these that there is has an index in these orders; a second one is asked row by row.
  const isByOwner = orderName === 'number' || orderName === 'created';
  const owners = [
    ...(workflowId === undefined ? [] : [`workflow_id = ${conditions.value(workflowId)}`]),
    ...(triggerId === undefined ? [] : [`trigger_id = ${conditions.value(triggerId)}`]),
    ...(projectId === undefined ? [] : [`project_id = ${conditions.value(projectId)}`]),
  ];
  const ownersIndexed = isByOwner || (orderName === 'duration' && workflowId !== undefined) ? 1 : 0;
  indexed.push(...owners.slice(0, ownersIndexed));
  scanned.push(...owners.slice(ownersIndexed));
  const canMerge = orderName === 'number' || (orderName === 'created' && owners.length === 0);
  const merged = statuses !== undefined && canMerge ? conditions.value([...new Set(statuses)]) : null;
  if (statuses !== undefined && !canMerge) scanned.push(`status = ANY (${conditions.value(statuses)}::text[])`);
  (orderName === 'started' ? indexed : scanned).push(...startedWithin(filter, conditions));
  (orderName === 'duration' ? indexed : scanned).push(...lasting(filter, conditions));
  if (orderName === 'duration') indexed.push('duration_us IS NOT NULL');
  scanned.push(...contents(filter, conditions));
  if (named !== null) indexed.push(`id = ANY (${conditions.value(named)}::uuid[])`);
  if (search?.executionIds) indexed.push(`id = ANY (${conditions.value(search.executionIds)}::uuid[])`);
  else if (search) scanned.push(mentions(filter.search ?? '', search, conditions));
  const isDescending = sort === 'newest' || sort === 'longest';
  return { orderName, order: ORDERS[orderName], isDescending, indexed, merged, scanned, values: conditions.values };
}

function startedWithin({ startedFrom, startedTo }: ExecutionFilter, conditions: Conditions): string[] {
  return [
    ...(startedFrom === undefined ? [] : [`started_at >= ${conditions.value(timestamp(startedFrom))}::timestamptz`]),
    ...(startedTo === undefined ? [] : [`started_at < ${conditions.value(timestamp(startedTo))}::timestamptz`]),
  ];
}

function lasting({ minDuration, maxDuration }: ExecutionFilter, conditions: Conditions): string[] {
  return [
    ...(minDuration === undefined ? [] : [`duration_us >= ${conditions.value(minDuration)}::bigint`]),
    ...(maxDuration === undefined ? [] : [`duration_us <= ${conditions.value(maxDuration)}::bigint`]),
  ];
}

/** What no index has. */
function contents({ workflowVersion, trigger, input = [] }: ExecutionFilter, conditions: Conditions): string[] {
  return [
    ...(workflowVersion === undefined ? [] : [`workflow_version = ${conditions.value(workflowVersion)}::integer`]),
    ...(trigger === undefined ? [] : [`trigger = ${conditions.value(text(trigger))}::text`]),
    ...input.map(
      ({ path, value }) =>
        `input_variables #> ${conditions.value(path.map(text))}::text[] = ${conditions.value(json(value))}::jsonb`,
    ),
  ];
}

function mentions(wanted: string, { workflowIds }: ResolvedSearch, conditions: Conditions): string {
  const needle = conditions.value(text(wanted));
  return `(workflow_id = ANY (${conditions.value(workflowIds)}::uuid[])
    OR position(lower(${needle}::text) IN lower(error_message)) > 0)`;
}

/** The number that a search asks for: `#12`. */
export function numberIn(search: string): number | null {
  const found = /^#(\d{1,15})$/.exec(search);
  return found ? Number(found[1]) : null;
}

/** The first and last id that begin as a search does, when it is eight or more digits of one. */
export function idsFrom(search: string): readonly [string, string] | null {
  const digits = search.toLowerCase().replaceAll('-', '');
  if (!/^[\da-f]{8,32}$/.test(digits)) return null;
  const uuid = (filler: string): string =>
    digits.padEnd(32, filler).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  const isPrefix = !search.includes('-') || uuid('0').startsWith(search.toLowerCase());
  return isPrefix ? [uuid('0'), uuid('f')] : null;
}

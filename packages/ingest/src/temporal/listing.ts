/** Runs as visibility lists them. */
import { toEpochMicros, type EpochMicros } from '@flowprof/model';
import type { ListRequest, RunHead } from './api.ts';
import type { Calls } from './caller.ts';
import { TemporalError } from './errors.ts';
import { listAnswer, listRequest } from './messages.ts';

/** The task queue of flowprof's own workflows, which are no one's executions. */
const SYSTEM_TASK_QUEUE = 'system-workflows-queue';

const MAX_PAGE = 1000;
const OVERLAP_MICROS = 60_000_000;
const TIMEOUT_MS = 20_000;
/** How often a listing begins again where the server does not know its own page tokens any more. */
const MOST_RESTARTS = 3;

/** As visibility queries write strings. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function moment(at: EpochMicros): string {
  const [date = '', fraction = '000Z'] = new Date(Math.floor(at / 1000)).toISOString().split('.');
  const micros = String(at % 1000).padStart(3, '0');
  return `'${date}.${fraction.slice(0, 3)}${micros}Z'`;
}

/** The visibility query that finds what is asked for. */
function queryOf({ since, overlap, includesOpen = false, workflowId, query }: ListRequest): string {
  const conditions = [`TaskQueue != '${SYSTEM_TASK_QUEUE}'`];
  if (since !== null) {
    const from = moment(toEpochMicros(Math.max(0, since - (overlap ?? OVERLAP_MICROS))));
    const any = [`StartTime >= ${from}`, `CloseTime >= ${from}`];
    if (includesOpen) any.push("ExecutionStatus = 'Running'");
    conditions.push(`(${any.join(' OR ')})`);
  }
  if (workflowId !== undefined && workflowId !== null) conditions.push(`WorkflowId = ${quoted(workflowId)}`);
  if (query !== null && query.trim() !== '') conditions.push(`(${query})`);
  return conditions.join(' AND ');
}

export async function* list(
  caller: Calls,
  namespace: string,
  request: ListRequest,
): AsyncGenerator<readonly RunHead[], void, undefined> {
  const query = queryOf(request);
  const pageSize = Math.min(MAX_PAGE, request.pageSize ?? MAX_PAGE);
  const { signal } = request;
  let token = new Uint8Array();
  for (let restarts = 0; ;) {
    let page;
    try {
      const asked = { timeoutMs: TIMEOUT_MS, isListing: true, signal };
      page = listAnswer(
        await caller.call('ListWorkflowExecutions', listRequest(namespace, query, pageSize, token), asked),
      );
    } catch (error) {
      // A server that was upgraded or restarted may not know its own token; a query that is wrong fails without one.
      const isToken = error instanceof TemporalError && error.code === 'invalid' && token.length > 0;
      if (!isToken || ++restarts > MOST_RESTARTS) throw error;
      token = new Uint8Array();
      continue;
    }
    const heads = page.heads.filter(({ taskQueue }) => taskQueue !== SYSTEM_TASK_QUEUE);
    if (heads.length > 0) yield heads;
    if (page.nextPageToken.length === 0) return;
    token = Uint8Array.from(page.nextPageToken);
  }
}

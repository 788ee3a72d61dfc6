/** Whether what is stored of the executions of a Temporal server is what that server has. */
import type { Store, TenantStore } from '@flowprof/store';
import { Connection } from '@temporalio/client';
import root, { type temporal as proto } from '@temporalio/proto';
import { SYSTEM_QUEUE } from '../../src/services/temporal/system/seam.ts';

type Api = Connection['workflowService'];
type Info = proto.api.workflow.v1.IWorkflowExecutionInfo;
type Event = proto.api.history.v1.IHistoryEvent;

const { History, HistoryEvent } = root.temporal.api.history.v1;
const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING } = root.temporal.api.enums.v1.WorkflowExecutionStatus;
const PAGE = 200;

/** What was found when both were compared. */
export interface Compared {
  readonly executions: number;
  readonly events: number;
  /** Each a line for a person; none where all is right. */
  readonly faults: readonly string[];
}

export function isOpen({ status }: Info): boolean {
  return status === RUNNING;
}

/** All runs that a query of visibility gives. */
export async function listRuns(api: Api, namespace: string, query: string): Promise<Info[]> {
  const found: Info[] = [];
  let nextPageToken: Uint8Array | null = null;
  do {
    const page: proto.api.workflowservice.v1.IListWorkflowExecutionsResponse = await api.listWorkflowExecutions({
      namespace,
      query,
      pageSize: PAGE,
      ...(nextPageToken !== null && { nextPageToken }),
    });
    found.push(...(page.executions ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : null;
  } while (nextPageToken !== null);
  return found;
}

export const NOT_OURS = `TaskQueue != '${SYSTEM_QUEUE}'`;

/** The history of a run as Temporal has it. */
async function historyOf(api: Api, namespace: string, run: Info): Promise<Event[]> {
  const events: Event[] = [];
  let nextPageToken: Uint8Array | null = null;
  do {
    const page: proto.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse =
      await api.getWorkflowExecutionHistory({
        namespace,
        execution: run.execution ?? {},
        ...(nextPageToken !== null && { nextPageToken }),
      });
    events.push(...(page.history?.events ?? []));
    nextPageToken = page.nextPageToken?.length ? page.nextPageToken : null;
  } while (nextPageToken !== null);
  return events;
}

/** An event as text; the server writes the entries of maps in any order. */
function asText(event: Event): string {
  return JSON.stringify(HistoryEvent.fromObject(event).toJSON(), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** The events that are kept of a run, and what is wrong with how they are kept. */
async function keptOf(
  tenant: TenantStore,
  connection: string,
  run: string,
): Promise<{ events: Event[]; faults: string[] }> {
  const events: Event[] = [];
  const faults: string[] = [];
  for await (const { firstEvent, lastEvent, data } of tenant.temporal.readEvents(connection, run)) {
    const part = History.decode(data).events;
    if (firstEvent !== events.length + 1) faults.push(`a part begins with event ${firstEvent} after ${events.length}`);
    if (part.length !== lastEvent - firstEvent + 1)
      faults.push(`a part of ${part.length} events says ${firstEvent}-${lastEvent}`);
    events.push(...part);
  }
  return { events, faults };
}

/** Temporal's statuses as those of executions. */
const STATUSES: Readonly<Record<number, readonly string[]>> = {
  1: ['running', 'pending'],
  2: ['completed'],
  3: ['failed'],
  4: ['cancelled'],
  5: ['failed', 'cancelled'],
  6: ['completed'],
  7: ['timeout'],
};

async function compareRun(
  api: Api,
  namespace: string,
  tenant: TenantStore,
  connection: string,
  run: Info,
): Promise<{ events: number; faults: string[] }> {
  const id = run.execution?.runId ?? '';
  const known = await tenant.temporal.findRun(id);
  if (known === null) return { events: 0, faults: ['is not known'] };
  const [theirs, kept, execution] = await Promise.all([
    historyOf(api, namespace, run),
    keptOf(tenant, connection, id),
    tenant.getExecution(id),
  ]);
  const faults = [...kept.faults];
  const hasEnded = !isOpen(run);
  if (hasEnded && !known.isComplete)
    faults.push(`is not complete: ${known.checkpoint} events, ${known.error?.code ?? 'no error'}`);
  const ours = kept.events.map(asText);
  const right = theirs.map(asText);
  const different = right.findIndex((text, at) => text !== ours[at]);
  if (ours.length > right.length) faults.push(`has ${ours.length} events, Temporal ${right.length}`);
  if (hasEnded && different >= 0)
    faults.push(`event ${different + 1} of ${right.length} differs (${ours.length} are kept)`);
  if (execution === null) faults.push('has no execution');
  else {
    const { status } = execution;
    if (!(STATUSES[run.status ?? 0] ?? []).includes(status)) faults.push(`is ${status}, in Temporal ${run.status}`);
  }
  return { events: ours.length, faults };
}

/** Compares every execution of the server with what is stored of it, and looks for stored ones that the server has not. */
export async function compareAll(
  address: string,
  namespace: string,
  { store, workspaceId, connectionId }: { store: Store; workspaceId: string; connectionId: string },
): Promise<Compared> {
  const connection = await Connection.connect({ address });
  try {
    const api = connection.workflowService;
    const tenant = store.tenant(workspaceId);
    const runs = await listRuns(api, namespace, NOT_OURS);
    const faults: string[] = [];
    let events = 0;
    for (const run of runs) {
      const compared = await compareRun(api, namespace, tenant, connectionId, run);
      events += compared.events;
      const name = `${run.execution?.workflowId} ${run.execution?.runId}`;
      faults.push(...compared.faults.map((fault) => `${name}: ${fault}`));
    }
    const state = await tenant.temporal.getConnection(connectionId);
    if (state?.sync.runs !== runs.length)
      faults.push(`${state?.sync.runs} runs are known, Temporal has ${runs.length}`);
    return { executions: runs.length, events, faults };
  } finally {
    await connection.close();
  }
}

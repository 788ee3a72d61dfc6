import { isStale } from '@flowprof/ingest/temporal';
import { isJsonObject, type Clock, type JsonObject, type JsonValue } from '@flowprof/model';
import type { Execution, TemporalConnection, TemporalRun, TenantStore } from '@flowprof/store';
import type { z } from 'zod';
import { isoOrNull } from '../../http/shapes/common.ts';
import type { temporalPartShape } from '../../http/shapes/temporal.ts';
import type { TemporalSync } from './sync.ts';

/** How many children are told of. */
const MAX_CHILDREN = 100;

type Part = z.output<typeof temporalPartShape>;
type Related = NonNullable<Part['parent']>;

/** Where Temporal's own pages show a run; null where it is not said where they are. */
function linkOf({ webUrl, namespace }: TemporalConnection, workflowId: string | null, runId: string): string | null {
  if (webUrl === null || workflowId === null) return null;
  const path = ['namespaces', namespace, 'workflows', workflowId, runId, 'history'].map(encodeURIComponent).join('/');
  return `${webUrl.replace(/\/+$/, '')}/${path}`;
}

function textIn(value: JsonValue | undefined, key: string): string | null {
  const text = isJsonObject(value) ? value[key] : null;
  return typeof text === 'string' && text !== '' ? text : null;
}

/** What an execution that ran on Temporal has besides. */
export class TemporalDetails {
  readonly #sync: Pick<TemporalSync, 'refresh'>;
  readonly #clock: Clock;

  constructor(sync: Pick<TemporalSync, 'refresh'>, clock: Clock) {
    this.#sync = sync;
    this.#clock = clock;
  }

  /** Brings an execution up to date that somebody looks at, if that can be had soon; says whether it may be another now. */
  refresh(tenant: TenantStore, executionId: string): Promise<boolean> {
    return this.#sync.refresh(tenant, executionId);
  }

  /** Null for one that ran elsewhere, or whose connection is gone. */
  async of(tenant: TenantStore, { id, trigger, attributes }: Execution): Promise<Part | null> {
    if (trigger !== 'temporal') return null;
    const run = await tenant.temporal.findRun(id);
    const connection = run === null ? null : await tenant.temporal.getConnection(run.connectionId);
    if (run === null || connection === null) return null;
    const children = await tenant.temporal.childrenOf(run.connectionId, [id]);
    const related = (runId: string, workflowId: string | null) => this.#related(tenant, connection, runId, workflowId);
    const { workflowId, runId, parentRunId, rootRunId } = run;
    const parent =
      parentRunId === null ? null : await related(parentRunId, textIn(attributes['parent'], 'workflow_id'));
    const isRoot = rootRunId === null || rootRunId === runId;
    return {
      connection_id: connection.id,
      connection_name: connection.name,
      namespace: connection.namespace,
      workflow_id: workflowId,
      run_id: runId,
      workflow_type: run.workflowType,
      task_queue: run.taskQueue,
      status: run.status,
      link: linkOf(connection, workflowId, runId),
      history_length: run.historyLength,
      events: run.checkpoint,
      synced_at: isoOrNull(run.syncedAt),
      is_complete: run.isComplete,
      sync: run.error !== null ? 'failing' : isStale(run, this.#clock.now()) ? 'stale' : 'fresh',
      error: run.error,
      parent,
      root: isRoot ? null : await related(rootRunId, textIn(attributes['root'], 'workflow_id')),
      chain: await this.#chain(tenant, connection, run, attributes),
      children: children.slice(0, MAX_CHILDREN).map((child) => ({
        workflow_id: child.workflowId,
        run_id: child.runId,
        execution_id: child.syncedAt === null ? null : child.runId,
        link: linkOf(connection, child.workflowId, child.runId),
        workflow_type: child.workflowType,
        status: child.status,
        started_at: isoOrNull(child.startedAt),
      })),
      children_left_out: Math.max(0, children.length - MAX_CHILDREN),
    };
  }

  async #chain(
    tenant: TenantStore,
    connection: TemporalConnection,
    { runId, workflowId }: TemporalRun,
    attributes: JsonObject,
  ): Promise<Part['chain']> {
    const reset = attributes['reset'];
    const before = textIn(attributes, 'continued_execution_run_id') ?? textIn(reset, 'base_run_id');
    const first = textIn(attributes, 'first_execution_run_id');
    const next = textIn(attributes, 'new_execution_run_id');
    const other = (id: string | null) =>
      id === null || id === runId ? null : this.#related(tenant, connection, id, workflowId);
    const reason = isJsonObject(reset) ? 'reset' : snake(textIn(attributes, 'initiator'));
    const [firstRun, previous, following] = await Promise.all([other(first), other(before), other(next)]);
    return { first: firstRun, previous, next: following, reason: previous === null ? null : reason };
  }

  async #related(
    tenant: TenantStore,
    connection: TemporalConnection,
    runId: string,
    workflowId: string | null,
  ): Promise<Related> {
    const known = await tenant.temporal.findRun(runId);
    const id = known?.workflowId ?? workflowId;
    return {
      workflow_id: id,
      run_id: runId,
      execution_id: known?.syncedAt === null || known === null ? null : runId,
      link: linkOf(connection, id, runId),
    };
  }
}

/** `ContinueAsNew` or `Workflow` as words of ours: `continue_as_new`. */
function snake(initiator: string | null): string | null {
  if (initiator === null) return null;
  const words = initiator.replaceAll(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  return words === 'workflow' ? 'continue_as_new' : words === 'cron_schedule' ? 'cron' : words;
}

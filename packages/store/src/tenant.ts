import {
  isUuid,
  TraceAssembler,
  type JournalEntry,
  type JsonObject,
  type JsonValue,
  type Trace,
  type TraceEvent,
} from '@flowprof/model';
import type {
  CursorPage,
  Execution,
  ExecutionFilter,
  ExecutionOutcome,
  ExecutionPage,
  ImportedExecution,
  KeptPrices,
  NewExecution,
  PackedTrace,
  Page,
  PageRequest,
  Project,
  ProjectFilter,
  ProjectStatistics,
  StatisticsPeriod,
  WorkspaceStatistics,
  Statistics,
  RetentionLimits,
  RetentionSettings,
  RetentionState,
  StatisticsReport,
  StepCounts,
  StepExecution,
  TenantAccess,
  TenantAlerts,
  TenantOtlp,
  TenantImports,
  TenantExternal,
  TenantBaselines,
  TenantNotes,
  TenantRuns,
  TenantStore,
  TenantTemporal,
  TenantTriggers,
  Workflow,
  WorkflowFilter,
  WorkflowChange,
  WorkflowMetrics,
  WorkflowVersion,
} from './api.ts';
import { PostgresTenantAccess } from './access/tenant-access.ts';
import { PostgresTenantAlerts } from './alerts/tenant-alerts.ts';
import { PostgresTenantImports } from './imports/tenant-imports.ts';
import { PostgresTenantOtlp, type OtlpContext } from './otlp/tenant-otlp.ts';
import { assembleRows } from './assemble-rows.ts';
import { withJoined } from './external/kept.ts';
import { PostgresTenantExternal } from './external/tenant-external.ts';
import { workflowOfOthers } from './external/workflow-of-others.ts';
import { PostgresTenantBaselines } from './baselines/tenant-baselines.ts';
import { PostgresTenantNotes } from './notes/tenant-notes.ts';
import { PostgresTenantRuns } from './history/tenant-runs.ts';
import { firstProject, makeWorkflow, newProject } from './making.ts';
import { PostgresTenantTemporal } from './temporal/tenant-temporal.ts';
import { PostgresTenantTriggers } from './triggers/tenant-triggers.ts';
import { batchOf, type Batch } from './batch.ts';
import { packTrace, unpackTrace } from './blob.ts';
import { runStatement, sqlStateOf, toStoreError, type Sql } from './database.ts';
import { StoreError } from './errors.ts';
import type { Journals } from './journal/journal.ts';
import type { CancelRequest, LiveEventPage } from './live/api.ts';
import { tellBatch } from './live/tell-batch.ts';
import { changesOf, inWorkspaceTelling, newChangeId, type Teller } from './live/teller.ts';
import type { NamedStatement } from './one-trip.ts';
import { countExecutions, uncountExecutions } from './queries/count-executions.ts';
import { claimSchedule } from './queries/claim-schedule.ts';
import { countSteps } from './queries/count-steps.ts';
import { declareSteps } from './queries/declare-steps.ts';
import { deleteJournal } from './queries/delete-journal.ts';
import { deletePrices } from './queries/delete-prices.ts';
import { deleteProject } from './queries/delete-project.ts';
import { deleteWorkflow } from './queries/delete-workflow.ts';
import { findProject } from './queries/find-project.ts';
import { findWorkflowByName } from './queries/find-workflow-by-name.ts';
import { finishExecution } from './queries/finish-execution.ts';
import { getDefinition } from './queries/get-definition.ts';
import { getExecution } from './queries/get-execution.ts';
import { getVersion } from './queries/get-version.ts';
import { getWorkflow } from './queries/get-workflow.ts';
import { insertAnnotations } from './queries/insert-annotations.ts';
import { insertExecution } from './queries/insert-execution.ts';
import { insertProject } from './queries/insert-project.ts';
import { insertTrace } from './queries/insert-trace.ts';
import { isPendingHere } from './queries/is-pending-here.ts';
import { listExecutions } from './queries/list-executions.ts';
import { listLiveEvents } from './queries/list-live-events.ts';
import { listProjects } from './queries/list-projects.ts';
import { listSteps } from './queries/list-steps.ts';
import { listVersions } from './queries/list-versions.ts';
import { listWorkflows } from './queries/list-workflows.ts';
import { HAS_ENDED, lockExecution, lockingExecution, lockingUnfinished } from './queries/lock-execution.ts';
import { lockWorkflowName } from './queries/lock-workflow-name.ts';
import { measureStored } from './queries/measure-stored.ts';
import { mergeExecution } from './queries/merge-execution.ts';
import { mergeStepStates } from './queries/merge-step-states.ts';
import { reopenExecution } from './queries/reopen-execution.ts';
import { requestCancel } from './queries/request-cancel.ts';
import { selectMetrics } from './queries/select-metrics.ts';
import { selectPrices } from './queries/select-prices.ts';
import { selectRetention } from './queries/select-retention.ts';
import { selectRetentionRun } from './queries/select-retention-run.ts';
import { selectProjectStatistics, selectStatistics } from './queries/select-statistics.ts';
import { selectWorkspaceStatistics } from './queries/select-workspace-statistics.ts';
import { selectTrace } from './queries/select-trace.ts';
import { updateProject } from './queries/update-project.ts';
import { updateWorkflow } from './queries/update-workflow.ts';
import { upsertPrices } from './queries/upsert-prices.ts';
import { upsertRetention } from './queries/upsert-retention.ts';
import { upsertSpans } from './queries/upsert-spans.ts';
import { rebuildStatistics } from './statistics/rebuild.ts';

/** How many rows go into one statement. */
const CHUNK = 10_000;

export interface TenantContext extends OtlpContext {
  readonly journals: Journals;
  /** The installation's key. */
  readonly key: () => Promise<Uint8Array>;
  /** The other servers that live. */
  readonly others: () => Promise<readonly string[]>;
  /** Tells them that one of their executions is to be cancelled. */
  readonly askToCancel: (request: CancelRequest) => void;
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < items.length; i += CHUNK) yield items.slice(i, i + CHUNK);
}

/** One workspace's rows; see `TenantStore`. Every method is one transaction under that workspace's row level security. */
export class PostgresTenantStore implements TenantStore {
  readonly workspaceId: string;
  readonly access: TenantAccess;
  readonly triggers: TenantTriggers;
  readonly alerts: TenantAlerts;
  readonly otlp: TenantOtlp;
  readonly imports: TenantImports;
  readonly external: TenantExternal;
  readonly runs: TenantRuns;
  readonly baselines: TenantBaselines;
  readonly notes: TenantNotes;
  readonly temporal: TenantTemporal;
  readonly #context: TenantContext;

  constructor(workspaceId: string, context: TenantContext) {
    this.workspaceId = workspaceId;
    this.access = new PostgresTenantAccess(workspaceId, context);
    this.triggers = new PostgresTenantTriggers(workspaceId, context);
    this.alerts = new PostgresTenantAlerts(workspaceId, context);
    this.otlp = new PostgresTenantOtlp(workspaceId, context);
    this.imports = new PostgresTenantImports(workspaceId, context);
    this.external = new PostgresTenantExternal(workspaceId, context);
    this.runs = new PostgresTenantRuns(workspaceId, context);
    this.baselines = new PostgresTenantBaselines(workspaceId, context);
    this.notes = new PostgresTenantNotes(workspaceId, context);
    this.temporal = new PostgresTenantTemporal(workspaceId, context);
    this.#context = context;
  }

  async createProject(project: { readonly slug: string; readonly name: string }): Promise<Project> {
    const made = newProject(this.#context, this.workspaceId, project);
    if (!(await this.#run((sql) => insertProject(sql, made)))) throw new StoreError('conflict');
    return made;
  }

  listProjects(filter: ProjectFilter): Promise<CursorPage<Project>> {
    return this.#run((sql) => listProjects(sql, this.workspaceId, filter));
  }

  findProject(idOrSlug: string): Promise<Project | null> {
    return this.#run((sql) => findProject(sql, this.workspaceId, idOrSlug));
  }

  updateProject(id: string, change: { readonly slug?: string; readonly name?: string }): Promise<Project | null> {
    return this.#run((sql) => updateProject(sql, this.workspaceId, id, change, this.#context.clock.now()));
  }

  async deleteProject(id: string, withWorkflows: boolean): Promise<boolean> {
    const found = await this.#run((sql) =>
      deleteProject(sql, this.workspaceId, id, withWorkflows, this.#context.clock.now()),
    );
    if (found === 'not_empty') throw new StoreError('not_empty');
    return found === 'deleted';
  }

  createWorkflow(workflow: {
    readonly name: string;
    readonly description: string | null;
    readonly definition: JsonObject;
    readonly projectId?: string;
    readonly by?: string | null;
  }): Promise<Workflow> {
    const { name, description, definition, projectId, by = null } = workflow;
    return this.#run(async (sql) => {
      const project =
        projectId === undefined
          ? await firstProject(sql, this.#context, this.workspaceId)
          : await findProject(sql, this.workspaceId, projectId);
      if (project === null) throw new StoreError('not_found');
      const made = { projectId: project.id, name, description, definition, by };
      return makeWorkflow(sql, this.#context, this.workspaceId, made);
    });
  }

  listWorkflows(filter: WorkflowFilter): Promise<CursorPage<Workflow>> {
    return this.#run((sql) => listWorkflows(sql, this.workspaceId, filter));
  }

  getWorkflow(id: string): Promise<Workflow | null> {
    return this.#run((sql) => getWorkflow(sql, this.workspaceId, id));
  }

  findWorkflowByName(name: string): Promise<Workflow | null> {
    return this.#run((sql) => findWorkflowByName(sql, this.workspaceId, name));
  }

  getDefinition(workflowId: string, version: number): Promise<JsonObject | null> {
    return this.#run((sql) => getDefinition(sql, this.workspaceId, workflowId, version));
  }

  listVersions(workflowId: string, page: PageRequest): Promise<Page<WorkflowVersion>> {
    return this.#run((sql) => listVersions(sql, this.workspaceId, workflowId, page));
  }

  getVersion(workflowId: string, version: number): Promise<WorkflowVersion | null> {
    return this.#run((sql) => getVersion(sql, this.workspaceId, workflowId, version));
  }

  updateWorkflow(id: string, change: WorkflowChange): Promise<Workflow | null> {
    return this.#run(async (sql) => {
      const { projectId: to } = change;
      const project = to === undefined ? undefined : await findProject(sql, this.workspaceId, to);
      if (project === null) throw new StoreError('not_found');
      const wanted = { ...change, ...(project && { projectId: project.id }) };
      const found = await updateWorkflow(sql, this.workspaceId, id, wanted, this.#context.clock.now());
      if (found === 'version_conflict') throw new StoreError('version_conflict');
      return found === 'changed' ? getWorkflow(sql, this.workspaceId, id) : null;
    });
  }

  deleteWorkflow(id: string): Promise<boolean> {
    return this.#run((sql) => deleteWorkflow(sql, this.workspaceId, id, this.#context.clock.now()));
  }

  /** The same id again gives the execution that is there. */
  createExecution(execution: NewExecution): Promise<Execution | null> {
    return this.#runTelling(async (sql, teller) => {
      const known = await getExecution(sql, this.workspaceId, execution.id);
      if (known !== null && execution.onlyNew === true) throw new StoreError('conflict');
      if (known !== null) return known;
      const isOurs = execution.claim === undefined || (await claimSchedule(sql, this.workspaceId, execution.claim));
      if (!isOurs) throw new StoreError('claim_lost');
      const { clock, instanceId } = this.#context;
      const made = await insertExecution(sql, this.workspaceId, execution, instanceId, clock.now());
      if (made) teller.happened(execution.id, 'workflow_queued');
      return made ? getExecution(sql, this.workspaceId, execution.id) : null;
    });
  }

  getExecution(id: string): Promise<Execution | null> {
    return this.#run((sql) => getExecution(sql, this.workspaceId, id));
  }

  isPendingHere(id: string): Promise<boolean> {
    return this.#run((sql) => isPendingHere(sql, this.workspaceId, id, this.#context.instanceId));
  }

  listExecutions(filter: ExecutionFilter): Promise<ExecutionPage> {
    return this.#run((sql) => listExecutions(sql, this.workspaceId, filter));
  }

  listSteps(executionId: string, limit?: number, skip = 0): Promise<readonly StepExecution[]> {
    return this.#run((sql) => listSteps(sql, this.workspaceId, executionId, limit ?? null, skip));
  }

  countSteps(executionId: string): Promise<StepCounts> {
    return this.#run((sql) => countSteps(sql, this.workspaceId, executionId));
  }

  /** @throws {StoreError} `not_found` when there is no such execution */
  async recordEvents(executionId: string, batch: readonly TraceEvent[]): Promise<void> {
    if (!isUuid(executionId)) throw new StoreError('not_found');
    const { clock, random } = this.#context;
    const sorted = batchOf(executionId, batch);
    const changeId = newChangeId(random);
    const changes = this.#recording(executionId, sorted, changeId);
    const telling = tellBatch(this.workspaceId, executionId, sorted, changeId, clock.now());
    const ends = sorted.execution !== null && sorted.execution.finished !== null;
    const found = ends
      ? await this.#recordCounted(executionId, changes, telling)
      : await this.#recordUnfinished(executionId, changes, telling);
    if (found.length === 0) throw new StoreError('not_found');
    this.#context.announce(changesOf(this.workspaceId, found));
  }

  /** Changes an execution that has not ended, nor ends now, in one round trip; any other as `#recordCounted` does. */
  async #recordUnfinished(
    executionId: string,
    changes: readonly NamedStatement[],
    telling: readonly NamedStatement[],
  ): Promise<readonly string[]> {
    const { database } = this.#context;
    const locking = lockingUnfinished(this.workspaceId, executionId);
    try {
      return await database.inOneTrip(this.workspaceId, locking, ...changes, ...telling);
    } catch (error) {
      if (sqlStateOf(error) !== HAS_ENDED) throw error;
      return this.#recordCounted(executionId, changes, telling);
    }
  }

  /** Changes an execution that may have ended, or ends now, in one round trip. */
  #recordCounted(
    executionId: string,
    changes: readonly NamedStatement[],
    telling: readonly NamedStatement[],
  ): Promise<readonly string[]> {
    const { workspaceId } = this;
    return this.#context.database.inOneTrip(
      workspaceId,
      lockingExecution(workspaceId, executionId),
      uncountExecutions(workspaceId, [executionId]),
      ...changes,
      countExecutions(workspaceId, [executionId]),
      ...telling,
    );
  }

  async commitNodes(executionId: string, entries: readonly JournalEntry[]): Promise<void> {
    if (!isUuid(executionId)) throw new StoreError('not_found');
    if (await this.#context.journals.commit(this.workspaceId, executionId, entries)) return;
    throw new StoreError((await this.getExecution(executionId)) === null ? 'not_found' : 'not_owner');
  }

  readJournal(executionId: string): Promise<readonly JournalEntry[]> {
    return this.#context.journals.read(this.workspaceId, executionId);
  }

  reopenExecution(executionId: string): Promise<Execution | null> {
    const { clock, instanceId } = this.#context;
    return this.#runTelling(async (sql, teller) => {
      const known = await lockExecution(sql, this.workspaceId, executionId);
      if (known !== null) await runStatement(sql, uncountExecutions(this.workspaceId, [executionId]));
      const found = await reopenExecution(sql, this.workspaceId, executionId, instanceId, clock.now());
      if (found === 'not_resumable') throw new StoreError('not_resumable');
      if (found === 'reopened') teller.happened(executionId, 'workflow_resumed');
      return found === 'reopened' ? getExecution(sql, this.workspaceId, executionId) : null;
    });
  }

  async finishExecution(executionId: string, outcome: ExecutionOutcome): Promise<void> {
    const packed = await packTrace(outcome.trace);
    await this.#runTelling(async (sql, teller) => {
      const { clock, instanceId } = this.#context;
      const execution = await lockExecution(sql, this.workspaceId, executionId);
      if (execution === null) throw new StoreError('not_found');
      const isTaken = execution.generation > 0 && execution.instanceId !== instanceId;
      if (isTaken && !execution.hasEnded) throw new StoreError('not_owner');
      const now = clock.now();
      const whole = execution.isJoined ? await this.#packJoined(sql, executionId, outcome.trace) : packed;
      const isFirst = await insertTrace(sql, this.workspaceId, executionId, whole, now);
      if (!isFirst) return;
      const ending = { ...outcome, info: outcome.trace.execution };
      if (execution.hasEnded) await runStatement(sql, uncountExecutions(this.workspaceId, [executionId]));
      await finishExecution(sql, this.workspaceId, executionId, ending, now, teller.changeId);
      await runStatement(sql, countExecutions(this.workspaceId, [executionId]));
      teller.ended(executionId);
      if (outcome.status === 'completed') await deleteJournal(sql, this.workspaceId, executionId);
    });
  }

  /** A recorded trace with the spans in it that others told of. */
  async #packJoined(sql: Sql, executionId: string, trace: Trace): Promise<PackedTrace> {
    return packTrace(await withJoined(sql, this.workspaceId, executionId, trace));
  }

  importExecution(
    execution: ImportedExecution,
    events: () => AsyncIterable<readonly TraceEvent[]>,
  ): Promise<{ readonly known: boolean }> {
    const { workspaceId } = this;
    const { id, workflow, info, duration, trace } = execution;
    return this.#runTelling(async (sql, teller) => {
      await lockWorkflowName(sql, workspaceId, workflow.name);
      if ((await getExecution(sql, workspaceId, id)) !== null) return { known: true };
      const owner = await workflowOfOthers(sql, this.#context, workspaceId, workflow);
      const { clock } = this.#context;
      const made = { id, workflowId: owner.id, input: {}, trigger: 'import' };
      const name = info.name === owner.name ? null : info.name;
      await insertExecution(sql, workspaceId, made, { ...info, name }, clock.now());
      for await (const batch of events()) {
        for (const statement of this.#recording(id, batchOf(id, batch), teller.changeId)) {
          await runStatement(sql, statement);
        }
      }
      const now = clock.now();
      await insertTrace(sql, workspaceId, id, trace, now);
      const { status, error } = info;
      const ending = { status, error, results: null, duration, info };
      await finishExecution(sql, workspaceId, id, ending, now, teller.changeId);
      await runStatement(sql, countExecutions(workspaceId, [id]));
      teller.happened(id, 'workflow_imported');
      return { known: false };
    });
  }

  async requestCancel(executionId: string): Promise<boolean> {
    const { others, clock, askToCancel } = this.#context;
    const { workspaceId } = this;
    const servers = await others();
    if (servers.length === 0) return false;
    const requested = await this.#run((sql) => requestCancel(sql, workspaceId, executionId, servers, clock.now()));
    if (requested) askToCancel({ workspaceId, executionId });
    return requested;
  }

  listLiveEvents(
    workflowId: string,
    page: { readonly since: number | null; readonly limit: number },
  ): Promise<LiveEventPage | null> {
    return this.#run((sql) => listLiveEvents(sql, this.workspaceId, workflowId, page));
  }

  workflowMetrics(workflowId: string): Promise<WorkflowMetrics | null> {
    if (!isUuid(workflowId)) return Promise.resolve(null);
    return this.#snapshot((sql) => selectMetrics(sql, this.workspaceId, { of: 'workflow', id: workflowId }));
  }

  workflowStatistics(workflowId: string): Promise<Statistics | null> {
    if (!isUuid(workflowId)) return Promise.resolve(null);
    return this.#snapshot((sql) => selectStatistics(sql, this.workspaceId, { of: 'workflow', id: workflowId }));
  }

  projectStatistics(projectId: string): Promise<ProjectStatistics | null> {
    if (!isUuid(projectId)) return Promise.resolve(null);
    return this.#snapshot((sql) => selectProjectStatistics(sql, this.workspaceId, projectId));
  }

  workspaceStatistics(period: StatisticsPeriod): Promise<WorkspaceStatistics | null> {
    return this.#snapshot((sql) => selectWorkspaceStatistics(sql, this.workspaceId, period));
  }

  getPrices(): Promise<KeptPrices | null> {
    return this.#run((sql) => selectPrices(sql, this.workspaceId));
  }

  setPrices(prices: JsonValue | null): Promise<KeptPrices | null> {
    return this.#run(async (sql) => {
      if (prices === null) await deletePrices(sql, this.workspaceId);
      else await upsertPrices(sql, this.workspaceId, prices, this.#context.clock.now());
      return selectPrices(sql, this.workspaceId);
    });
  }

  getRetention(): Promise<RetentionSettings> {
    return this.#run((sql) => selectRetention(sql, this.workspaceId));
  }

  setRetention(limits: RetentionLimits): Promise<RetentionSettings> {
    return this.#run(async (sql) => {
      await upsertRetention(sql, this.workspaceId, limits, this.#context.clock.now());
      return selectRetention(sql, this.workspaceId);
    });
  }

  getRetentionState(): Promise<RetentionState> {
    return this.#run(async (sql) => ({
      stored: await measureStored(sql, this.workspaceId),
      lastRun: await selectRetentionRun(sql, this.workspaceId),
    }));
  }

  rebuildStatistics({ check = false }: { readonly check?: boolean } = {}): Promise<StatisticsReport> {
    return rebuildStatistics(this.#context.database, this.workspaceId, check);
  }

  getPackedTrace(executionId: string): Promise<PackedTrace | null> {
    return this.#run((sql) => selectTrace(sql, this.workspaceId, executionId));
  }

  async getTrace(executionId: string): Promise<Trace | null> {
    const found = await this.#context.database.snapshotOf(this.workspaceId, async (sql) => {
      const packed = await selectTrace(sql, this.workspaceId, executionId);
      return packed ?? assembleRows(sql, this.workspaceId, executionId);
    });
    if (found === null) return null;
    return found instanceof TraceAssembler ? found.finish() : unpackTrace(found);
  }

  /** What writes a batch down, in its order. @throws {StoreError} `bad_value` */
  #recording(executionId: string, batch: Batch, changeId: number): readonly NamedStatement[] {
    const { workspaceId } = this;
    const { execution, declarations, states, spans, annotations } = batch;
    const now = this.#context.clock.now();
    try {
      return [
        ...(execution === null ? [] : [mergeExecution(workspaceId, executionId, execution, now, changeId)]),
        ...[...chunks(declarations)].map((some) => declareSteps(workspaceId, executionId, some)),
        ...[...chunks(states)].map((some) => mergeStepStates(workspaceId, executionId, some, changeId)),
        ...[...chunks(spans)].map((some) => upsertSpans(workspaceId, executionId, some)),
        ...[...chunks(annotations)].map((some) => insertAnnotations(workspaceId, executionId, some, changeId)),
      ];
    } catch (error) {
      throw toStoreError(error);
    }
  }

  #runTelling<T>(work: (sql: Sql, teller: Teller) => Promise<T>): Promise<T> {
    return inWorkspaceTelling(this.#context, this.workspaceId, work);
  }

  /** Several reads of one state of the data. */
  #snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.snapshotOf(this.workspaceId, work);
  }

  #run<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#context.database.inWorkspace(this.workspaceId, work);
  }
}

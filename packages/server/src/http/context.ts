import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { isUuid, type Clock, type RandomBytes } from '@flowprof/model';
import type { Store, TenantStore } from '@flowprof/store';
import type { AlertChannelService } from '../services/alerts/channels.ts';
import type { AlertMessages } from '../services/alerts/message.ts';
import type { AlertRuleService } from '../services/alerts/rules.ts';
import type { ExecutionService } from '../services/executions.ts';
import type { Lifecycle } from '../services/lifecycle.ts';
import type { Metrics } from '../services/metrics.ts';
import type { BaselineService } from '../services/baselines.ts';
import type { Histories } from '../services/histories.ts';
import type { Projections } from '../services/history/projections.ts';
import type { MergedRuns } from '../services/history/merged-runs.ts';
import type { WorkflowHistory } from '../services/history/workflow-history.ts';
import type { ImportJobs } from '../services/import-jobs.ts';
import type { ImportService } from '../services/imports.ts';
import type { OtlpReceiver } from '../services/otlp/receiver.ts';
import type { CallbackService } from '../services/callbacks.ts';
import type { TraceViews } from '../services/views.ts';
import type { WhatIfs } from '../services/what-if/what-ifs.ts';
import type { TriggerService } from '../services/triggers/triggers.ts';
import type { TemporalConnectionService } from '../services/temporal/connections.ts';
import type { TemporalDetails } from '../services/temporal/details.ts';
import type { TemporalSync } from '../services/temporal/sync.ts';
import type { WebhookService } from '../services/triggers/webhooks.ts';
import type { WorkflowService } from '../services/workflows.ts';
import type { AccessService } from '../services/access.ts';
import type { RequestLimits } from '../services/limits.ts';
import type { TenantRequest } from './access.ts';
import type { LiveService } from '../live/live.ts';
import { notFound } from './errors.ts';
import type { BrowserGuard } from './security.ts';

/** A server whose routes take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What the routes work with. */
export interface AppContext {
  readonly store: Store;
  readonly access: AccessService;
  readonly limits: RequestLimits;
  /** The workspace that a request is for, before it is its turn; see `tenantFinder`. For the guard of routes alone. */
  readonly findTenant: (request: TenantRequest) => Promise<TenantStore>;
  /** The workspace that a request is for, once it is its turn; see `inTurns`. */
  readonly tenantOf: (request: TenantRequest) => Promise<TenantStore>;
  /** What the pages of browsers may do here. */
  readonly browsers: BrowserGuard;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly workflows: WorkflowService;
  readonly executions: ExecutionService;
  readonly triggers: TriggerService;
  readonly alertRules: AlertRuleService;
  readonly alertChannels: AlertChannelService;
  readonly alertMessages: AlertMessages;
  readonly webhooks: WebhookService;
  readonly imports: ImportService;
  readonly importJobs: ImportJobs;
  readonly callbacks: CallbackService;
  readonly views: TraceViews;
  readonly whatIfs: WhatIfs;
  readonly histories: Histories;
  readonly workflowHistory: WorkflowHistory;
  readonly mergedRuns: MergedRuns;
  readonly projections: Projections;
  readonly baselines: BaselineService;
  readonly otlp: OtlpReceiver;
  readonly temporalConnections: TemporalConnectionService;
  readonly temporalDetails: TemporalDetails;
  readonly temporalSync: TemporalSync;
  readonly metrics: Metrics;
  readonly lifecycle: Lifecycle;
  /** What opens `/metrics` where a credential is asked for; see `metricsRoutes`. */
  readonly metricsToken: string | undefined;
  readonly live: LiveService;
}

/** An id from a path, for the store. What is no UUID cannot exist. @throws {ApiError} `not_found` */
export function existingId(id: string): string {
  if (!isUuid(id)) throw notFound();
  return id.toLowerCase();
}

/** What was looked for. @throws {ApiError} `not_found` when it is not there */
export function found<T>(thing: T | null): T {
  if (thing === null) throw notFound();
  return thing;
}

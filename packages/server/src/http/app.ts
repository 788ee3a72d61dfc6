import helmet from '@fastify/helmet';
import type { RandomBytes } from '@flowprof/model';
import { uuidv7 } from '@flowprof/model';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyError } from 'fastify';
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { guardRoutes } from './access.ts';
import { auditChanges } from './audit.ts';
import { compressLargeAnswers } from './compression.ts';
import type { App, AppContext } from './context.ts';
import { readOnlyJson } from './json-body.ts';
import { answerOtherMethods } from './other-methods.ts';
import { problemOf, rawProblem, toApiError, type Problem } from './problem.ts';
import { describeApi } from './openapi.ts';
import { alertChannelRoutes } from './routes/alert-channels.ts';
import { alertRoutes } from './routes/alerts.ts';
import { callbackRoutes } from './routes/callbacks.ts';
import { auditRoutes } from './routes/audit.ts';
import { comparisonRoutes } from './routes/comparisons.ts';
import { executionRoutes } from './routes/executions.ts';
import { healthRoutes } from './routes/health.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { baselineRoutes } from './routes/baselines.ts';
import { historyRoutes } from './routes/history.ts';
import { hookRoutes } from './routes/hooks.ts';
import { importRoutes } from './routes/imports.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { keyRoutes } from './routes/keys.ts';
import { meRoutes } from './routes/me.ts';
import { memberRoutes } from './routes/members.ts';
import { noteRoutes } from './routes/notes.ts';
import { liveRoutes } from './routes/live.ts';
import { otlpRoutes } from './routes/otlp.ts';
import { projectRoutes } from './routes/projects.ts';
import { referenceRoutes } from './routes/reference.ts';
import { settingsRoutes } from './routes/settings.ts';
import { statisticsRoutes } from './routes/statistics.ts';
import { temporalRoutes } from './routes/temporal.ts';
import { temporalAttemptRoutes } from './routes/temporal-attempts.ts';
import { traceRoutes } from './routes/traces.ts';
import { costRoutes } from './routes/costs.ts';
import { exportRoutes } from './routes/exports.ts';
import { whatIfRoutes } from './routes/what-if.ts';
import { workflowExecutionRoutes } from './routes/workflow-executions.ts';
import { workflowMakingRoutes } from './routes/workflow-making.ts';
import { workflowVersionRoutes } from './routes/workflow-versions.ts';
import { workflowRoutes } from './routes/workflows.ts';
import { workspaceRoutes } from './routes/workspaces.ts';
import { guardAgainstBrowsers, SECURITY_HEADERS } from './security.ts';
import { databaseError, isDatabaseDown } from './store-errors.ts';
import { triggerRoutes } from './routes/triggers.ts';
import { trpcRoutes } from './trpc/routes.ts';
import { serveWebApp } from './web-app.ts';
import { connectionError, serverOptions, type HttpLimits } from './limits.ts';
import { observeAnswers, refuseWhenDraining } from './observe.ts';
import { routeUpgrades } from './upgrade.ts';
import { validateByZod } from './validation.ts';

export interface AppOptions {
  readonly context: AppContext;
  readonly random: RandomBytes;
  readonly logger: FastifyBaseLogger;
  /** Proxies whose word counts for where a request comes from. */
  readonly trustedProxies: readonly string[];
  /** Where the built web app is; it may be missing. */
  readonly webRoot: string;
  readonly limits: HttpLimits;
}

/** Every group of routes. A new file in `routes/` is one more line here. */
const ROUTES: readonly ((app: App, context: AppContext) => void | Promise<void>)[] = [
  healthRoutes,
  metricsRoutes,
  referenceRoutes,
  meRoutes,
  workspaceRoutes,
  memberRoutes,
  keyRoutes,
  auditRoutes,
  projectRoutes,
  workflowRoutes,
  workflowMakingRoutes,
  workflowVersionRoutes,
  workflowExecutionRoutes,
  executionRoutes,
  statisticsRoutes,
  historyRoutes,
  baselineRoutes,
  noteRoutes,
  traceRoutes,
  whatIfRoutes,
  comparisonRoutes,
  exportRoutes,
  triggerRoutes,
  hookRoutes,
  alertRoutes,
  alertChannelRoutes,
  temporalRoutes,
  importRoutes,
  callbackRoutes,
  temporalAttemptRoutes,
  uploadRoutes,
  otlpRoutes,
  settingsRoutes,
  costRoutes,
  liveRoutes,
  trpcRoutes,
];

/** The HTTP server with all its routes; it does not listen yet. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { context, random, logger, trustedProxies, webRoot, limits } = options;
  const { bodyBytes: bodyLimit } = limits;
  const newId = (): string => uuidv7(context.clock.now(), random);
  const app: App = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newId,
    requestIdHeader: false,
    trustProxy: [...trustedProxies],
    ...serverOptions(limits),
    // No route has a pattern that could take long; what is too long to be an id does not exist, like any other.
    routerOptions: { maxParamLength: limits.headerBytes },
    // Ours answers with a problem; see `refuseWhenDraining`.
    return503OnClosing: false,
    clientErrorHandler: ({ code }, socket) => {
      if (socket.writable) socket.end(rawProblem(problemOf(connectionError(code), newId())));
    },
    frameworkErrors: (error, request, reply) => {
      const problem = problemOf(toApiError(error, { bodyLimit, databaseError }), request.id);
      const headers = { 'content-type': PROBLEM_TYPE, 'x-request-id': request.id, 'cache-control': 'no-store' };
      reply.raw.writeHead(problem.status, headers).end(JSON.stringify(problem.body));
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.server.maxConnections = limits.connections;
  app.setValidatorCompiler(validateByZod);
  app.setSerializerCompiler(serializerCompiler);
  readOnlyJson(app, bodyLimit);
  answerWithProblems(app, bodyLimit);
  observeAnswers(app, context.metrics);
  refuseWhenDraining(app, context.lifecycle);
  await app.register(helmet, SECURITY_HEADERS);
  guardAgainstBrowsers(app, context.browsers);
  guardRoutes(app, context);
  auditChanges(app);
  noStoreByDefault(app);
  compressLargeAnswers(app);
  const document = await describeApi(app);
  const finishRoutes = answerOtherMethods(app);
  for (const add of ROUTES) await add(app, context);
  document();
  finishRoutes();
  routeUpgrades(app);
  await serveWebApp(app, webRoot);
  return app;
}

const PROBLEM_TYPE = 'application/problem+json';

function answerWithProblems(app: App, bodyLimit: number): void {
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const told = toApiError(error, { bodyLimit: request.routeOptions.bodyLimit ?? bodyLimit, databaseError });
    if (told.code === 'internal_error') request.log.error({ err: error }, 'a request failed');
    else if (isDatabaseDown(error)) request.log.warn({ err: error }, 'the database is away');
    const problem: Problem = problemOf(told, request.id);
    reply.serializer((body: unknown) => JSON.stringify(body));
    return reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(problem.body);
  });
}

function noStoreByDefault(app: App): void {
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    return payload;
  });
}

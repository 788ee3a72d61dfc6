import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { problemResponses, workspaceHeaders } from '../shapes/common.ts';
import { attemptsAnswer, attemptsBody, toAttemptReport } from '../shapes/temporal-attempts.ts';
import type { TenantRequest } from '../access.ts';

const config = {
  access: 'write',
  // It waits for the disk.
  isLong: true,
  isTelemetry: true,
} as const;

const schema = {
  tags: ['temporal'],
  description:
    'What the interceptors of `flowprof/temporal-worker` send. Answered once it is durable. The same again changes nothing; an attempt that has ended replaces the same one while it ran. A run that is not known yet gets its attempts when it is.',
  body: attemptsBody,
  response: { 200: attemptsAnswer, ...problemResponses },
};

/** Where workers of Temporal tell of the attempts that they run. */
export function temporalAttemptRoutes(app: App, { tenantOf }: AppContext): void {
  const keep = async (request: TenantRequest, { attempts }: z.output<typeof attemptsBody>) => {
    const tenant = await tenantOf(request);
    await tenant.temporal.keepAttempts(attempts.map(toAttemptReport));
    return { received: attempts.length };
  };
  app.post(
    '/api/v1/temporal/attempts',
    {
      config,
      schema: {
        ...schema,
        operationId: 'reportAttempts',
        summary: 'Report attempts of activities, as workers of Temporal see them',
        headers: workspaceHeaders,
      },
    },
    (request) => keep(request, request.body),
  );
  app.post(
    '/api/v1/workspaces/:workspace/temporal/attempts',
    {
      config,
      schema: {
        ...schema,
        operationId: 'reportAttemptsTo',
        summary: 'Report attempts of activities to a workspace that the path names',
        params: z.strictObject({ workspace: z.string() }),
      },
    },
    (request) => keep(request, request.body),
  );
}

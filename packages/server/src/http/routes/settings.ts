import { z } from 'zod';
import type { App, AppContext } from '../context.ts';
import { problemResponses } from '../shapes/common.ts';
import { retentionShape, settingsShape, toSettings } from '../shapes/settings.ts';

const url = '/api/v1/workspaces/:workspace/settings';
const params = z.strictObject({ workspace: z.string() });
const tags = ['workspaces'];

/** The settings of a workspace: how much it keeps for how long. */
export function settingsRoutes(app: App, { tenantOf }: AppContext): void {
  app.get(
    url,
    {
      config: { access: 'read' },
      schema: {
        tags,
        operationId: 'getWorkspaceSettings',
        summary: 'Get what a workspace keeps for how long, how much is stored, and what was removed last',
        params,
        response: { 200: settingsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      return toSettings(await tenant.getRetention(), await tenant.getRetentionState());
    },
  );

  app.put(
    url,
    {
      config: { access: 'admin' },
      schema: {
        tags,
        operationId: 'setWorkspaceSettings',
        summary: 'Set what a workspace keeps for how long',
        params,
        body: z.strictObject({ retention: retentionShape }),
        response: { 200: settingsShape, ...problemResponses },
      },
    },
    async (request) => {
      const tenant = await tenantOf(request);
      const { rows, profiles } = request.body.retention;
      const settings = await tenant.setRetention({
        rows: { maxDays: rows.max_days, maxBytes: rows.max_bytes },
        profiles: { maxDays: profiles.max_days, maxBytes: profiles.max_bytes },
      });
      return toSettings(settings, await tenant.getRetentionState());
    },
  );
}

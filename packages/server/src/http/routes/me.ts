import type { App, AppContext } from '../context.ts';
import { problemResponses } from '../shapes/common.ts';
import { meShape, toMe } from '../shapes/access.ts';

/** Who the server takes a request's sender for. */
export function meRoutes(app: App, { access }: AppContext): void {
  app.get(
    '/api/me',
    {
      config: { access: 'read' },
      schema: {
        tags: ['access'],
        operationId: 'getMe',
        summary: 'Say who I am, and what I may do where',
        response: { 200: meShape, ...problemResponses },
      },
    },
    async ({ principal }) => {
      if (principal === null) throw new Error('a route that is not public has a principal');
      return toMe(principal, await access.workspacesOf(principal), await access.isLocalMode());
    },
  );
}

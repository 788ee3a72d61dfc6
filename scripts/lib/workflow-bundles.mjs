import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Compiled modules of Temporal workflows; the bundle of each lies beside it as `<name>.bundle.cjs`. */
const MODULES = ['packages/server/dist/services/temporal/system/workflows.js'];

/**
 * Bundles the compiled workflow code as a worker wants it, so that no worker has to when it starts. A bundle serves the
 * very version of `@temporalio/worker` that made it, which is pinned.
 * @param {string} root the folder of the repository
 */
export async function bundleWorkflows(root) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const logger = new DefaultLogger('ERROR');
  for (const module of MODULES) {
    const { code } = await bundleWorkflowCode({
      workflowsPath: join(root, module),
      logger,
      // A worker wants a map; the texts of the sources in it would be most of the code.
      webpackConfigHook: (config) => ({ ...config, devtool: 'inline-nosources-source-map' }),
    });
    writeFileSync(join(root, module.replace(/\.js$/, '.bundle.cjs')), code);
  }
  const conductor = pathToFileURL(join(root, 'packages/conductor/dist/temporal/index.js'));
  const { buildBundle } = await import(conductor.href);
  await buildBundle();
}

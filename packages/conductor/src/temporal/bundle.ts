import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type Logger, type WorkflowBundleOption } from '@temporalio/worker';

/** Where the build puts the code of the workflow: beside this file, which then is JavaScript. */
const BUILT_BUNDLE = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url));

function besides(name: string): string {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./${name}.${extension}`, import.meta.url));
}

const SILENT: Logger = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

/** Makes the code of the workflow, as it runs in Temporal's sandbox; takes some seconds. */
export function makeBundle(): Promise<{ code: string }> {
  return bundleWorkflowCode({
    workflowsPath: besides('workflow'),
    workflowInterceptorModules: [besides('interceptors')],
    logger: SILENT,
    webpackConfigHook: (config) => {
      // The worker needs a map; the texts of the sources in it would be most of the code.
      const devtool = 'inline-nosources-source-map';
      if (!import.meta.url.endsWith('.ts')) return { ...config, devtool };
      const conditionNames = ['@flowprof/source', 'import', 'default'];
      return { ...config, devtool, resolve: { ...config.resolve, conditionNames } };
    },
  });
}

/** Makes the code of the workflow and puts it where workers look for it: the last step of the build. */
export async function buildBundle(): Promise<void> {
  const { code } = await makeBundle();
  await writeFile(BUILT_BUNDLE, code);
}

/** The code that the build has made, or else made now. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  return existsSync(BUILT_BUNDLE) ? { codePath: BUILT_BUNDLE } : makeBundle();
}

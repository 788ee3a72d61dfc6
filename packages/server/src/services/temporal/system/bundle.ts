import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleOption } from '@temporalio/worker';

/** Where the build puts the bundle of workflow code: beside the code that it is made of. */
const BUNDLE = fileURLToPath(new URL('workflows.bundle.cjs', import.meta.url));
const BUILT = fileURLToPath(new URL('workflows.js', import.meta.url));
const SEAM = fileURLToPath(new URL('seam.js', import.meta.url));
const SOURCE = fileURLToPath(new URL('workflows.ts', import.meta.url));

function isBundled(): boolean {
  if (!existsSync(BUNDLE)) return false;
  const made = statSync(BUNDLE).mtimeMs;
  return [BUILT, SEAM].every((file) => statSync(file).mtimeMs <= made);
}

/**
 * The system workflows for a worker: as the build bundled them, so that a worker starts at once. From the sources, and
 * after a build of types alone, they are bundled here, which takes a few seconds.
 */
export async function systemBundle(): Promise<WorkflowBundleOption> {
  if (isBundled()) return { codePath: BUNDLE };
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = existsSync(BUILT) ? BUILT : SOURCE;
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

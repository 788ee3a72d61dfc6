import { isDeepStrictEqual } from 'node:util';

import { buildProfile, isTerminal, msFromMicros } from '@flowprof/model';
import type { Execution, TenantStore, Workflow } from '@flowprof/store';

import type { RunningServer } from '../index.ts';
import { renderSummary } from '../terminal/render.ts';
import { styleOf } from '../terminal/style.ts';
import { CommandFailure } from './errors.ts';
import { EXAMPLES, readExample } from './example-workflows.ts';
import type { CliIo } from './io.ts';

/** How far back a finished execution of a workflow's newest version is looked for. */
const HISTORY = 50;

async function demoTenant({ store }: RunningServer): Promise<TenantStore> {
  const workspace =
    (await store.findWorkspace('demo')) ?? (await store.createWorkspace({ slug: 'demo', name: 'Demo' }));
  return store.tenant(workspace.id);
}

/** The workflow of an example: made when there is none of its name, a new version where the file has changed. */
async function loadExample(
  server: RunningServer,
  tenant: TenantStore,
  projectId: string,
  name: string,
): Promise<Workflow> {
  const definition = readExample(name);
  const known = await tenant.findWorkflowByName(name);
  if (!known) return server.workflows.create(tenant, { definition, projectId });
  if (isDeepStrictEqual(known.definition, definition)) return known;
  return server.workflows.update(tenant, known.id, { definition });
}

/** The newest execution of the workflow's newest version that ran to an end. */
async function finishedExecution(tenant: TenantStore, workflow: Workflow): Promise<Execution | null> {
  const { items } = await tenant.listExecutions({ workflowId: workflow.id, skip: 0, limit: HISTORY });
  const isFinished = (execution: Execution): boolean =>
    execution.workflowVersion === workflow.version &&
    isTerminal(execution.status) &&
    execution.error?.code !== 'interrupted';
  return items.find(isFinished) ?? null;
}

/** Runs an example, or waits for the one that an earlier server left unfinished and this one runs on. */
async function runExample(server: RunningServer, tenant: TenantStore, workflow: Workflow): Promise<Execution> {
  const goesOn = server.interrupted.find(({ status, workspaceId, workflowName }) => {
    return status !== 'failed' && workspaceId === tenant.workspaceId && workflowName === workflow.name;
  });
  const started =
    goesOn ?? (await server.executions.start(tenant, { workflowId: workflow.id, input: {}, trigger: 'demo' }));
  await server.executions.settled(started.id);
  const ended = await tenant.getExecution(started.id);
  if (!ended) throw new CommandFailure(`the execution of ${workflow.name} is gone`);
  return ended;
}

async function showExecution(tenant: TenantStore, execution: Execution, server: RunningServer, io: CliIo) {
  // The page shows the first workspace unless it is told another.
  const isOnly = (await server.store.listWorkspaces()).length === 1;
  const link = `${server.url}/executions/${execution.id}${isOnly ? '' : '?workspace=demo'}`;
  const style = styleOf(io.out.terminal);
  const trace = await tenant.getTrace(execution.id);
  if (trace) io.out.write(`\n${renderSummary(buildProfile(trace), trace, io.out.terminal)}`);
  io.out.write(`\n${style.bold('Flame chart')}  ${style.cyan(link)}\n`);
}

/**
 * Puts the example workflows into the workspace `demo`, runs each that has not finished in its newest version, and shows
 * one of them. What is there already is not added again.
 */
export async function prepareDemo(server: RunningServer, io: CliIo, isStopped: () => boolean): Promise<void> {
  const style = styleOf(io.err.terminal);
  const tenant = await demoTenant(server);
  const project =
    (await tenant.findProject('examples')) ?? (await tenant.createProject({ slug: 'examples', name: 'Examples' }));
  let last: Execution | null = null;
  for (const name of EXAMPLES) {
    if (isStopped()) return;
    const workflow = await loadExample(server, tenant, project.id, name);
    last = await finishedExecution(tenant, workflow);
    if (last) continue;
    last = await runExample(server, tenant, workflow);
    const took = last.duration === null ? '' : ` in ${style.duration(msFromMicros(last.duration))}`;
    io.err.write(`  ${style.status(last.status)(style.glyph.status[last.status])} ${name} ${last.status}${took}\n`);
  }
  if (last) await showExecution(tenant, last, server, io);
}

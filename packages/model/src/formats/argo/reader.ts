/**
 * Reads workflows of Argo with the nodes of their status; `docs/formats/argo.md` says what becomes of what. The fields are
 * those of https://argo-workflows.readthedocs.io/en/latest/fields/.
 */
import type { JsonObject } from '../../json.ts';
import { isTerminal, type Status } from '../../trace/status.ts';
import type { Trace, TraceError } from '../../trace/trace.ts';
import { asMicros } from '../../units.ts';
import { fieldOf, idsOf, instantIn, numberIn, objectIn, plainFields, textIn, withoutNulls } from '../loose.ts';
import { TaskTraceBuilder, type Task, type TaskAttempt, type TaskMark } from '../tasks.ts';
import { Dependencies } from './dependencies.ts';
import { nodesOf, workflowsIn } from './documents.ts';
import { argoNodes, findContainers, findKeys, isContainer, type ArgoNode } from './places.ts';
import { Templates } from './templates.ts';

const STATUS_OF_PHASE: Readonly<Record<string, Status>> = {
  Pending: 'pending',
  Running: 'running',
  Succeeded: 'completed',
  Skipped: 'skipped',
  Omitted: 'skipped',
  Failed: 'failed',
  Error: 'failed',
};

/** What Argo says of what it ended because of a time limit, and because somebody stopped the workflow. */
const TIMED_OUT = /^(step exceeded its deadline|max duration limit exceeded|pod was active on the node longer than)/i;
const STOPPED = /^(stopped with strategy|workflow shutdown with strategy)/i;

const startOf = (record: JsonObject) => instantIn(record, 'auto', 'startedAt');
const endOf = (record: JsonObject) => instantIn(record, 'auto', 'finishedAt');

/** @param phase as stated, or null where it is missing: what has no end goes on then */
function statusOf(record: JsonObject, phase: string | null): Status {
  const stated = STATUS_OF_PHASE[phase ?? ''];
  const message = textIn(record, 'message') ?? '';
  if (stated === 'failed' && TIMED_OUT.test(message)) return 'timeout';
  if (stated === 'failed' && STOPPED.test(message)) return 'cancelled';
  if (stated !== undefined) return stated;
  if (endOf(record) !== null) return 'completed';
  return startOf(record) === null ? 'pending' : 'running';
}

function errorOf(record: JsonObject, status: Status): TraceError | null {
  if (status !== 'failed' && status !== 'timeout') return null;
  const phase = textIn(record, 'phase') ?? 'Failed';
  return { code: phase, message: textIn(record, 'message') ?? phase };
}

/** The type of a node: containers are groups, whatever they are made of, save those of tries. */
function typeOf(node: ArgoNode): string {
  if (node.type === 'Retry') return 'retry';
  return isContainer(node) ? 'group' : node.type.toLowerCase();
}

function attemptOf(node: ArgoNode, status: Status): TaskAttempt {
  const { record } = node;
  const started = startOf(record);
  const ended = endOf(record);
  const shared = { ended, status, track: textIn(record, 'hostNodeName'), error: errorOf(record, status) };
  // A pod that is pending waits for a place in the cluster since it was made.
  if (status === 'pending') return { ...shared, submitted: started, started: null };
  if (node.type === 'Suspend' && started !== null) {
    return { ...shared, started, phases: [{ name: 'sleep', start: started, end: ended }] };
  }
  return { ...shared, started };
}

function metadataOf({ id, type, record }: ArgoNode, retry: JsonObject | null, status: Status): JsonObject {
  const ref = objectIn(record, 'templateRef');
  const memo = objectIn(record, 'memoizationStatus');
  const resources = objectIn(record, 'resourcesDuration') ?? {};
  return withoutNulls({
    id,
    type,
    phase: textIn(record, 'phase'),
    template: ref === null ? textIn(record, 'templateName') : `${textIn(ref, 'name')}/${textIn(ref, 'template')}`,
    ...(status !== 'failed' && status !== 'timeout' && { message: textIn(record, 'message') }),
    exit_code: textIn(objectIn(record, 'outputs') ?? {}, 'exitCode'),
    ...plainFields(record, 'progress', 'podIP'),
    cpu_seconds: numberIn(resources, 'cpu'),
    memory_100mi_seconds: numberIn(resources, 'memory'),
    cache_hit: memo === null ? null : fieldOf(memo, 'hit'),
    cache_key: memo === null ? null : textIn(memo, 'key'),
    retry,
  });
}

function cacheMark({ record }: ArgoNode): TaskMark[] {
  const memo = objectIn(record, 'memoizationStatus');
  const time = endOf(record) ?? startOf(record);
  if (memo === null || fieldOf(memo, 'hit') !== true || time === null) return [];
  return [{ time, label: `memoized: ${textIn(memo, 'key') ?? ''}`, type: 'cache' }];
}

function tasksOf(nodes: ReadonlyMap<string, ArgoNode>, workflow: string, templates: Templates): Task[] {
  const around = findContainers(nodes);
  const keys = findKeys(nodes, workflow);
  const dependencies = new Dependencies(nodes, around, templates);
  const keyOf = (id: string) => keys.get(id) ?? id;
  const tries = new Map<ArgoNode, ArgoNode>();
  for (const [id, container] of around) {
    const node = nodes.get(id);
    if (container.type === 'Retry' && node !== undefined) tries.set(container, node);
  }
  return [...nodes.values()].map((node) => {
    const { id, record } = node;
    const container = around.get(id);
    const status = statusOf(record, textIn(record, 'phase'));
    const template = templates.of(node) ?? (tries.has(node) ? templates.of(tries.get(node) ?? node) : null);
    return {
      key: keyOf(id),
      name: textIn(record, 'displayName') ?? node.name,
      type: typeOf(node),
      parentKey: container === undefined ? missingBoundary(node) : keyOf(container.id),
      dependsOn: dependencies.of(id).map(keyOf),
      attempts: [attemptOf(node, status)],
      metadata: metadataOf(node, node.type === 'Retry' ? templates.retryOf(template) : null, status),
      marks: cacheMark(node),
    };
  });
}

/** A boundary that is not in the file is named all the same, so that it is told. */
function missingBoundary({ boundaryId, id }: ArgoNode): string | null {
  return boundaryId === null || boundaryId === id ? null : boundaryId;
}

function workflowName(metadata: JsonObject, spec: JsonObject): string | null {
  const labels = objectIn(metadata, 'labels') ?? {};
  const ref = objectIn(spec, 'workflowTemplateRef') ?? {};
  const stated =
    textIn(labels, 'workflows.argoproj.io/cron-workflow', 'workflows.argoproj.io/workflow-template') ??
    textIn(ref, 'name') ??
    textIn(labels, 'workflows.argoproj.io/cluster-workflow-template');
  return stated ?? textIn(metadata, 'generateName')?.replace(/-$/, '') ?? textIn(metadata, 'name');
}

async function readWorkflow(object: JsonObject): Promise<Trace> {
  const metadata = objectIn(object, 'metadata') ?? {};
  const spec = objectIn(object, 'spec') ?? {};
  const record = objectIn(object, 'status') ?? {};
  const nodes = argoNodes(await nodesOf(record));
  const name = textIn(metadata, 'name') ?? 'workflow';
  const root = [...nodes.values()].find((node) => node.name === name);
  const phase = textIn(record, 'phase') ?? (root === undefined ? null : textIn(root.record, 'phase'));
  const stated = statusOf(record, phase);
  const status = stated === 'skipped' ? 'completed' : stated;
  const [start, end] = [startOf(record), endOf(record)];
  const builder = new TaskTraceBuilder({
    sourceFormat: 'argo',
    name,
    workflow: workflowName(metadata, spec),
    ...idsOf(textIn(metadata, 'uid')),
    status,
    ...(start !== null && { startedAt: start }),
    ...(end !== null && isTerminal(status) && { endedAt: end }),
    recordedDuration: start === null || end === null || end < start ? null : asMicros(end - start),
    concurrency: numberIn(spec, 'parallelism'),
    error: errorOf({ ...record, phase: phase ?? 'Failed' }, status),
    attributes: withoutNulls({
      ...plainFields(metadata, 'namespace', 'creationTimestamp'),
      ...plainFields(spec, 'entrypoint', 'priority'),
      ...plainFields(record, 'progress', 'message'),
    }),
  });
  if (nodes.size === 0 && fieldOf(record, 'offloadNodeStatusVersion', 'compressedNodes') !== undefined) {
    builder.warn(
      'missing_records',
      `the nodes of workflow ${name} are kept in another place; "argo get ${name} -o json" has them`,
    );
  }
  for (const task of tasksOf(nodes, name, new Templates(spec, record))) builder.add(task);
  return builder.finish();
}

/** How sure it is that a file which begins with this text holds workflows of Argo. */
export function sniffArgo(head: string): number {
  if (/apiVersion"?\s*:\s*"?argoproj\.io\//.test(head)) return 0.8;
  if (/"?workflows\.argoproj\.io\//.test(head) && /"?(status|metadata)"?\s*:/.test(head)) return 0.7;
  const hasNodes =
    /"?boundaryID"?\s*:/.test(head) && /"?displayName"?\s*:/.test(head) && /"?templateName"?\s*:/.test(head);
  return hasNodes ? 0.6 : 0;
}

/** Reads workflows of Argo, each as one execution. */
export async function readArgo(bytes: Uint8Array): Promise<readonly Trace[]> {
  const traces: Trace[] = [];
  for (const workflow of await workflowsIn(bytes)) traces.push(await readWorkflow(workflow));
  return traces;
}

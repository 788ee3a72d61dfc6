import { isStatus, type Status } from '@flowprof/model';
import { momentOf } from './recording.ts';
import type { NodeExecutionMetric, WorkflowRunProfile } from './types.ts';

/** What stored texts begin with, and the version of what follows. A later version is left alone, never overwritten. */
const FORMAT = 'flowprof-profile';
const VERSION = 1;

/** What a stored text turned out to be. */
export type Decoded<T> =
  | { readonly kind: 'value'; readonly value: T }
  /** Of a later version of this package, in another tab perhaps. */
  | { readonly kind: 'newer' }
  | { readonly kind: 'broken' };

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class BrokenError extends Error {}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw new BrokenError(name);
  return value;
}

function number(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new BrokenError(name);
  return value;
}

/** Milliseconds since the epoch, as far as a date goes. */
function moment(fields: Fields, name: string): number {
  const value = momentOf(number(fields, name));
  if (value === null) throw new BrokenError(name);
  return value;
}

function optional<T>(fields: Fields, name: string, read: (fields: Fields, name: string) => T): T | null {
  return fields[name] === undefined || fields[name] === null ? null : read(fields, name);
}

function status(fields: Fields, name: string): Status {
  const value = text(fields, name);
  if (!isStatus(value)) throw new BrokenError(name);
  return value;
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw new BrokenError(name);
  return value;
}

function readMetric(value: unknown): NodeExecutionMetric {
  if (!isFields(value)) throw new BrokenError('node');
  const nodeId = text(value, 'id');
  const startTime = moment(value, 'start');
  const endTime = Math.max(startTime, optional(value, 'end', moment) ?? startTime + number(value, 'ms'));
  return {
    nodeId,
    nodeName: optional(value, 'name', text) ?? nodeId,
    nodeType: optional(value, 'type', text) ?? 'unknown',
    startTime,
    endTime,
    duration: endTime - startTime,
    queueTime: optional(value, 'queue', number),
    status: optional(value, 'status', status) ?? 'completed',
    inputSize: optional(value, 'in', number),
    outputSize: optional(value, 'out', number),
    dependsOn: (optional(value, 'after', list) ?? []).map((id) => {
      if (typeof id !== 'string') throw new BrokenError('after');
      return id;
    }),
    iteration: optional(value, 'iteration', number),
    error: optional(value, 'error', text),
  };
}

/** Short names and nothing that is nothing, since there are as many of these as nodes have run. */
function writeMetric(metric: NodeExecutionMetric): Fields {
  const { nodeId: id, nodeName, nodeType, startTime: start, endTime: end, duration, status: state } = metric;
  return {
    id,
    start,
    // times so far apart that their difference is not exact are kept as they are
    ...(start + duration === end ? { ms: duration } : { end }),
    ...(nodeName !== id && { name: nodeName }),
    ...(nodeType !== 'unknown' && { type: nodeType }),
    ...(metric.queueTime !== null && { queue: metric.queueTime }),
    ...(state !== 'completed' && { status: state }),
    ...(metric.inputSize !== null && { in: metric.inputSize }),
    ...(metric.outputSize !== null && { out: metric.outputSize }),
    ...(metric.dependsOn.length > 0 && { after: metric.dependsOn }),
    ...(metric.iteration !== null && { iteration: metric.iteration }),
    ...(metric.error !== null && { error: metric.error }),
  };
}

/** A profile as a text to store. */
export function encodeProfile(profile: WorkflowRunProfile): string {
  const { runId, workflowId, workflowName, startTime, endTime, droppedNodes, nodeMetrics } = profile;
  const nodes = nodeMetrics.map(writeMetric);
  const head = { format: FORMAT, version: VERSION, runId, workflowId, workflowName, status: profile.status };
  return JSON.stringify({ ...head, startTime, endTime, droppedNodes, nodes });
}

function readProfile(value: Fields): WorkflowRunProfile {
  const startTime = moment(value, 'startTime');
  const endTime = Math.max(startTime, moment(value, 'endTime'));
  const nodeMetrics = list(value, 'nodes').map(readMetric);
  return {
    runId: text(value, 'runId'),
    workflowId: text(value, 'workflowId'),
    workflowName: text(value, 'workflowName'),
    status: status(value, 'status'),
    startTime,
    endTime,
    totalDuration: endTime - startTime,
    nodeCount: new Set(nodeMetrics.map(({ nodeId }) => nodeId)).size,
    nodeMetrics,
    droppedNodes: number(value, 'droppedNodes'),
  };
}

/** Reads a text of the version that this package writes. */
function decode<T>(stored: string, read: (value: Fields) => T): Decoded<T> {
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return { kind: 'broken' };
  }
  if (!isFields(value) || value['format'] !== FORMAT) return { kind: 'broken' };
  const version = value['version'];
  if (typeof version === 'number' && version > VERSION) return { kind: 'newer' };
  try {
    return { kind: 'value', value: read(value) };
  } catch (error) {
    if (error instanceof BrokenError) return { kind: 'broken' };
    throw error;
  }
}

/** Reads a stored profile. Anything may be in it: another program's text, half of one, one of a later version. */
export function decodeProfile(stored: string): Decoded<WorkflowRunProfile> {
  return decode(stored, readProfile);
}

/** Which run of a workflow is the baseline, as a text to store. */
export function encodeBaseline(workflowId: string, runId: string): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, workflowId, baseline: runId });
}

/** The workflow and the run that a stored baseline names. */
export function decodeBaseline(stored: string): Decoded<{ readonly workflowId: string; readonly runId: string }> {
  return decode(stored, (value) => ({ workflowId: text(value, 'workflowId'), runId: text(value, 'baseline') }));
}

const PROFILE = 'profile/';
const BASELINE = 'baseline/';

export function profileKey(workflowId: string, runId: string): string {
  return `${PROFILE}${encodeURIComponent(workflowId)}/${encodeURIComponent(runId)}`;
}

export function baselineKey(workflowId: string): string {
  return `${BASELINE}${encodeURIComponent(workflowId)}`;
}

/** What a key of the storage stands for. */
export function kindOfKey(key: string): 'profile' | 'baseline' | null {
  if (key.startsWith(PROFILE)) return 'profile';
  return key.startsWith(BASELINE) ? 'baseline' : null;
}

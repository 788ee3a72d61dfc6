/** Requests and short answers, by the generated classes. */
import proto from '@temporalio/proto';
import { toEpochMicros, type EpochMicros } from '@flowprof/model';
import type { RunHead, RunKey } from './api.ts';
import { TemporalError } from './errors.ts';

const { workflowservice, enums } = proto.temporal.api;
const service = workflowservice.v1;

type Info = proto.temporal.api.workflow.v1.IWorkflowExecutionInfo;
type Timestamp = proto.google.protobuf.ITimestamp;

/** Decodes an answer; one that is no such message fails as the server's fault. */
function decoded<T>(message: { decode(bytes: Uint8Array): T }, bytes: Uint8Array): T {
  try {
    return message.decode(bytes);
  } catch (cause) {
    throw new TemporalError('failed', 'the server sent what is not a valid message', { cause });
  }
}

/** A moment of the API; null for none, and for the zero of Go that servers write where there is none. */
export function momentOf(value: Timestamp | null | undefined): EpochMicros | null {
  if (value === null || value === undefined) return null;
  const seconds = Number(value.seconds ?? 0);
  const micros = seconds * 1_000_000 + Math.floor((value.nanos ?? 0) / 1000);
  return seconds <= 0 || !Number.isSafeInteger(micros) ? null : toEpochMicros(micros);
}

function textOr(value: string | null | undefined): string | null {
  return value === null || value === undefined || value === '' ? null : value;
}

const STATUS_PREFIX = 'WORKFLOW_EXECUTION_STATUS_';

function statusOf(value: proto.temporal.api.enums.v1.WorkflowExecutionStatus | null | undefined): string {
  const name = enums.v1.WorkflowExecutionStatus[value ?? 0];
  return name === undefined || name === `${STATUS_PREFIX}UNSPECIFIED`
    ? 'unknown'
    : name.slice(STATUS_PREFIX.length).toLowerCase();
}

/** Null for what lacks its ids. */
export function headOf(info: Info): RunHead | null {
  const workflowId = textOr(info.execution?.workflowId);
  const runId = textOr(info.execution?.runId);
  if (workflowId === null || runId === null) return null;
  const length = Number(info.historyLength ?? 0);
  return {
    workflowId,
    runId,
    workflowType: info.type?.name ?? '',
    taskQueue: textOr(info.taskQueue),
    status: statusOf(info.status),
    startedAt: momentOf(info.startTime),
    closedAt: momentOf(info.closeTime),
    historyLength: length > 0 ? length : null,
    parentRunId: textOr(info.parentExecution?.runId),
    rootRunId: textOr(info.rootExecution?.runId),
  };
}

export interface PageRequest extends RunKey {
  readonly namespace: string;
  readonly nextPageToken: Uint8Array;
  readonly pageSize: number;
  readonly waitNewEvent: boolean;
}

export function historyRequest({ namespace, workflowId, runId, pageSize, ...rest }: PageRequest): Uint8Array {
  const execution = { workflowId, runId };
  return service.GetWorkflowExecutionHistoryRequest.encode({
    namespace,
    execution,
    maximumPageSize: pageSize,
    ...rest,
  }).finish();
}

export function reverseRequest(request: Omit<PageRequest, 'waitNewEvent'>): Uint8Array {
  const { namespace, workflowId, runId, pageSize, nextPageToken } = request;
  const execution = { workflowId, runId };
  return service.GetWorkflowExecutionHistoryReverseRequest.encode({
    namespace,
    execution,
    maximumPageSize: pageSize,
    nextPageToken,
  }).finish();
}

export function listRequest(namespace: string, query: string, pageSize: number, nextPageToken: Uint8Array): Uint8Array {
  return service.ListWorkflowExecutionsRequest.encode({ namespace, query, pageSize, nextPageToken }).finish();
}

export function listAnswer(bytes: Uint8Array): {
  readonly heads: readonly RunHead[];
  readonly nextPageToken: Uint8Array;
} {
  const { executions, nextPageToken } = decoded(service.ListWorkflowExecutionsResponse, bytes);
  return { heads: executions.map(headOf).filter((head) => head !== null), nextPageToken };
}

export function describeRequest(namespace: string, workflowId: string, runId: string | null): Uint8Array {
  const execution = { workflowId, ...(runId !== null && { runId }) };
  return service.DescribeWorkflowExecutionRequest.encode({ namespace, execution }).finish();
}

export function describeAnswer(
  bytes: Uint8Array,
): proto.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse {
  return decoded(service.DescribeWorkflowExecutionResponse, bytes);
}

export function systemInfoRequest(): Uint8Array {
  return service.GetSystemInfoRequest.encode({}).finish();
}

export function serverVersionOf(bytes: Uint8Array): string | null {
  return textOr(decoded(service.GetSystemInfoResponse, bytes).serverVersion);
}

export function namespaceRequest(namespace: string): Uint8Array {
  return service.DescribeNamespaceRequest.encode({ namespace }).finish();
}

/** How many seconds a namespace keeps closed runs; null where it does not say. */
export function retentionOf(bytes: Uint8Array): number | null {
  const ttl = decoded(service.DescribeNamespaceResponse, bytes).config?.workflowExecutionRetentionTtl;
  return ttl === null || ttl === undefined ? null : Number(ttl.seconds ?? 0);
}

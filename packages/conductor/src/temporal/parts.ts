import type { JsonValue } from '@flowprof/model';
import {
  ApplicationFailure,
  CancellationScope,
  ChildWorkflowFailure,
  defineSignal,
  getExternalWorkflowHandle,
  setHandler,
  startChild,
  uuid4,
  workflowInfo,
  type ChildWorkflowHandle,
} from '@temporalio/workflow';
import { NodeFailure, utf8Length } from './engine.ts';
import type { Part, PartEnd, PartFailure, PartsElsewhere, RunningPart, StoppedOutcome } from './engine.ts';
import {
  MAX_PAYLOAD,
  MEMO_KEY,
  OUTPUTS_SIGNAL,
  PART_WORKFLOW,
  STOP_SIGNAL,
  WIRE_VERSION,
  type PartArgument,
  type PartDetail,
  type PartOutputs,
  type PartStop,
  type RunArgument,
} from './wire.ts';

/** How many nodes of loops one history takes, in loops that are large. A node is some six events; a server keeps 51,200. */
const LARGE = 500;
const LARGEST_SUM = 4000;

/** How much of a payload the items of a part and what is around them may take, each, in bytes of JSON. */
const MAX_SHARE = 600_000;

const MAX_ID = 800;

type PartWorkflow = (argument: PartArgument) => Promise<JsonValue[]>;

const stopPart = defineSignal<[PartStop]>(STOP_SIGNAL);
const partOutputs = defineSignal<[PartOutputs]>(OUTPUTS_SIGNAL);

function bytesOf(value: unknown): number {
  return utf8Length(JSON.stringify(value));
}

/** Runs parts of large loops as child workflows, so that no history has all their nodes. */
export class ChildParts implements PartsElsewhere {
  readonly #argument: RunArgument;
  readonly #executionId: string;
  readonly #large: number;
  /** How many nodes this history has so far. */
  #here: number;
  /** Whether there is room beside the file for parts of loops. */
  readonly #isRoom: boolean;
  /** Outputs that came before the end of their part, by the id of its workflow. */
  readonly #early = new Map<string, JsonValue[]>();

  constructor(argument: RunArgument, executionId: string) {
    const { workflow, called, services, options } = argument;
    this.#argument = { flowprof: WIRE_VERSION, workflow, called, services, options, input: {} };
    this.#executionId = executionId;
    this.#large = options.largeLoop ?? LARGE;
    this.#here = 0;
    this.#isRoom = bytesOf(this.#argument) + 2 * MAX_SHARE < MAX_PAYLOAD;
    setHandler(partOutputs, ({ id, outputs }) => {
      this.#early.set(id, [...(this.#early.get(id) ?? []), ...outputs]);
    });
  }

  isLarge(nodes: number, around: Part['around']): boolean {
    const sum = LARGEST_SUM * (this.#large / LARGE);
    const isLarge = this.#isRoom && (nodes > this.#large || this.#here + nodes > sum) && bytesOf(around) < MAX_SHARE;
    if (!isLarge) this.#here += nodes;
    return isLarge;
  }

  sizeOf(items: readonly JsonValue[], from: number, nodesEach: number): number {
    const most = Math.max(1, Math.floor(this.#large / nodesEach));
    let bytes = 0;
    let size = 0;
    while (size < most && from + size < items.length) {
      bytes += bytesOf(items[from + size]);
      if (size > 0 && bytes > MAX_SHARE) break;
      size++;
    }
    return size;
  }

  start(part: Part): RunningPart {
    const id = this.#idOf(part);
    const argument: PartArgument = { ...this.#argument, part, executionId: this.#executionId };
    const { workflow } = this.#argument;
    const started = startChild<PartWorkflow>(PART_WORKFLOW, {
      args: [argument],
      workflowId: id,
      parentClosePolicy: 'TERMINATE',
      memo: { [MEMO_KEY]: { version: WIRE_VERSION, workflow: workflow.name, file_version: workflow.version ?? null } },
      staticSummary: `items ${part.from} to ${part.from + part.items.length - 1} of ${part.place.join('/')}`,
    });
    const tell = (stop: PartStop): void => void signal(started, stop).catch(() => {});
    return {
      end: this.#endOf(id, started),
      giveUp: (message) => tell({ status: null, message }),
      stop: ({ status, failure: { message } }) =>
        tell({ status: status === 'timeout' ? 'timeout' : 'cancelled', message }),
    };
  }

  #idOf({ around: { path }, place, from }: Part): string {
    const { workflowId } = workflowInfo();
    const id = `${workflowInfo().root?.workflowId ?? workflowId}/${path}${place.at(-1) ?? ''}[${from}...]`;
    return id.length > MAX_ID ? uuid4() : id;
  }

  async #endOf(id: string, started: Promise<ChildWorkflowHandle<PartWorkflow>>): Promise<PartEnd> {
    try {
      const last = await (await started).result();
      return { outputs: [...(this.#early.get(id) ?? []), ...last] };
    } catch (error) {
      return failureOf(error);
    } finally {
      this.#early.delete(id);
    }
  }
}

async function signal(started: Promise<ChildWorkflowHandle<PartWorkflow>>, stop: PartStop): Promise<void> {
  const handle = await started;
  // What stops the part may itself be cancelled.
  await CancellationScope.nonCancellable(() => handle.signal(stopPart, stop));
}

function isDetail(value: unknown): value is PartDetail {
  return typeof value === 'object' && value !== null && 'status' in value && 'code' in value && 'error' in value;
}

/** How a part ended whose workflow failed: by a failure of the file's, or because somebody ended that workflow. */
function failureOf(error: unknown): PartFailure {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : undefined;
  const [detail] = cause instanceof ApplicationFailure ? (cause.details ?? []) : [];
  if (isDetail(detail)) {
    const { status, code, message } = detail;
    return { ending: { status, failure: new NodeFailure(code, message, { retryable: false }) }, error: detail.error };
  }
  const text = cause?.message ?? (error instanceof Error ? error.message : String(error));
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'handler_error') : 'handler_error';
  const failure = new NodeFailure(code, `a part of it ended: ${text}`, { retryable: false });
  return { ending: { status: 'failed', failure }, error: null };
}

/** Listens to what stops a part. */
export function onStop(run: {
  giveUp(reason: string): void;
  stop(status: 'cancelled' | 'timeout', message: string): void;
}): void {
  setHandler(stopPart, ({ status, message }) => {
    if (status === null) run.giveUp(message);
    else run.stop(status, message);
  });
}

/**
 * Ends the workflow of a part: gives the outputs that one payload has room for, after it has sent those before them.
 * @throws what it fails with
 */
export async function endPart(end: PartEnd): Promise<JsonValue[]> {
  if ('ending' in end) throw partFailure(end.ending, end.error);
  const { parent, workflowId: id } = workflowInfo();
  let outputs: JsonValue[] = [];
  let bytes = 0;
  for (const output of end.outputs) {
    const more = bytesOf(output) + 1;
    if (bytes + more > MAX_PAYLOAD / 2 && outputs.length > 0) {
      if (parent) await getExternalWorkflowHandle(parent.workflowId, parent.runId).signal(partOutputs, { id, outputs });
      outputs = [];
      bytes = 0;
    }
    outputs.push(output);
    bytes += more;
    if (bytes > MAX_PAYLOAD) {
      const message = `the output of an item is ${more} bytes; on Temporal it may have ${MAX_PAYLOAD}`;
      throw partFailure({ status: 'failed', failure: new NodeFailure('payload_too_large', message) }, null);
    }
  }
  return outputs;
}

function partFailure({ status, failure: { code, message } }: StoppedOutcome, error: PartFailure['error']): Error {
  const detail: PartDetail = { status, code, message, error };
  return ApplicationFailure.create({ type: code, message, nonRetryable: true, details: [detail] });
}

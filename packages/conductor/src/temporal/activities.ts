import type { JsonValue, RandomBytes } from '@flowprof/model';
import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { systemClock, systemTimers } from '../clock.ts';
import { NodeFailure } from '../errors.ts';
import { randomFraction } from '../fraction.ts';
import { backoffMs } from '../graph/retry.ts';
import type { Registry } from '../registry.ts';
import { utf8Length } from '../utf8-length.ts';
import { LoneAttempt } from './attempt.ts';
import { unsealedOf, type Seal, type Unsealed } from './seal.ts';
import type { Connections } from './connections.ts';
import {
  fromWirePlan,
  MAX_PAYLOAD,
  NOTE_ACTIVITY,
  type ActivityDone,
  type ActivityFailed,
  type ActivityWork,
  type AttemptTrace,
  type Handed,
  type Note,
} from './wire.ts';

/** How often an attempt gives a sign of life, as a part of the time after which it is missed. */
const SIGNS = 3;

/** How many of the attempts before an attempt are told of, and how many spans and annotations of each. */
const MAX_EARLIER = 20;
const MAX_EARLIER_EVENTS = 12;

function inShort({ startedAt, events }: AttemptTrace): AttemptTrace {
  return { startedAt, events: events.slice(0, MAX_EARLIER_EVENTS) };
}

function isHanded(details: unknown): details is Handed {
  return typeof details === 'object' && details !== null && 'earlier' in details && Array.isArray(details.earlier);
}

function earlierOf(details: unknown): readonly AttemptTrace[] {
  return isHanded(details) ? details.earlier : [];
}

export interface ActivityHost {
  readonly registry: Registry;
  readonly connections: Connections;
  readonly commands: boolean;
  /** Opens secrets; null where there is no key for them. */
  readonly seal: Seal | null;
  readonly random: RandomBytes;
  /** Asks a run that has cancelled a node whether its attempt may end by itself. */
  mayFinish(workflowId: string, runId: string, path: string): Promise<boolean>;
}

export type Activities = Record<string, (argument: never) => Promise<unknown>>;

/** The activities of a worker: one for nodes of all types, and the one that writes notes. */
export function makeActivities(host: ActivityHost): Activities {
  return {
    default: (work: ActivityWork) => runNode(host, work),
    [NOTE_ACTIVITY]: async (note: Note) => note,
  };
}

async function runNode(host: ActivityHost, work: ActivityWork): Promise<ActivityDone> {
  const context = Context.current();
  const { attempt: number, workflowExecution } = context.info;
  const runId = workflowExecution?.runId ?? '';
  const type = host.registry.get(work.node.type);
  if (type === undefined) {
    throw ApplicationFailure.retryable(`this worker has no node type "${work.node.type}"`, 'unknown_node_type');
  }
  const opened = opening(host, work);
  const { connections } = host;
  let taken = false;
  const attempt = new LoneAttempt({ ...work, params: opened.params }, fromWirePlan(work.retry), type, number, {
    clock: systemClock,
    timers: systemTimers,
    random: host.random,
    commands: host.commands,
    http: () => {
      taken = true;
      return connections.take(runId);
    },
    secrets: opened.secrets,
    onProgress: () => {},
  });
  const earlier = earlierOf(context.info.heartbeatDetails);
  const stopWatching = watch(host, work, attempt, context, earlier);
  try {
    return finished(host, work, { number, earlier }, opened, await attempt.run());
  } finally {
    stopWatching();
    if (taken) connections.release(runId);
  }
}

/** @throws where there is no key for the secrets of a node, or another one; other workers may have it */
function opening({ seal }: ActivityHost, { params }: ActivityWork): Unsealed {
  try {
    return unsealedOf(seal, params);
  } catch {
    throw ApplicationFailure.retryable('this worker cannot open the secrets of the node', 'secrets_not_opened');
  }
}

/** Gives signs of life, and stops the attempt when it is cancelled. */
function watch(
  host: ActivityHost,
  { node }: ActivityWork,
  attempt: LoneAttempt,
  context: Context,
  earlier: readonly AttemptTrace[],
): () => void {
  const { heartbeatTimeoutMs, workflowExecution } = context.info;
  const handed: Handed = { earlier };
  // What was handed on by an attempt before this one is lost with a worker unless it is said again.
  context.heartbeat(handed);
  const beat = setInterval(() => context.heartbeat(handed), (heartbeatTimeoutMs ?? 15_000) / SIGNS);
  const onCancel = async (): Promise<void> => {
    const { workflowId = '', runId = '' } = workflowExecution ?? {};
    const may = await host.mayFinish(workflowId, runId, node.path).catch(() => false);
    if (!may) attempt.stop(new NodeFailure('cancelled', 'the attempt was cancelled'));
  };
  const { cancellationSignal } = context;
  const listener = (): void => void onCancel();
  if (cancellationSignal.aborted) listener();
  else cancellationSignal.addEventListener('abort', listener, { once: true });
  return () => {
    clearInterval(beat);
    cancellationSignal.removeEventListener('abort', listener);
  };
}

/** What the activity gives for an attempt. @throws the failure as Temporal wants it */
function finished(
  host: ActivityHost,
  work: ActivityWork,
  { number, earlier }: { readonly number: number; readonly earlier: readonly AttemptTrace[] },
  opened: Unsealed,
  { outcome, trace }: Awaited<ReturnType<LoneAttempt['run']>>,
): ActivityDone {
  if ('output' in outcome) {
    const output = opened.value(outcome.output);
    checkSize(output);
    return { output, ...trace, earlier };
  }
  const { failure } = outcome;
  if (failure.code === 'cancelled' && Context.current().cancellationSignal.aborted) {
    throw new CancelledFailure(opened.text(failure.message), [trace]);
  }
  const plan = fromWirePlan(work.retry);
  const wait = backoffMs(plan, number, failure.retryAfterMs, randomFraction(host.random));
  const detail: ActivityFailed = { retryable: failure.retryable, ...trace, earlier };
  if (outcome.isRetried) {
    const handed: Handed = { earlier: [...earlier, inShort(trace)].slice(-MAX_EARLIER) };
    Context.current().heartbeat(handed);
  }
  throw ApplicationFailure.create({
    type: failure.code,
    message: opened.text(failure.message),
    nonRetryable: !outcome.isRetried,
    details: [detail],
    ...(outcome.isRetried && { nextRetryDelay: Math.max(1, Math.ceil(wait)) }),
  });
}

/** @throws where a server would not take an output */
function checkSize(output: JsonValue): void {
  const bytes = utf8Length(JSON.stringify(output));
  if (bytes <= MAX_PAYLOAD - 100_000) return;
  throw ApplicationFailure.nonRetryable(
    `the output is ${bytes} bytes; that of a node on Temporal may have ${MAX_PAYLOAD - 100_000}`,
    'payload_too_large',
  );
}

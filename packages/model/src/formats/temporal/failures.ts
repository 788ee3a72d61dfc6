/** Failures as Temporal's API has them: a chain of causes, the innermost of which is what really went wrong. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { TraceError } from '../../trace/trace.ts';
import { enumAt, objectAt, present, textAt } from './fields.ts';
import { payloadValue, type Room } from './payloads.ts';
import { enumName } from './wire.ts';

const MAX_CAUSES = 16;
const MAX_MESSAGE = 2000;
const MAX_STACK = 4000;

/** What a failure is, by the field that says more of it. */
const KINDS: readonly (readonly [field: string, kind: string])[] = [
  ['applicationFailureInfo', 'ApplicationFailure'],
  ['timeoutFailureInfo', 'TimeoutFailure'],
  ['canceledFailureInfo', 'CanceledFailure'],
  ['terminatedFailureInfo', 'TerminatedFailure'],
  ['serverFailureInfo', 'ServerFailure'],
  ['resetWorkflowFailureInfo', 'ResetWorkflowFailure'],
  ['activityFailureInfo', 'ActivityFailure'],
  ['childWorkflowExecutionFailureInfo', 'ChildWorkflowFailure'],
  ['nexusOperationExecutionFailureInfo', 'NexusOperationFailure'],
  ['nexusHandlerFailureInfo', 'NexusHandlerFailure'],
];

/** Failures that only say where another happened. */
const WRAPPERS = new Set(['ActivityFailure', 'ChildWorkflowFailure', 'NexusOperationFailure']);

export interface Failure extends TraceError {
  /** Whether its type or a flag says that it is not to be tried again; null where neither tells. */
  readonly retryable: boolean | null;
  readonly hasCause: boolean;
  /** For metadata of a span. */
  readonly json: JsonObject;
}

function kindOf(failure: JsonObject): string {
  return KINDS.find(([field]) => objectAt(failure, field) !== null)?.[1] ?? 'Failure';
}

const timeoutName = (value: number) => enumName('enums.TimeoutType', value);

/** A code that stays the same: the type that the user's code gave it, or what kind of failure it is. */
function codeOf(failure: JsonObject): string {
  const own = textAt(objectAt(failure, 'applicationFailureInfo'), 'type');
  const timeout = enumAt(objectAt(failure, 'timeoutFailureInfo'), 'timeoutType', 'TimeoutType', timeoutName);
  return (own ?? (timeout === null ? kindOf(failure) : `${timeout}Timeout`)).slice(0, 200);
}

function messageOf(failure: JsonObject): string {
  return (textAt(failure, 'message') ?? '').slice(0, MAX_MESSAGE);
}

/** A failure and its causes, outermost first. */
function chainOf(failure: JsonObject): JsonObject[] {
  const chain: JsonObject[] = [];
  for (let at: JsonObject | null = failure; at !== null && chain.length < MAX_CAUSES; at = objectAt(at, 'cause'))
    chain.push(at);
  return chain;
}

function causeJson(failure: JsonObject): JsonValue {
  return { code: codeOf(failure), message: messageOf(failure) };
}

/** A failure with the message and stack that its worker had encoded, where they were decoded. */
function decodedFailure(failure: JsonObject, room: Room): JsonObject {
  const encoded = failure['encodedAttributes'];
  const decoded = isJsonObject(encoded) ? payloadValue(encoded, room) : undefined;
  if (!isJsonObject(decoded)) return failure;
  const message = textAt(decoded, 'message');
  if (message === null) return failure;
  const { encodedAttributes: _, ...rest } = failure;
  return { ...rest, message, stackTrace: textAt(decoded, 'stack_trace') ?? textAt(decoded, 'stackTrace') ?? '' };
}

/**
 * What is told of a failure: that of the first in the chain that is no mere wrapper, with its own causes below.
 * @param room where what its worker had encoded is kept, decoded
 */
export function failureOf(value: JsonObject | null, room: Room | null = null): Failure | null {
  if (value === null || Object.keys(value).length === 0) return null;
  const chain = room?.decoded === undefined ? chainOf(value) : chainOf(value).map((one) => decodedFailure(one, room));
  const position = chain.findIndex((failure) => !WRAPPERS.has(kindOf(failure)));
  const at = position === -1 ? chain.length - 1 : position;
  const failure = chain[at];
  const causes = chain.slice(at + 1);
  const nonRetryable = objectAt(failure, 'applicationFailureInfo')?.['nonRetryable'];
  const retryable = nonRetryable === true ? false : null;
  const code = codeOf(failure);
  const message = messageOf(failure) || messageOf(value) || code;
  const encoded = objectAt(failure, 'encodedAttributes') !== null;
  const json = present({
    code,
    message,
    kind: kindOf(failure),
    ...(retryable !== null && { retryable }),
    source: textAt(failure, 'source'),
    stack_trace: textAt(failure, 'stackTrace')?.slice(0, MAX_STACK),
    ...(encoded && { encoded: true }),
    ...(causes.length > 0 && { causes: causes.map(causeJson) }),
  });
  return { code, message, retryable, hasCause: causes.length > 0, json: json ?? {} };
}

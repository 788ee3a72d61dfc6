import { isJsonObject, type JsonObject, type JsonValue } from '@flowprof/model';
import type { NodeDefinition, WorkflowDefinition } from '../file/definition.ts';
import { WorkflowFileError } from '../file/issues.ts';
import { ConductorRpcError } from './errors.ts';
import { hasPrototypeKey, readJson, writeJson } from './json-text.ts';
import type { ClientMessage } from './protocol.ts';
import type { Steps } from '../slices.ts';
import type { RunOptions } from '../types.ts';

/** The options of a run that a client may choose; everything else is up to the serving side. */
export type RemoteOptions = Pick<
  RunOptions,
  'input' | 'concurrency' | 'slowMo' | 'timeoutMs' | 'traceparent' | 'workflows'
>;

/** A run that a client asks for. The definition has been read, not checked: `conductor.node.run` does that. */
export interface RunRequest {
  readonly executionId: string;
  readonly definition: WorkflowDefinition | NodeDefinition;
  readonly options: RemoteOptions;
}

/** Only what goes over the channel, and nothing that is undefined. */
export function writeOptions(options: RemoteOptions): Uint8Array {
  const { input, concurrency, slowMo, timeoutMs, traceparent, workflows } = options;
  return writeJson({ input, concurrency, slowMo, timeoutMs, traceparent, workflows });
}

/**
 * Reads what a client asks for, in steps.
 * @throws {ConductorRpcError} `too_deep` or `invalid_request`
 * @throws {WorkflowFileError} when the definition is no object at all
 * @throws {RangeError} when an option has the wrong type
 */
export function* readRequest(message: Extract<ClientMessage, { type: 'run' }>, maxDepth: number): Steps<RunRequest> {
  const definition = yield* readText(message.definition, maxDepth);
  const options = yield* readText(message.options, maxDepth);
  if (!isDefinition(definition)) {
    const fault = { code: 'invalid_value', message: 'expected a workflow or a node', pointer: '' } as const;
    throw new WorkflowFileError([{ ...fault, line: null, column: null }]);
  }
  if (!isJsonObject(options)) throw new ConductorRpcError('invalid_request');
  return { executionId: message.executionId, definition, options: readOptions(options) };
}

function* readText(bytes: Uint8Array, maxDepth: number): Steps<JsonValue> {
  const read = readJson(bytes, maxDepth);
  if (read === 'too_deep') {
    throw new ConductorRpcError('too_deep', `the definition or the input is nested deeper than ${maxDepth} levels`);
  }
  if (read === 'malformed') throw new ConductorRpcError('invalid_request', 'the request is not JSON');
  yield;
  if (yield* hasPrototypeKey(read.value))
    throw new ConductorRpcError('invalid_request', 'a key must not be "__proto__"');
  return read.value;
}

/** Whether a value tells what it is, a workflow or a node. Everything else is checked, and explained, by the conductor. */
function isDefinition(value: unknown): value is WorkflowDefinition | NodeDefinition {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !('type' in value) || (typeof value.type === 'string' && 'id' in value && typeof value.id === 'string');
}

function isWorkflow(value: unknown): value is WorkflowDefinition {
  return isDefinition(value) && !('type' in value);
}

function readOptions(options: JsonObject): RemoteOptions {
  const input = optional(options, 'input', isJsonObject);
  const concurrency = optional(options, 'concurrency', isNumber);
  const slowMo = optional(options, 'slowMo', isNumber);
  const timeoutMs = optional(options, 'timeoutMs', isNumber);
  const traceparent = optional(options, 'traceparent', isString);
  const workflows = optional(options, 'workflows', isWorkflowTable);
  return {
    ...(input !== undefined && { input }),
    ...(concurrency !== undefined && { concurrency }),
    ...(slowMo !== undefined && { slowMo }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(traceparent !== undefined && { traceparent }),
    ...(workflows !== undefined && { workflows }),
  };
}

function optional<T>(
  options: JsonObject,
  name: string,
  is: (value: JsonValue) => value is JsonValue & T,
): T | undefined {
  const value = Object.hasOwn(options, name) ? options[name] : undefined;
  if (value === undefined) return undefined;
  if (!is(value)) throw new RangeError(`${name} is not of the type that it has to be`);
  return value;
}

function isNumber(value: JsonValue): value is number {
  return typeof value === 'number';
}

function isString(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isWorkflowTable(value: unknown): value is Readonly<Record<string, WorkflowDefinition>> & JsonObject {
  return typeof value === 'object' && value !== null && Object.values(value).every(isWorkflow);
}

import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { CAUSES, type Cause } from '../../trace/phases.ts';
import { asMicros, type Micros } from '../../units.ts';
import type { ModelUsage, TypeUsage, Usage } from '../cost/usage.ts';
import type { TokenCounts } from '../cost/tokens.ts';
import type { NodeSummary, RunSummary, SparseCauses } from './run-summary.ts';

/** Something that is not what was written. */
class Unreadable extends Error {}

function wholeIn(object: JsonObject, key: string): number {
  const value = object[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Unreadable(key);
  return value;
}

function microsOrNull(object: JsonObject, key: string): Micros | null {
  return object[key] === null ? null : asMicros(wholeIn(object, key));
}

function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value !== 'string') throw new Unreadable(key);
  return value;
}

function textOrNull(object: JsonObject, key: string): string | null {
  return object[key] === null ? null : textIn(object, key);
}

function listIn(object: JsonObject, key: string): readonly JsonValue[] {
  const value = object[key] ?? null;
  if (typeof value !== 'object' || value === null || isJsonObject(value)) throw new Unreadable(key);
  return value;
}

/** What `JSON.parse` returns is JSON. */
function isJson(value: unknown): value is JsonValue {
  return value !== undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  if (!isJsonObject(value)) throw new Unreadable();
  return value;
}

function causesOf(value: JsonValue | undefined): SparseCauses {
  const given = objectOf(value);
  const causes: Partial<Record<Cause, Micros>> = {};
  for (const cause of CAUSES) if (given[cause] !== undefined) causes[cause] = asMicros(wholeIn(given, cause));
  return causes;
}

function nodeOf(value: JsonValue): NodeSummary {
  const node = objectOf(value);
  return {
    id: textIn(node, 'id'),
    name: textIn(node, 'name'),
    type: textOrNull(node, 'type'),
    count: wholeIn(node, 'count'),
    failed: wholeIn(node, 'failed'),
    attempts: wholeIn(node, 'attempts'),
    from: asMicros(wholeIn(node, 'from')),
    to: asMicros(wholeIn(node, 'to')),
    times: causesOf(node['times']),
    onPath: causesOf(node['onPath']),
  };
}

function typeUsageOf(value: JsonValue): TypeUsage {
  const usage = objectOf(value);
  return {
    type: textOrNull(usage, 'type'),
    run: asMicros(wholeIn(usage, 'run')),
    attempts: wholeIn(usage, 'attempts'),
    failedRun: asMicros(wholeIn(usage, 'failedRun')),
    failedAttempts: wholeIn(usage, 'failedAttempts'),
  };
}

function tokensOf(value: JsonValue | undefined): TokenCounts {
  const tokens = objectOf(value);
  return {
    input: wholeIn(tokens, 'input'),
    cachedInput: wholeIn(tokens, 'cachedInput'),
    output: wholeIn(tokens, 'output'),
  };
}

function modelUsageOf(value: JsonValue): ModelUsage {
  const usage = objectOf(value);
  return {
    answered: textOrNull(usage, 'answered'),
    requested: textOrNull(usage, 'requested'),
    calls: wholeIn(usage, 'calls'),
    callsWithoutTokens: wholeIn(usage, 'callsWithoutTokens'),
    tokens: tokensOf(usage['tokens']),
    failedTokens: tokensOf(usage['failedTokens']),
  };
}

function usageOf(value: JsonValue): Usage {
  const usage = objectOf(value);
  return { types: listIn(usage, 'types').map(typeUsageOf), models: listIn(usage, 'models').map(modelUsageOf) };
}

function summaryOf(value: JsonValue): RunSummary {
  const summary = objectOf(value);
  const { usage } = summary;
  return {
    makespan: microsOrNull(summary, 'makespan'),
    work: microsOrNull(summary, 'work'),
    span: microsOrNull(summary, 'span'),
    queueWait: microsOrNull(summary, 'queueWait'),
    causes: causesOf(summary['causes']),
    nodes: listIn(summary, 'nodes').map(nodeOf),
    nodeCount: wholeIn(summary, 'nodeCount'),
    ...(usage !== undefined && { usage: usageOf(usage) }),
  };
}

/** A summary that has gone through JSON; null where it is none. */
export function readRunSummary(value: unknown): RunSummary | null {
  try {
    return isJson(value) ? summaryOf(value) : null;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

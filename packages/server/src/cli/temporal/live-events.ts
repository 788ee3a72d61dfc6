import {
  asMicros,
  isJsonObject,
  type HistoryEvent,
  type JsonObject,
  type JsonValue,
  type TraceEvent,
} from '@flowprof/model';
import { z } from 'zod';

type NodeStatus = Extract<TraceEvent, { type: 'node_state' }>['state']['status'];

function payload(value: JsonValue | undefined): JsonValue {
  const data = isJsonObject(value) ? value['data'] : undefined;
  if (typeof data !== 'string') return null;
  try {
    return z.json().parse(JSON.parse(Buffer.from(data, 'base64').toString('utf8')));
  } catch {
    return null;
  }
}

function at(value: JsonValue | undefined, ...keys: readonly string[]): JsonValue | undefined {
  let found = value;
  for (const key of keys) found = isJsonObject(found) ? found[key] : undefined;
  return found;
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value.filter((item): item is JsonValue => item !== undefined) : [];
}

/** Ids of events are texts or numbers. */
function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const ENDINGS: Readonly<Record<string, NodeStatus>> = {
  ActivityTaskCompleted: 'completed',
  ActivityTaskFailed: 'failed',
  ActivityTaskTimedOut: 'timeout',
  ActivityTaskCanceled: 'cancelled',
};

/** What the history of a run of a workflow file says while it goes on, for those who watch: its nodes and their states. */
export class LiveEvents {
  readonly #nodes = new Map<string, JsonObject>();
  readonly #declared = new Set<string>();
  #startedAt = 0;

  of(event: HistoryEvent): TraceEvent[] {
    const { type, attributes, time } = event;
    if (type === 'WorkflowExecutionStarted') this.#startedAt = time ?? 0;
    const now = asMicros(Math.max(0, (time ?? this.#startedAt) - this.#startedAt));
    if (type === 'MarkerRecorded') return this.#noted(attributes);
    if (type === 'ActivityTaskScheduled') {
      const node = payload(at(attributes, 'header', 'fields', 'flowprof-node'));
      if (!isJsonObject(node)) return [];
      this.#nodes.set(String(event.id), node);
      return [...this.#declaration(node), this.#state(node, 'running', now)];
    }
    const status = ENDINGS[type];
    const node = this.#nodes.get(textOf(attributes['scheduledEventId']));
    return status === undefined || node === undefined ? [] : [this.#state(node, status, now)];
  }

  #state(node: JsonObject, status: NodeStatus, now: ReturnType<typeof asMicros>): TraceEvent {
    const { key, iteration } = identityOf(node);
    const state = { nodeKey: key, iteration, status, at: now, retryCount: 0, error: null, input: null, output: null };
    return { type: 'node_state', state };
  }

  /** A node that the first note does not have: one in a loop or a subworkflow. */
  #declaration(node: JsonObject): TraceEvent[] {
    const { key, iteration } = identityOf(node);
    const id = `${key} ${iteration ?? ''}`;
    if (this.#declared.has(id)) return [];
    this.#declared.add(id);
    const name = typeof node['name'] === 'string' ? node['name'] : key;
    const type = typeof node['type'] === 'string' ? node['type'] : 'activity';
    return [{ type: 'node_declared', node: { key, name, type, iteration, parentKey: null, dependsOn: [] } }];
  }

  #noted(attributes: JsonObject): TraceEvent[] {
    const results = at(attributes, 'details', 'result', 'payloads');
    const note = payload(listOf(results)[0]);
    if (!isJsonObject(note) || note['kind'] !== 'declared') return [];
    return listOf(note['events']).flatMap((told): TraceEvent[] => {
      const node = at(told, 'node');
      return isJsonObject(node) ? this.#declaration(node) : [];
    });
  }
}

function identityOf(node: JsonObject): { readonly key: string; readonly iteration: number | null } {
  const { key, iteration } = node;
  return { key: typeof key === 'string' ? key : '', iteration: typeof iteration === 'number' ? iteration : null };
}

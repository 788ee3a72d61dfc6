import { isJsonObject, type JsonValue } from '../json.ts';
import { executionFromJson, warningsFromJson } from '../formats/execution-json.ts';
import { JsonReader } from '../formats/json-reader.ts';
import { isStatus, isTerminal } from '../trace/status.ts';
import type { ExecutionInfo, Warning } from '../trace/trace.ts';
import { asMicros, toEpochMicros } from '../units.ts';
import type { Fields, SpanNote } from './span-row.ts';
import type { FinishOptions, SpanTraceBuilder } from './span-trace.ts';
import { textIn } from './tags.ts';

/** The attributes of the span of an execution that hold, as JSON, what OTLP has no place for; see `workflow-span.ts`. */
export const EXECUTION_JSON = {
  info: 'workflow.execution',
  nodes: 'workflow.nodes',
  warnings: 'workflow.warnings',
} as const;

export interface ExecutionSpanSource {
  readonly id: string;
  readonly name: string;
  /** Microseconds since the epoch. */
  readonly start: number;
  /** Null while it runs. */
  readonly end: number | null;
  readonly fields: Fields;
  /** The message of its status. */
  readonly message: string;
  /** Whether its parent is in the trace: it is then a span below that of its caller. */
  readonly isInside: boolean;
  readonly notes: readonly SpanNote[];
}

const parse: (text: string) => JsonValue = JSON.parse;

/** A part that an attribute holds as JSON; null where it holds none that can be read. */
function partOf<T>(fields: Fields, key: string, read: (reader: JsonReader) => T): T | null {
  const text = fields[key];
  if (typeof text !== 'string') return null;
  try {
    return read(new JsonReader(parse(text)));
  } catch {
    return null;
  }
}

/** The span that stands for an execution, and what it says of it. */
export class ExecutionSpan implements FinishOptions {
  readonly id: string;
  readonly isInside: boolean;
  readonly notes: readonly SpanNote[];
  /** Times count from its start, also those of spans that are before it. */
  readonly origin: number | undefined;
  readonly warnings: readonly Warning[];
  readonly #source: ExecutionSpanSource;

  constructor(source: ExecutionSpanSource) {
    this.#source = source;
    this.id = source.id;
    this.isInside = source.isInside;
    this.notes = source.isInside ? [] : source.notes;
    this.origin = source.start > 0 && !source.isInside ? source.start : undefined;
    this.warnings = partOf(source.fields, EXECUTION_JSON.warnings, warningsFromJson) ?? [];
  }

  /** Declares the nodes that have no span, which never ran. */
  addNodes(builder: SpanTraceBuilder): void {
    for (const node of partOf(this.#source.fields, EXECUTION_JSON.nodes, (reader) => reader.items()) ?? []) {
      const { value } = node;
      if (!isJsonObject(value)) continue;
      const key = textIn(value['id']);
      if (key === null) continue;
      const status = textIn(value['status']);
      const { iteration, parent_iteration: parentIteration, depends_on: dependsOn } = value;
      const parentKey = textIn(value['parent']);
      builder.declare(
        {
          key,
          name: textIn(value['name']) ?? key,
          type: textIn(value['type']) ?? 'unknown',
          iteration: typeof iteration === 'number' ? iteration : null,
          parentKey,
          ...(parentKey !== null && { parentIteration: typeof parentIteration === 'number' ? parentIteration : null }),
          dependsOn: Array.isArray(dependsOn)
            ? dependsOn.filter((item): item is string => typeof item === 'string')
            : [],
        },
        status !== null && isStatus(status) ? status : null,
      );
    }
  }

  /** What is known of the execution. @param workflow the name that its spans give */
  describe(workflow: string | null): Partial<ExecutionInfo> {
    const { fields, start, end, name } = this.#source;
    const stated = textIn(fields['workflow.status']);
    const isStated = stated !== null && isStatus(stated) && isTerminal(stated);
    const status = end === null ? 'running' : isStated ? stated : 'completed';
    const concurrency = fields['workflow.concurrency'];
    const known: Partial<ExecutionInfo> = {
      name,
      workflow,
      status,
      startedAt: start > 0 ? toEpochMicros(start) : null,
      endedAt: end === null ? null : toEpochMicros(end),
      recordedDuration: end === null ? null : asMicros(Math.max(0, end - start)),
      concurrency: typeof concurrency === 'number' ? concurrency : null,
      error: this.#error(),
    };
    return partOf(fields, EXECUTION_JSON.info, executionFromJson) ?? known;
  }

  #error(): ExecutionInfo['error'] {
    const { fields, message } = this.#source;
    const code = textIn(fields['error.type']);
    if (code === null) return null;
    const nodeKey = textIn(fields['workflow.failed_node']);
    return { code, message: message === '' ? code : message, ...(nodeKey !== null && { nodeKey }) };
  }
}

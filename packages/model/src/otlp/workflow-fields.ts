/**
 * What the attributes `workflow.*` say, as `docs/formats/otlp-out.md` lists them: the other half of the writer's
 * `workflow-span.ts`.
 */
import { isJsonObject, type JsonValue } from '../json.ts';
import { isJsonArray } from '../formats/json-reader.ts';
import { instanceKey } from '../trace/builder.ts';
import { isStatus, type Status } from '../trace/status.ts';
import { SPAN_KINDS, type SpanKind } from '../trace/trace.ts';
import type { Fields } from './span-row.ts';
import { setField, textIn } from './tags.ts';

/** The attribute that says which kind of span of a run this is. */
export const SPAN_KIND_KEY = 'workflow.span.kind';

/** The kind of the span that stands for the execution itself. */
export const EXECUTION_KIND = 'execution';

/** The keys that become columns and nodes; all others of `workflow.` are metadata. */
const CONSUMED: ReadonlySet<string> = new Set([
  'workflow.name',
  'workflow.execution_id',
  SPAN_KIND_KEY,
  'workflow.span.id',
  'workflow.status',
  'workflow.track',
  'workflow.flags',
  'workflow.node.id',
  'workflow.node.type',
  'workflow.node.name',
  'workflow.node.depends_on',
  'workflow.node.depends_on_iterations',
  'workflow.node.parent',
  'workflow.node.parent_iteration',
  'workflow.node.status',
  'workflow.iteration',
  'workflow.retry_count',
  'workflow.phase',
  'workflow.json_fields',
  'workflow.annotation.type',
  'error.type',
]);

/** The first names of the keys above, and of those of the span of an execution: fields of metadata are told from them. */
const RESERVED: ReadonlySet<string> = new Set([
  'name',
  'execution_id',
  'span',
  'status',
  'track',
  'flags',
  'node',
  'iteration',
  'retry_count',
  'phase',
  'json_fields',
  'annotation',
  'metadata',
  'execution',
  'nodes',
  'warnings',
]);

const PREFIX = 'workflow.';
const METADATA_PREFIX = 'workflow.metadata.';

/** What the attribute for a field of metadata is called. */
export function metadataKey(field: string): string {
  return (RESERVED.has(field) ? METADATA_PREFIX : PREFIX) + field;
}

/** The names of the semantic conventions for what the metadata of an `http_request` says, and its own. */
export const HTTP_NAMES: ReadonlyMap<string, string> = new Map([
  ['url', 'url.full'],
  ['method', 'http.request.method'],
  ['status', 'http.response.status_code'],
  ['bytes', 'http.response.body.size'],
  ['request_bytes', 'http.request.body.size'],
]);

const FROM_HTTP = new Map([...HTTP_NAMES].map(([own, conventional]) => [conventional, own]));

/** They follow from the URL. */
const FOLLOWING: ReadonlySet<string> = new Set(['server.address', 'server.port']);

/** A node as the attributes of a span of it tell. */
export interface WorkflowNode {
  readonly key: string;
  readonly name: string | null;
  readonly type: string | null;
  readonly iteration: number | null;
  readonly dependsOn: readonly string[];
  /** The container that it is in; null where the tree of spans tells. */
  readonly parentKey: string | null;
  readonly parentIteration: number | null;
  readonly status: Status | null;
}

/** What a span of a run says of itself. */
export interface WorkflowSpan {
  readonly kind: SpanKind | typeof EXECUTION_KIND;
  readonly executionId: string | null;
  readonly workflow: string | null;
  /** Its id where that is none of OTLP. */
  readonly id: string | null;
  readonly status: Status | null;
  readonly track: string | null;
  /** Bits of `FLAG`. */
  readonly flags: number;
  readonly node: WorkflowNode | null;
}

function intIn(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}

function statusIn(value: JsonValue | undefined): Status | null {
  return typeof value === 'string' && isStatus(value) ? value : null;
}

function kindIn(value: JsonValue | undefined): WorkflowSpan['kind'] | null {
  if (value === EXECUTION_KIND) return EXECUTION_KIND;
  return SPAN_KINDS.find((kind) => kind === value) ?? null;
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The keys of what a node depends on, or the instances where those are told apart. */
function dependenciesIn(fields: Fields): readonly string[] {
  const keys = textsIn(fields['workflow.node.depends_on']);
  const iterations = fields['workflow.node.depends_on_iterations'];
  if (!isJsonArray(iterations) || iterations.length !== keys.length) return keys;
  return keys.map((key, i) => {
    const iteration = intIn(iterations[i]);
    return instanceKey(key, iteration === null || iteration < 0 ? null : iteration);
  });
}

function nodeIn(fields: Fields): WorkflowNode | null {
  const key = textIn(fields['workflow.node.id']);
  if (key === null) return null;
  return {
    key,
    name: textIn(fields['workflow.node.name']),
    type: textIn(fields['workflow.node.type']),
    iteration: intIn(fields['workflow.iteration']),
    dependsOn: dependenciesIn(fields),
    parentKey: textIn(fields['workflow.node.parent']),
    parentIteration: intIn(fields['workflow.node.parent_iteration']),
    status: statusIn(fields['workflow.node.status']),
  };
}

/** What the attributes say of a span of a run; null for a span of anything else. */
export function workflowSpanIn(fields: Fields): WorkflowSpan | null {
  const kind = kindIn(fields[SPAN_KIND_KEY]);
  if (kind === null) return null;
  return {
    kind,
    executionId: textIn(fields['workflow.execution_id']),
    workflow: textIn(fields['workflow.name']),
    id: textIn(fields['workflow.span.id']),
    status: statusIn(fields['workflow.status']),
    track: textIn(fields['workflow.track']),
    flags: intIn(fields['workflow.flags']) ?? 0,
    node: nodeIn(fields),
  };
}

/** Sets a field by its names from the outside to the inside; where the way is barred, by all of them joined. */
function setDeep(fields: Fields, names: readonly string[], value: JsonValue, made: Set<JsonValue>): void {
  let at = fields;
  for (let i = 0; i < names.length - 1; i++) {
    const known = Object.hasOwn(at, names[i]) ? at[names[i]] : undefined;
    if (known === undefined) {
      const inner: Fields = {};
      made.add(inner);
      setField(at, names[i], inner);
      at = inner;
    } else if (isBranch(known, made)) at = known;
    else return setField(at, names.slice(i).join('.'), value);
  }
  setField(at, names.at(-1) ?? '', value);
}

/** Whether it is an object that was made here, and not a value. */
function isBranch(value: JsonValue, made: ReadonlySet<JsonValue>): value is Fields {
  return isJsonObject(value) && made.has(value);
}

const parse: (text: string) => JsonValue = JSON.parse;

/** The value of a field that was written as JSON, for it has what attributes have no place for. */
function fromJson(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value;
  try {
    return parse(value);
  } catch {
    return value;
  }
}

/**
 * The metadata that a run's span or event was written from: `workflow.a.b` is `b` in `a`, names of the conventions for
 * HTTP are our own again, and what others have added stays as it is.
 */
export function metadataIn(fields: Fields, isHttpRequest: boolean): Fields {
  const metadata: Fields = {};
  const made = new Set<JsonValue>();
  const json = new Set(textsIn(fields['workflow.json_fields']));
  for (const key in fields) {
    if (CONSUMED.has(key)) continue;
    const value = json.has(key) ? fromJson(fields[key]) : fields[key];
    const own = isHttpRequest ? FROM_HTTP.get(key) : undefined;
    if (own !== undefined) metadata[own] = value;
    else if (isHttpRequest && FOLLOWING.has(key)) continue;
    else if (!key.startsWith(PREFIX)) setField(metadata, key, value);
    else {
      const name = key.slice((key.startsWith(METADATA_PREFIX) ? METADATA_PREFIX : PREFIX).length);
      if (json.has(key) && name.startsWith('error.')) setDeep(metadata, ['error', name.slice(6)], value, made);
      else if (json.has(key)) setField(metadata, name, value);
      else setDeep(metadata, name.split('.'), value, made);
    }
  }
  return metadata;
}

/**
 * flowprof's own JSON: everything that a trace holds, as flat lists; see `docs/formats/flowprof-json.md`. All times are
 * whole microseconds: moments since 1970, everything else since the execution's start.
 */
import type { JsonObject, JsonValue } from '../json.ts';
import { instanceKey } from '../trace/builder.ts';
import { statusOf } from '../trace/status.ts';
import { NONE, OPEN, spanIdAt, spanKindAt, spanNameAt, type NodeTable, type Trace } from '../trace/trace.ts';
import { TraceFileError } from './errors.ts';
import { executionFromJson, executionToJson, warningsFromJson, warningsToJson } from './execution-json.ts';
import { FlatNodes } from './flat-nodes.ts';
import { readFlatSpans } from './flat-spans.ts';
import { JsonReader, parseJson } from './json-reader.ts';
import { TextSink } from './text-sink.ts';
import { textOf } from './web.ts';
import { WarningCounter } from '../trace/warnings.ts';
import type { Warning } from '../trace/trace.ts';

const FORMAT = 'flowprof-trace';
const VERSION = 1;

/** How sure it is that a file which begins with this text is of the format. */
export function sniffFlowprofJson(head: string): number {
  return /^\[?\s*\{\s*"format"\s*:\s*"flowprof-trace"/.test(head) ? 1 : 0;
}

/** How a node is named in the file: by its key alone where that finds the same node, else with its iteration. */
function referenceTo(nodes: NodeTable, rows: ReadonlyMap<string, number>, from: number, row: number): JsonValue {
  const key = nodes.key[row];
  const iteration = nodes.iteration[row] === NONE ? null : nodes.iteration[row];
  const own = nodes.iteration[from] === NONE ? null : nodes.iteration[from];
  const found = rows.get(instanceKey(key, own)) ?? rows.get(key);
  return found === row ? key : { key, iteration };
}

function nodesToJson({ nodes, spans }: Trace): JsonObject[] {
  const rows = new Map<string, number>();
  for (let row = 0; row < nodes.length; row++) {
    rows.set(instanceKey(nodes.key[row], nodes.iteration[row] === NONE ? null : nodes.iteration[row]), row);
  }
  const out: JsonObject[] = [];
  for (let row = 0; row < nodes.length; row++) {
    const dependsOn: JsonValue[] = [];
    for (let i = nodes.depOffsets[row]; i < nodes.depOffsets[row + 1]; i++) {
      dependsOn.push(referenceTo(nodes, rows, row, nodes.deps[i]));
    }
    const parent = nodes.parent[row];
    const span = nodes.span[row];
    out.push({
      key: nodes.key[row],
      name: nodes.name[row],
      type: nodes.type[row],
      ...(nodes.iteration[row] !== NONE && { iteration: nodes.iteration[row] }),
      ...(parent !== NONE && { parent: referenceTo(nodes, rows, row, parent) }),
      dependsOn,
      status: statusOf(nodes.status[row]),
      span: span === NONE ? null : spanIdAt(spans.ids, span),
    });
  }
  return out;
}

function spanToJson({ spans, nodes }: Trace, row: number): JsonObject {
  const parent = spans.parent[row];
  const node = spans.node[row];
  const track = spans.track === null ? NONE : spans.track[row];
  const metadata = spans.metadata.get(row);
  return {
    id: spanIdAt(spans.ids, row),
    parent: parent === NONE ? null : spanIdAt(spans.ids, parent),
    kind: spanKindAt(spans, row),
    name: spanNameAt(spans, row),
    start: spans.start[row],
    duration: spans.duration[row] === OPEN ? null : spans.duration[row],
    status: statusOf(spans.status[row]),
    ...(node !== NONE && { node: nodes.key[node] }),
    ...(node !== NONE && nodes.iteration[node] !== NONE && { iteration: nodes.iteration[node] }),
    ...(track !== NONE && { track: spans.tracks[track] }),
    ...(spans.flags[row] !== 0 && { flags: spans.flags[row] }),
    ...(metadata && { metadata }),
  };
}

function annotationsToJson({ annotations, spans }: Trace): JsonObject[] {
  const out: JsonObject[] = [];
  for (let row = 0; row < annotations.length; row++) {
    const span = annotations.span[row];
    const metadata = annotations.metadata.get(row);
    out.push({
      span: span === NONE ? null : spanIdAt(spans.ids, span),
      time: annotations.time[row],
      label: annotations.label[row],
      type: annotations.type[row],
      ...(metadata && { metadata }),
    });
  }
  return out;
}

/** A list with one item a line, so that files can be compared line by line. */
function lines(items: readonly JsonObject[]): string {
  return items.length === 0 ? '[]' : `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
}

/** Writes a trace with nothing left out; `readFlowprofJson` gives it back. */
export function writeFlowprofJson(trace: Trace): string {
  const { spans, links } = trace;
  const spanRows = Array.from({ length: spans.length }, (_, row) => spanToJson(trace, row));
  const arrows = Array.from(links.from, (from, i) => ({
    from: spanIdAt(spans.ids, from),
    to: spanIdAt(spans.ids, links.to[i]),
  }));
  const idPrefix = spans.ids.listed === null ? spans.ids.prefix : null;
  return `{"format":"${FORMAT}","version":${VERSION},"unit":"us",
"execution":${JSON.stringify(executionToJson(trace.execution))},
"idPrefix":${JSON.stringify(idPrefix)},
"tracks":${JSON.stringify(spans.tracks)},
"nodes":${lines(nodesToJson(trace))},
"spans":${lines(spanRows)},
"annotations":${lines(annotationsToJson(trace))},
"links":${lines(arrows)},
"warnings":${lines(warningsToJson(trace.warnings))}
}
`;
}

/** Writes several as a JSON array, which `readFlowprofJson` reads too. */
export function writeFlowprofJsons(traces: readonly Trace[]): Uint8Array {
  const sink = new TextSink();
  for (const [position, trace] of traces.entries()) sink.add((position === 0 ? '[' : ',') + writeFlowprofJson(trace));
  sink.add(traces.length === 0 ? '[]\n' : ']\n');
  return sink.finish();
}

/** Adds the warnings of this reading to those that stood in the file, code by code. */
function joinWarnings(before: readonly Warning[], now: readonly Warning[]): Warning[] {
  const byCode = new Map(before.map((warning) => [warning.code, warning]));
  for (const warning of now) {
    const known = byCode.get(warning.code);
    byCode.set(warning.code, known ? { ...known, count: known.count + warning.count } : warning);
  }
  return [...byCode.values()];
}

/**
 * Reads flowprof's own JSON, one execution or an array of them. Spans may come in any order; missing parents, cycles and repeated ids are mended and counted.
 * @throws {TraceFileError} `malformed`, with the JSON pointer of what is wrong, or `unsupported_version`.
 */
export function readFlowprofJson(bytes: Uint8Array): readonly Trace[] {
  const document = parseJson(textOf(bytes));
  if (!Array.isArray(document) || document.length === 0) return [readOne(new JsonReader(document))];
  return new JsonReader(document).items().map(readOne);
}

function readOne(json: JsonReader): Trace {
  const version = json.at('version').integer();
  if (version !== VERSION) {
    throw new TraceFileError('unsupported_version', `/version is ${version}; this flowprof reads version ${VERSION}`);
  }
  const warnings = new WarningCounter();
  const nodes = new FlatNodes(json.at('nodes').optional((r) => r.items()) ?? [], warnings);
  const flat = readFlatSpans(json, nodes, warnings);
  const trace = {
    execution: executionFromJson(json.at('execution')),
    nodes: nodes.finish(flat.rows, flat.spans),
    ...flat.tables,
  };
  const before = json.at('warnings').optional(warningsFromJson) ?? [];
  return { ...trace, spans: flat.spans, warnings: joinWarnings(before, warnings.list()) };
}

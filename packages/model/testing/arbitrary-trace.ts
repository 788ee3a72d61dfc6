import * as fc from 'fast-check';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/json.ts';
import { AnnotationTableBuilder, instanceKey, NodeTableBuilder, SpanTableBuilder } from '../src/trace/builder.ts';
import { SPAN_KINDS, NONE, type ExecutionInfo, type Trace } from '../src/trace/trace.ts';
import { at } from './at.ts';
import { STATUSES } from '../src/trace/status.ts';
import { WARNING_CODES } from '../src/trace/warnings.ts';
import { asMicros, microsFromMs, toEpochMicros, toMicros } from '../src/units.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const time = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 2 });
const parse: (json: string) => JsonValue = JSON.parse;

/** A JSON object as it looks after one trip through JSON text (no -0, no undefined). */
const object: fc.Arbitrary<JsonObject> = fc
  .dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
  .map((value) => {
    const parsed = parse(JSON.stringify(value));
    return isJsonObject(parsed) ? parsed : {};
  });

const spanDraft = fc.record({
  start: time,
  duration: orNull(fc.nat(1_000_000_000)),
  name: text,
  kind: fc.constantFrom(...SPAN_KINDS),
  status: fc.constantFrom(...STATUSES),
  track: orNull(text),
  metadata: orNull(object),
  flags: fc.nat(31),
  parent: fc.nat(),
  node: fc.nat(),
  rank: fc.nat(),
});

const nodeDraft = fc.record({
  key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }),
  name: text,
  type: text,
  iteration: orNull(fc.nat(3)),
  status: fc.constantFrom(...STATUSES),
  parent: fc.nat(),
  deps: fc.array(fc.nat(), { maxLength: 3 }),
  span: fc.nat(),
});

const execution: fc.Arbitrary<ExecutionInfo> = fc.record({
  id: orNull(fc.uuid()),
  externalId: orNull(text),
  name: text,
  workflow: orNull(text),
  status: fc.constantFrom(...STATUSES),
  sourceFormat: text,
  startedAt: orNull(fc.integer({ min: 0, max: 4_000_000_000_000_000 }).map(toEpochMicros)),
  endedAt: orNull(fc.integer({ min: 0, max: 4_000_000_000_000_000 }).map(toEpochMicros)),
  recordedDuration: orNull(fc.nat().map(microsFromMs)),
  concurrency: orNull(fc.nat()),
  error: orNull(fc.record({ code: text, message: text, nodeKey: text }, { requiredKeys: ['code', 'message'] })),
  eventCount: orNull(fc.nat()),
  attributes: object,
});

type SpanDraft = typeof spanDraft extends fc.Arbitrary<infer T> ? T : never;
type NodeDraft = typeof nodeDraft extends fc.Arbitrary<infer T> ? T : never;

/** Every index of a list; `NONE` one time in so many. */
function pick(choice: number, length: number): number {
  return (choice % (length + 1)) - 1;
}

function spansOf(drafts: readonly SpanDraft[], nodes: number, prefix: string | null) {
  const builder = new SpanTableBuilder(prefix === null ? 'listed' : { prefix });
  const byRank = drafts.map((_, row) => row).sort((a, b) => at(drafts, a).rank - at(drafts, b).rank || a - b);
  const rankOf = new Map(byRank.map((row, rank) => [row, rank]));
  for (const [row, draft] of drafts.entries()) {
    const parentRank = pick(draft.parent, rankOf.get(row) ?? 0);
    builder.open({
      kind: draft.kind,
      name: draft.name,
      start: toMicros(draft.start),
      id: `span-${row}-é`,
      node: pick(draft.node, nodes),
      parent: parentRank === NONE ? NONE : at(byRank, parentRank),
      ...(draft.track !== null && { track: draft.track }),
    });
    if (draft.duration !== null) builder.close(row, asMicros(draft.start + draft.duration), draft.status);
    builder.flag(row, draft.flags);
    if (draft.metadata) builder.annotateSpan(row, draft.metadata);
  }
  return builder.snapshot();
}

function nodesOf(drafts: readonly NodeDraft[], spans: number) {
  const builder = new NodeTableBuilder();
  for (const [row, draft] of drafts.entries()) {
    const parent = pick(draft.parent, row);
    const id = (other: number) => instanceKey(at(drafts, other).key, at(drafts, other).iteration);
    const { key, name, type, iteration } = draft;
    const dependsOn = draft.deps.map((dep) => id(dep % drafts.length));
    builder.declare({ key, name, type, iteration, parentKey: parent === NONE ? null : id(parent), dependsOn });
    builder.setSpan(row, pick(draft.span, spans));
    builder.setStatus(row, draft.status);
  }
  return builder.snapshot();
}

/** Any sound trace, empty ones included: parents before and after children, open spans, listed and numbered ids. */
export const arbitraryTrace: fc.Arbitrary<Trace> = fc
  .record({
    execution,
    spans: fc.array(spanDraft, { maxLength: 12 }),
    nodes: fc.uniqueArray(nodeDraft, { maxLength: 6, selector: (node) => instanceKey(node.key, node.iteration) }),
    prefix: orNull(fc.constantFrom('0a1b2c3d', 'ffffffff')),
    annotations: fc.array(fc.record({ span: fc.nat(), time, label: text, type: text, metadata: orNull(object) }), {
      maxLength: 4,
    }),
    links: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 4 }),
    warnings: fc.uniqueArray(
      fc.record({
        code: fc.constantFrom(...Object.keys(WARNING_CODES)),
        count: fc.integer({ min: 1, max: 99 }),
        example: text,
      }),
      { maxLength: 3, selector: (warning) => warning.code },
    ),
  })
  .map((draft) => {
    const spans = spansOf(draft.spans, draft.nodes.length, draft.prefix);
    const annotations = new AnnotationTableBuilder();
    for (const a of draft.annotations) {
      annotations.add(pick(a.span, spans.length), toMicros(a.time), a.label, a.type, a.metadata);
    }
    const links = spans.length === 0 ? [] : draft.links;
    return {
      execution: draft.execution,
      nodes: nodesOf(draft.nodes, spans.length),
      spans,
      annotations: annotations.snapshot(),
      links: {
        from: Int32Array.from(links, ([from]) => from % spans.length),
        to: Int32Array.from(links, ([, to]) => to % spans.length),
      },
      warnings: draft.warnings,
    };
  });

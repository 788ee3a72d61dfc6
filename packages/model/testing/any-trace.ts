import * as fc from 'fast-check';
import { STATUSES } from '../src/trace/status.ts';
import {
  KIND,
  NONE,
  OPEN,
  type NodeTable,
  type SpanTable,
  type Trace,
  EMPTY_EXECUTION,
  NO_LINKS,
} from '../src/trace/trace.ts';
import { cutParentCycles } from '../src/trace/tree.ts';

const NAMES = [
  'queue_wait',
  'rate_limit_wait',
  'retry_backoff',
  'sleep',
  'callback',
  'execute',
  'http_request',
  'slow_mo',
];

export interface NodeSpec {
  readonly parent: number;
  readonly span: number;
  readonly deps: readonly number[];
  readonly type: string;
  readonly iteration?: number;
}

function nodeTable(specs: readonly NodeSpec[]): NodeTable {
  const length = specs.length;
  const offsets = [0];
  for (const { deps } of specs) offsets.push((offsets.at(-1) ?? 0) + deps.length);
  return {
    length,
    key: specs.map((_, row) => `n${row}`),
    name: specs.map((_, row) => `Node ${row}`),
    type: specs.map(({ type }) => type),
    iteration: Int32Array.from(specs, ({ iteration }) => iteration ?? NONE),
    parent: Int32Array.from(specs, ({ parent }) => parent),
    span: Int32Array.from(specs, ({ span }) => span),
    status: new Uint8Array(length).fill(2),
    depOffsets: Uint32Array.from(offsets),
    deps: Uint32Array.from(specs.flatMap(({ deps }) => deps)),
  };
}

export interface SpanSpec {
  readonly start: number;
  readonly duration: number;
  readonly parent: number;
  readonly name: number;
  readonly node: number;
  readonly kind: number;
  readonly status: number;
  readonly track: number;
}

function spanTable(specs: readonly SpanSpec[]): SpanTable {
  const length = specs.length;
  const parent = Int32Array.from(specs, (spec) => spec.parent);
  const flags = new Uint8Array(length);
  cutParentCycles(parent, flags);
  return {
    length,
    ids: { prefix: '00000001', listed: null },
    names: NAMES,
    start: Float64Array.from(specs, (spec) => spec.start),
    duration: Float64Array.from(specs, (spec) => spec.duration),
    parent,
    name: Uint32Array.from(specs, (spec) => spec.name),
    node: Int32Array.from(specs, (spec) => spec.node),
    kind: Uint8Array.from(specs, (spec) => spec.kind),
    status: Uint8Array.from(specs, (spec) => spec.status),
    flags,
    track: Int32Array.from(specs, (spec) => spec.track),
    tracks: ['one', 'two'],
    metadata: new Map(),
  };
}

/** A trace of rows as they are given. */
export function traceOf(nodes: readonly NodeSpec[], spans: readonly SpanSpec[], sourceFormat = 'test'): Trace {
  return {
    execution: { ...EMPTY_EXECUTION, sourceFormat },
    nodes: nodeTable(nodes),
    spans: spanTable(spans),
    annotations: {
      length: 0,
      span: new Int32Array(0),
      time: new Float64Array(0),
      label: [],
      type: [],
      metadata: new Map(),
    },
    links: NO_LINKS,
    warnings: [],
  };
}

/** A row of a table of `length` rows, or `NONE`. */
const rowOf = (length: number) => fc.integer({ min: NONE, max: length - 1 });

/** Any trace at all: cyclic, skewed, torn, overlapping, with several tracks, running, with or without nodes. */
export const anyTrace: fc.Arbitrary<Trace> = fc
  .tuple(fc.integer({ min: 0, max: 25 }), fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 })))
  .chain(([spanCount, nodeCount]) => {
    const node = fc.record({
      parent: fc.oneof({ weight: 3, arbitrary: fc.constant(NONE) }, { weight: 1, arbitrary: rowOf(nodeCount) }),
      span: rowOf(spanCount),
      deps: nodeCount === 0 ? fc.constant([]) : fc.array(fc.nat({ max: nodeCount - 1 }), { maxLength: 3 }),
      type: fc.constantFrom('http', 'group', 'foreach', 'subworkflow'),
      iteration: fc.option(fc.nat({ max: 3 }), { nil: NONE }),
    });
    const span = fc.record({
      start: fc.integer({ min: -60, max: 120 }),
      duration: fc.oneof({ weight: 9, arbitrary: fc.nat({ max: 80 }) }, { weight: 1, arbitrary: fc.constant(OPEN) }),
      parent: rowOf(spanCount),
      name: fc.nat({ max: NAMES.length - 1 }),
      node: rowOf(nodeCount),
      kind: fc.constantFrom(KIND.node, KIND.attempt, KIND.phase, KIND.phase, KIND.system),
      status: fc.nat({ max: STATUSES.length - 1 }),
      track: fc.integer({ min: NONE, max: 1 }),
    });
    return fc
      .tuple(
        fc.array(node, { minLength: nodeCount, maxLength: nodeCount }),
        fc.array(span, { minLength: spanCount, maxLength: spanCount }),
        fc.constantFrom('conductor', 'test'),
      )
      .map(([nodes, spans, format]) => traceOf(nodes, spans, format));
  });

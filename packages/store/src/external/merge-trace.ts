import {
  FLAG,
  NONE,
  OPEN,
  spanIdAt,
  TraceAssembler,
  traceEvents,
  type AnnotationRecord,
  type SpanLinks,
  type SpanRecord,
  type Trace,
} from '@flowprof/model';
import type { Batch } from '../batch.ts';
import { contentOfAnnotation } from './join.ts';

/** What is added to a trace. */
export type Additions = Pick<Batch, 'spans'> & {
  readonly annotations: readonly AnnotationRecord[];
} & Partial<Pick<Batch, 'declarations' | 'states'>>;

/** What is found out anew of every trace. */
const FOUND_ANEW: ReadonlySet<string> = new Set(['outside_parent']);

function rowsById({ spans }: Trace): Map<string, number> {
  const rows = new Map<string, number>();
  for (let row = 0; row < spans.length; row++) rows.set(spanIdAt(spans.ids, row), row);
  return rows;
}

function flagsAt(flags: Uint8Array, row: number): number {
  return flags[row] ?? 0;
}

/** Whether a trace takes a record of a span: one that it has not, or did not know the end or the parent of. */
function takes({ spans }: Trace, row: number | undefined, span: SpanRecord): boolean {
  if (row === undefined) return true;
  const isOpen = spans.duration[row] === OPEN;
  if (isOpen && span.duration !== null) return true;
  return (
    (flagsAt(spans.flags, row) & FLAG.orphan) !== 0 && span.parentId !== null && isOpen === (span.duration === null)
  );
}

/** Those annotations that a trace has not. */
function newAnnotations(trace: Trace, told: readonly AnnotationRecord[]): AnnotationRecord[] {
  if (told.length === 0) return [];
  const known = new Set<string>();
  for (const event of traceEvents(trace, '')) {
    if (event.type === 'annotation') known.add(contentOfAnnotation(event.annotation));
  }
  return told.flatMap((one) => {
    if (known.has(contentOfAnnotation(one))) return [];
    const { spanId, time, label, type, metadata } = one;
    return [{ spanId, time, label, type, metadata }];
  });
}

/** What is mended in a trace and cannot be seen any more stays known: flags of its spans, and arrows between them. */
function withFlagsAndLinks(made: Trace, before: Trace, replaced: ReadonlySet<string>): Trace {
  const rows = rowsById(made);
  const rowOf = (row: number): number => rows.get(spanIdAt(before.spans.ids, row)) ?? NONE;
  for (let row = 0; row < before.spans.length; row++) {
    const id = spanIdAt(before.spans.ids, row);
    if (replaced.has(id)) continue;
    const at = rowOf(row);
    made.spans.flags[at] = flagsAt(made.spans.flags, at) | (flagsAt(before.spans.flags, row) & ~FLAG.outside);
  }
  const links: SpanLinks = { from: before.links.from.map(rowOf), to: before.links.to.map(rowOf) };
  return { ...made, execution: before.execution, links };
}

/**
 * A trace with what others told of it besides. What it holds itself stays, except spans that had no end or no parent
 * then. Given back as it is when nothing is new.
 */
export function mergeTrace(trace: Trace, additions: Additions): Trace {
  const rows = rowsById(trace);
  const spans = additions.spans.filter((span) => takes(trace, rows.get(span.id), span));
  const { declarations = [], states = [] } = additions;
  const annotations = newAnnotations(trace, additions.annotations);
  if (spans.length + annotations.length + declarations.length + states.length === 0) return trace;
  const assembler = new TraceAssembler(trace.execution);
  for (const event of traceEvents(trace, '')) {
    if (event.type === 'node_declared' || event.type === 'span' || event.type === 'annotation') assembler.apply(event);
    else if (event.type === 'node_state') assembler.apply(event);
  }
  const replaced = new Set(spans.filter(({ id }) => rows.has(id)).map(({ id }) => id));
  const adopted = spans.filter(({ id }) => flagsAt(trace.spans.flags, rows.get(id) ?? NONE) & FLAG.orphan).length;
  for (const { code, count, example } of trace.warnings) {
    if (FOUND_ANEW.has(code)) continue;
    // A parent that is missing still is found out anew.
    const left = code === 'missing_parent' ? count - adopted : count;
    if (left > 0) assembler.apply({ type: 'warning', code, example, count: left });
  }
  for (const { node } of declarations) assembler.addNode(node);
  for (const state of states) assembler.addNodeState(state);
  for (const span of spans) assembler.addSpan(span);
  for (const annotation of annotations) assembler.addAnnotation(annotation);
  return withFlagsAndLinks(assembler.finish(), trace, replaced);
}

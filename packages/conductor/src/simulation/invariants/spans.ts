import { FLAG, isTerminal, KIND, NONE, spanNameAt, statusOf, type Trace } from '@flowprof/model';
import type { Report } from './report.ts';

/** Containers have no phases of their own that would have to cover their time. */
const CONTAINERS: ReadonlySet<string> = new Set(['group', 'foreach', 'subworkflow']);

function nodeType({ nodes, spans }: Trace, row: number): string {
  return nodes.type[spans.node[row] ?? NONE] ?? '';
}

/** Every span has ended and lies inside its parent, or says that it does not. */
export function checkNesting(trace: Trace, report: Report): void {
  const { spans } = trace;
  for (let row = 0; row < spans.length; row++) {
    const name = spanNameAt(spans, row);
    const start = spans.start[row] ?? 0;
    const duration = spans.duration[row] ?? 0;
    if (!isTerminal(statusOf(spans.status[row] ?? 0))) report.add(`span ${row} ${name} is not closed`);
    if (duration < 0 || !Number.isInteger(duration)) report.add(`span ${row} ${name} lasts ${duration}`);
    if (start < 0 || !Number.isInteger(start)) report.add(`span ${row} ${name} starts at ${start}`);
    const parent = spans.parent[row] ?? NONE;
    if (parent === NONE) continue;
    const from = spans.start[parent] ?? 0;
    const to = from + (spans.duration[parent] ?? 0);
    const isFlagged = ((spans.flags[row] ?? 0) & FLAG.outside) !== 0;
    if ((start < from || start + duration > to) && !isFlagged) {
      report.add(
        `span ${row} ${name} ${start}-${start + duration} lies outside ${spanNameAt(spans, parent)} ${from}-${to}`,
      );
    }
    if (spans.kind[row] === KIND.node && spans.kind[parent] !== KIND.node) report.add(`node ${name} is inside a phase`);
  }
}

/** The phases and attempts of a leaf, and the phases of an attempt, follow each other without a gap or overlap. */
export function checkTiling(trace: Trace, report: Report): void {
  const { spans } = trace;
  const reached = new Map<number, number>();
  for (let row = 0; row < spans.length; row++) {
    const parent = spans.parent[row] ?? NONE;
    if (parent === NONE || spans.kind[row] === KIND.node || spans.kind[row] === KIND.system) continue;
    if (spans.kind[parent] === KIND.phase || CONTAINERS.has(nodeType(trace, parent))) continue;
    const start = spans.start[row] ?? 0;
    const expected = reached.get(parent) ?? spans.start[parent] ?? 0;
    if (start !== expected) {
      report.add(`phase ${row} ${spanNameAt(spans, row)} starts at ${start}, what is before it ends at ${expected}`);
    }
    reached.set(parent, start + (spans.duration[row] ?? 0));
  }
  for (const [parent, end] of reached) {
    const own = (spans.start[parent] ?? 0) + (spans.duration[parent] ?? 0);
    // A handler that opens its phases itself may do something after the last of them.
    if (end !== own) report.add(`${spanNameAt(spans, parent)} ends at ${own}, its last phase at ${end}`);
  }
}

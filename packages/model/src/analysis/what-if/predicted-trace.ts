import { after, asMicros } from '../../units.ts';
import { statusCode } from '../../trace/status.ts';
import { NONE, type AnnotationTable, type NodeTable, type Trace } from '../../trace/trace.ts';
import type { JsonObject } from '../../json.ts';
import type { WhatIfChange } from './changes.ts';
import type { Plan } from './plan.ts';
import { predictSpans } from './predicted-spans.ts';
import type { Simulated } from './simulate.ts';

/** The dependencies of nodes with changes made to them. */
class Rewiring {
  readonly #nodes: NodeTable;
  readonly #changes: readonly WhatIfChange[];
  /** The rows of the keys that nodes are to wait for as well. */
  readonly #added = new Map<string, readonly number[]>();

  constructor(nodes: NodeTable, changes: readonly WhatIfChange[]) {
    this.#nodes = nodes;
    this.#changes = changes;
    for (const change of changes) {
      if (change.kind !== 'add_dependency') continue;
      this.#added.set(
        change.on,
        nodes.key.flatMap((key, row) => (key === change.on ? [row] : [])),
      );
    }
  }

  dependenciesOf(row: number): number[] {
    const { key, iteration, deps, depOffsets } = this.#nodes;
    let own = [...deps.subarray(depOffsets[row], depOffsets[row + 1])];
    for (const change of this.#changes) {
      if (change.kind === 'drop_dependency' && change.node === key[row]) {
        own = own.filter((dep) => key[dep] !== change.on);
      }
      if (change.kind !== 'add_dependency' || change.node !== key[row]) continue;
      const all = this.#added.get(change.on) ?? [];
      const same = all.filter((other) => iteration[row] !== NONE && iteration[other] === iteration[row]);
      own = [...own, ...(same.length > 0 ? same : all)];
    }
    return own;
  }
}

function predictNodes(
  { structure, gone }: Plan,
  predicted: ReturnType<typeof predictSpans>,
  changes: readonly WhatIfChange[],
): NodeTable {
  const { nodes } = structure.graph.trace;
  const skipped = statusCode('skipped');
  const isGone = (row: number) => structure.entry[row] !== NONE && gone[structure.entry[row]] === 1;
  const { rowOf, rowOfTask } = predicted;
  const span = nodes.span.map((old, row) => {
    if (old < 0 || old >= rowOf.length || isGone(row)) return NONE;
    return structure.entry[row] < structure.taskCount ? rowOfTask[structure.entry[row]] : rowOf[old];
  });
  const status = nodes.status.map((old, row) => (isGone(row) ? skipped : old));
  const isRewired = changes.some(({ kind }) => kind === 'drop_dependency' || kind === 'add_dependency');
  if (!isRewired) return { ...nodes, span, status };
  const rewiring = new Rewiring(nodes, changes);
  const depOffsets = new Uint32Array(nodes.length + 1);
  const deps: number[] = [];
  for (let row = 0; row < nodes.length; row++) {
    for (const dep of rewiring.dependenciesOf(row)) deps.push(dep);
    depOffsets[row + 1] = deps.length;
  }
  return { ...nodes, span, status, depOffsets, deps: Uint32Array.from(deps) };
}

/** The annotations of spans that are still there, at their new times. */
function predictAnnotations(
  { annotations }: Trace,
  { rowOf, maps }: Pick<ReturnType<typeof predictSpans>, 'rowOf' | 'maps'>,
): AnnotationTable {
  const span: number[] = [];
  const time: number[] = [];
  const label: string[] = [];
  const type: string[] = [];
  const metadata = new Map<number, JsonObject>();
  for (let row = 0; row < annotations.length; row++) {
    const old = annotations.span[row];
    const map = maps[old];
    if (old < 0 || old >= rowOf.length || rowOf[old] === NONE || map === undefined) continue;
    const told = annotations.metadata.get(row);
    if (told !== undefined) metadata.set(span.length, told);
    span.push(rowOf[old]);
    time.push(map.start(annotations.time[row]));
    label.push(annotations.label[row]);
    type.push(annotations.type[row]);
  }
  return { length: span.length, span: Int32Array.from(span), time: Float64Array.from(time), label, type, metadata };
}

/**
 * What was simulated, as a trace of its own: every span where it would lie, the waits of the simulation with what they
 * were for in the place of the observed ones, and nodes that were taken out as skipped. It has no id: it is no execution
 * that ran. Analysed, its makespan is the predicted one.
 */
export function predictTrace(plan: Plan, simulated: Simulated, changes: readonly WhatIfChange[]): Trace {
  const { trace } = plan.structure.graph;
  const predicted = predictSpans(plan, simulated);
  const { startedAt } = trace.execution;
  const keepsLinks = (row: number) => row >= 0 && row < predicted.rowOf.length && predicted.rowOf[row] !== NONE;
  const links = [...trace.links.from.keys()].filter(
    (i) => keepsLinks(trace.links.from[i]) && keepsLinks(trace.links.to[i]),
  );
  return {
    execution: {
      ...trace.execution,
      id: null,
      externalId: null,
      endedAt: startedAt === null ? null : after(startedAt, asMicros(simulated.to)),
      recordedDuration: null,
      concurrency: Number.isFinite(plan.run) ? plan.run : null,
      eventCount: null,
    },
    nodes: predictNodes(plan, predicted, changes),
    spans: predicted.spans,
    annotations: predictAnnotations(trace, predicted),
    links: {
      from: Int32Array.from(links, (i) => predicted.rowOf[trace.links.from[i]]),
      to: Int32Array.from(links, (i) => predicted.rowOf[trace.links.to[i]]),
    },
    warnings: [],
  };
}

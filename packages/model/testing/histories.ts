import type { HistoryRun, NodeSummary } from '../src/analysis/history/run-summary.ts';
import { TraceAssembler } from '../src/trace/assemble.ts';
import type { Trace } from '../src/trace/trace.ts';
import { asMicros, toEpochMicros, type Micros } from '../src/units.ts';
import { Random } from './random.ts';

/** Where a simulated workflow gets slower. */
export interface SimulatedStep {
  /** The first run that is slower. */
  readonly at: number;
  /** 0.2 for 20%. */
  readonly size: number;
  /** Of the makespan, all of it made by one node; or of what one node takes, which is less of the makespan. */
  readonly of: 'makespan' | 'node';
  /** The run from which on it is over; never when absent. */
  readonly until?: number;
}

export interface HistoryPlan {
  readonly seed: number;
  readonly runs: number;
  /** The coefficient of variation of each node from run to run; 0.05 when absent. */
  readonly nodeNoise?: number;
  /** Of what all nodes of a run have in common (the machine's day); 0.02 when absent. */
  readonly runNoise?: number;
  readonly tails?: 'normal' | 'heavy';
  /** The share of runs in which one node takes 3 to 10 times as long; 0.02 when absent. */
  readonly outliers?: number;
  /** By how much each run is slower than the one before, as a share: 0.0005 for 5% in 100 runs. */
  readonly drift?: number;
  readonly step?: SimulatedStep;
}

/** What waits for what: two in a row, three side by side, two in a row. */
const GRAPH: readonly (readonly number[])[] = [[], [0], [1], [1], [1], [2, 3, 4], [5]];
const NODE_COUNT = GRAPH.length;
/** How long nodes wait before they run, on average, as a share of what they take. */
const QUEUE_SHARE = 0.01;

/** A history with what was done to it. */
export interface SimulatedHistory {
  readonly runs: readonly HistoryRun[];
  /** The id of the node that got slower. */
  readonly guilty: string;
}

export function idOf(node: number): string {
  return `node-${node}`;
}

/** When each node of a run ends, and which it waited for last. */
function schedule(work: readonly number[], queue: readonly number[]) {
  const end: number[] = [];
  const before: number[] = [];
  for (const [node, deps] of GRAPH.entries()) {
    let last = -1;
    for (const dep of deps) if (last === -1 || end[dep] > end[last]) last = dep;
    before.push(last);
    end.push((last === -1 ? 0 : end[last]) + queue[node] + work[node]);
  }
  return { end, before };
}

function nodesOf(work: readonly number[], queue: readonly number[]): { nodes: NodeSummary[]; makespan: number } {
  const { end, before } = schedule(work, queue);
  const onPath = new Set<number>();
  for (let node = NODE_COUNT - 1; node !== -1; node = before[node]) onPath.add(node);
  const nodes = GRAPH.map((_, node): NodeSummary => {
    const times = { work: asMicros(work[node]), queue: asMicros(queue[node]) };
    return {
      id: idOf(node),
      name: `Node ${node}`,
      type: 'task',
      count: 1,
      failed: 0,
      attempts: 1,
      from: asMicros(end[node] - work[node] - queue[node]),
      to: asMicros(end[node]),
      times,
      onPath: onPath.has(node) ? times : {},
    };
  });
  return { nodes, makespan: end[NODE_COUNT - 1] };
}

/** A completed run of some nodes. */
export function runOf(number: number, nodes: readonly NodeSummary[], makespan: number): HistoryRun {
  let work = 0;
  for (const node of nodes) work += node.times.work ?? 0;
  return {
    id: `run-${number}`,
    number,
    workflowVersion: 1,
    status: 'completed',
    startedAt: toEpochMicros(1_700_000_000_000_000 + number * 60_000_000),
    labels: {},
    summary: {
      makespan: asMicros(makespan),
      work: asMicros(work),
      span: asMicros(makespan),
      queueWait: asMicros(0),
      causes: { work: asMicros(makespan) },
      nodes,
      nodeCount: nodes.length,
    },
  };
}

/** What the guilty node takes more in a run, as a factor. */
function stepFactor(step: SimulatedStep | undefined, run: number, base: readonly number[], guilty: number): number {
  if (step === undefined || run < step.at || run >= (step.until ?? Infinity)) return 1;
  if (step.of === 'node') return 1 + step.size;
  const still = base.map(() => 0);
  const makespan = schedule(base, still).end[NODE_COUNT - 1];
  const without = schedule(base.with(guilty, 0), still).end[NODE_COUNT - 1];
  // What is beside it hides a part of the node; the rest of the makespan is what it adds to.
  const hidden = base[guilty] - (makespan - without);
  return (hidden + makespan - without + makespan * step.size) / base[guilty];
}

/** Simulates the runs of a workflow of seven nodes of 0.5 to 2 s; the same for the same plan. */
export function simulateHistory(plan: HistoryPlan): SimulatedHistory {
  const { nodeNoise = 0.05, runNoise = 0.02, tails = 'normal', outliers = 0.02, drift = 0, step } = plan;
  const random = new Random(plan.seed);
  const base = GRAPH.map(() => Math.round(500_000 * 4 ** random.uniform()));
  // One that holds the path: of those side by side, the longest.
  const sideBySide = [2, 3, 4].toSorted((a, b) => base[b] - base[a]);
  const guilty = [0, 1, sideBySide[0], 5, 6][random.below(5)];
  const noise = (): number => (tails === 'heavy' ? random.heavy() : random.normal());
  const runs = Array.from({ length: plan.runs }, (_, run) => {
    const common = runNoise * noise() + Math.log1p(drift) * run;
    const wild = random.uniform() < outliers ? random.below(NODE_COUNT) : -1;
    const wildness = 3 + 7 * random.uniform();
    const work = base.map((time, node) => {
      const factor = node === guilty ? stepFactor(step, run, base, guilty) : 1;
      return Math.round(time * factor * Math.exp(common + nodeNoise * noise()) * (node === wild ? wildness : 1));
    });
    const { nodes, makespan } = nodesOf(
      work,
      base.map((time) => Math.round(random.exponential(QUEUE_SHARE * time))),
    );
    return runOf(run, nodes, makespan);
  });
  return { runs, guilty: idOf(guilty) };
}

/** A simulated run as it is seen at a time after its start: what has ended, what runs, what is to come. */
export function traceAt({ summary }: HistoryRun, now: Micros): Trace {
  const assembler = new TraceAssembler({ status: 'running', sourceFormat: 'conductor', name: 'simulated' });
  const base = { type: 'task', iteration: null, parentKey: null } as const;
  for (const [node, { id, name, from, to, times }] of summary.nodes.entries()) {
    assembler.addNode({ ...base, key: id, name, dependsOn: GRAPH[node].map(idOf) });
    if (from > now) continue;
    const record = { nodeKey: id, iteration: null, track: null, metadata: null } as const;
    const queued = asMicros(from + (times.queue ?? 0));
    const seen = (start: Micros, end: Micros) =>
      end <= now
        ? { start, duration: asMicros(end - start), status: 'completed' as const }
        : { start, duration: null, status: 'running' as const };
    assembler.addSpan({ ...record, id, parentId: null, kind: 'node', name, ...seen(from, to) });
    if (queued > from) {
      assembler.addSpan({
        ...record,
        id: `${id}-queue`,
        parentId: id,
        kind: 'phase',
        name: 'queue_wait',
        ...seen(from, queued),
        metadata: { cause: 'pool', pool: 'small', limit: 2 },
      });
    }
  }
  return assembler.finish();
}

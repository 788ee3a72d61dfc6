import type { JsonObject } from '../../json.ts';
import { NONE } from '../../trace/trace.ts';
import { leafName } from '../leaf-graph.ts';
import { percentOf, type Findings, type InsightRule } from './insight.ts';
import { numberIn } from './requests.ts';

/** Less than this part of what was asked for is used. */
const LITTLE = 1 / 3;
/** Fewer tasks than this are no habit. */
const LEAST_TASKS = 3;
/** Below, what is asked for costs nobody anything: a GiB, and a processor. */
const LEAST_BYTES = 1024 ** 3;
const LEAST_CPUS = 2;

/** What tasks asked for and used of a resource, times how long they ran. */
interface Sum {
  readonly what: string;
  tasks: number;
  asked: number;
  used: number;
  worst: number;
  worstUnused: number;
}

/** What a task asked for and used at most of memory, in bytes. */
function memoryIn(metadata: JsonObject): readonly [number | null, number | null] {
  return [numberIn(metadata, 'memory'), numberIn(metadata, 'peak_rss')];
}

/** What a task asked for and used of processors. */
function processorsIn(metadata: JsonObject): readonly [number | null, number | null] {
  const asked = numberIn(metadata, 'cpus') ?? numberIn(metadata, 'cores');
  const percent = numberIn(metadata, 'pcpu') ?? numberIn(metadata, 'avg_cpu_percent');
  return [asked, percent === null ? null : percent / 100];
}

function sumUp({ graph }: Findings): Sum[] {
  const { leaves, trace } = graph;
  const memory: Sum = { what: 'memory', tasks: 0, asked: 0, used: 0, worst: NONE, worstUnused: 0 };
  const processors: Sum = { what: 'processors', tasks: 0, asked: 0, used: 0, worst: NONE, worstUnused: 0 };
  const add = (sum: Sum, leaf: number, [asked, used]: readonly [number | null, number | null], least: number) => {
    if (asked === null || used === null || asked < least) return;
    const time = leaves.run[leaf];
    sum.tasks++;
    sum.asked += asked * time;
    sum.used += Math.min(asked, used) * time;
    const unused = (asked - used) * time;
    if (unused <= sum.worstUnused) return;
    sum.worstUnused = unused;
    sum.worst = leaf;
  };
  for (const [row, metadata] of trace.spans.metadata) {
    const leaf = leaves.ofSpan[row] ?? NONE;
    if (leaf === NONE || leaves.span[leaf] !== row) continue;
    add(memory, leaf, memoryIn(metadata), LEAST_BYTES);
    add(processors, leaf, processorsIn(metadata), LEAST_CPUS);
  }
  return [memory, processors];
}

/** Tasks ask for much more memory or processors than they use, which others could have had meanwhile. */
export const overProvisioned: InsightRule = (findings) => {
  for (const { what, tasks, asked, used, worst } of sumUp(findings)) {
    if (tasks < LEAST_TASKS || used >= asked * LITTLE || worst === NONE) continue;
    const percent = percentOf(used, asked);
    const name = leafName(findings.graph, worst);
    return {
      rule: 'over_provisioned',
      severity: 'low',
      title: `${tasks} tasks use ${percent}% of the ${what} that they ask for`,
      advice: `Ask for less ${what}, for "${name}" first of all, so that more tasks run at once or the run costs less.`,
      gain: null,
      evidence: { resource: what, tasks, percent_used: percent, worst_name: name },
    };
  }
  return null;
};

import type { JsonObject } from '../json.ts';
import { CAUSES, type Cause } from '../trace/phases.ts';
import { KIND, type SpanTable } from '../trace/trace.ts';
import { asMicros, type Micros } from '../units.ts';
import type { Accounting } from './accounting.ts';
import { LoopWaits } from './between-leaves.ts';
import { causeOf } from './causes.ts';
import type { LeafGraph } from './leaf-graph.ts';
import type { PhaseTable } from './phase-table.ts';
import { loopReason, waitReasonOf, type WaitReason } from './wait-reasons.ts';

/** All waits of an execution for one thing. */
export interface WaitFinding {
  readonly cause: Cause;
  /** Null where the source does not tell. */
  readonly reason: WaitReason | null;
  readonly count: number;
  readonly total: Micros;
  /** The part that held the critical path. */
  readonly critical: Micros;
}

interface Sum {
  readonly cause: Cause;
  readonly reason: WaitReason | null;
  count: number;
  total: number;
  critical: number;
}

/** Sums waits by what they were for. Which node released another is not told apart: there are too many. */
class Sums {
  readonly #byKey = new Map<string, Sum>();
  /** By the code of the phase's name and its metadata, which an engine often shares between spans. */
  readonly #byMetadata = new Map<number, Map<JsonObject | undefined, Sum>>();
  readonly #spans: SpanTable;
  readonly #phases: PhaseTable;

  constructor(spans: SpanTable, phases: PhaseTable) {
    this.#spans = spans;
    this.#phases = phases;
  }

  ofPhase(row: number): Sum {
    const name = this.#spans.name[row];
    const metadata = this.#spans.metadata.get(row);
    const ofName = this.#byMetadata.get(name) ?? new Map<JsonObject | undefined, Sum>();
    this.#byMetadata.set(name, ofName);
    let sum = ofName.get(metadata);
    if (sum === undefined) {
      sum = this.of(causeOf(this.#phases.cause[name]), waitReasonOf(this.#spans, row));
      ofName.set(metadata, sum);
    }
    return sum;
  }

  of(cause: Cause, told: WaitReason | null): Sum {
    const reason = told?.kind === 'dependency' ? { ...told, name: null } : told;
    const key = reason === null ? cause : `${cause} ${reason.kind} ${reason.limit} ${reason.name}`;
    let sum = this.#byKey.get(key);
    if (sum === undefined) {
      sum = { cause, reason, count: 0, total: 0, critical: 0 };
      this.#byKey.set(key, sum);
    }
    return sum;
  }

  list(): WaitFinding[] {
    const found = [...this.#byKey.values()];
    found.sort((a, b) => b.critical - a.critical || b.total - a.total || b.count - a.count);
    return found.map((sum) => ({ ...sum, total: asMicros(sum.total), critical: asMicros(sum.critical) }));
  }
}

/** Whether a cause is a wait for something that others hold, or for a time. */
function isWait(cause: Cause): boolean {
  return cause === 'queue' || cause === 'rate_limit' || cause === 'retry_backoff';
}

/**
 * What the nodes of an execution waited for: queues, rate limits and the waits between attempts, summed by what the
 * waits were for. What held the critical path longest comes first.
 */
export function findWaits(graph: LeafGraph, accounting: Accounting): WaitFinding[] {
  const { spans, nodes } = graph.trace;
  const { kind, name, start } = spans;
  const { cause: causes } = graph.phases;
  const sums = new Sums(spans, graph.phases);
  const isCounted = CAUSES.map(isWait);
  for (let row = 0; row < spans.length; row++) {
    if (kind[row] !== KIND.phase || !isCounted[causes[name[row]]]) continue;
    const sum = sums.ofPhase(row);
    sum.count++;
    sum.total += graph.ends[row] - start[row];
  }
  const loops = new LoopWaits(graph);
  for (let node = 0; node < nodes.length; node++) {
    const wait = loops.waitOf(node);
    if (wait === 0) continue;
    const sum = sums.of('queue', loopReason(nodes, graph.containerOf[node]));
    sum.count++;
    sum.total += wait;
  }
  for (const { cause, reason, fromUs, toUs } of accounting.segments) {
    if (isWait(cause)) sums.of(cause, reason).critical += toUs - fromUs;
  }
  return sums.list();
}

import { KIND, NONE, type Trace } from '@flowprof/model';
import type { NodeDefinition } from '../../index.ts';
import { everyDefinition } from '../definitions.ts';
import type { Simulated } from '../facts.ts';
import type { World } from '../world.ts';
import type { Report } from './report.ts';
import { instanceOf } from './states.ts';

/** A leaf that has been started: when it was ready, when it left the queue, and how urgent it was. */
interface Start {
  readonly row: number;
  readonly ready: number;
  readonly started: number;
  readonly priority: number;
}

function localId(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1).replace(/\.item$/, '');
}

/** The priority of an instance: its own, or that of the nearest node around it that has one. */
function priorityOf({ nodes }: Trace, row: number, definitions: ReadonlyMap<string, NodeDefinition>): number {
  for (let at = row; at !== NONE; at = nodes.parent[at] ?? NONE) {
    const priority = definitions.get(localId(nodes.key[at] ?? ''))?.priority;
    if (priority !== undefined) return priority;
  }
  return 0;
}

function startsOf(trace: Trace, definitions: ReadonlyMap<string, NodeDefinition>): Start[] {
  const { spans } = trace;
  const queue = spans.names.indexOf('queue_wait');
  const starts: Start[] = [];
  for (let row = 0; row < spans.length; row++) {
    if (spans.name[row] !== queue || spans.kind[row] !== KIND.phase) continue;
    const node = spans.node[row] ?? NONE;
    const ready = spans.start[row] ?? 0;
    const started = ready + (spans.duration[row] ?? 0);
    starts.push({ row: node, ready, started, priority: priorityOf(trace, node, definitions) });
  }
  return starts;
}

/** Where only the run's own limit holds nodes up, none starts while a more urgent one is ready and waits on. */
export function checkPriorities(world: World, { result, sinkRefused }: Simulated, report: Report): void {
  const definitions = everyDefinition(world);
  const hasLimits = [...definitions.values()].some(
    ({ pool, rateLimit }) => pool !== undefined || rateLimit !== undefined,
  );
  if (hasLimits || world.definition.typeConcurrency !== undefined || sinkRefused) return;
  const starts = startsOf(result.recording, definitions);
  for (const one of starts) {
    const overtaken = starts.find(
      (other) => other.priority > one.priority && other.ready < one.started && other.started > one.started,
    );
    if (overtaken) {
      const names = [overtaken.row, one.row].map((row) => instanceOf(result.recording, row));
      report.add(`${names[0]} waits for its turn while ${names[1]} is started, which is less urgent`);
    }
  }
}

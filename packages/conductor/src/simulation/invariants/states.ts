import { isTerminal, NONE, statusOf, type Status, type Trace } from '@flowprof/model';
import type { Simulated } from '../facts.ts';
import type { Report } from './report.ts';

/** The name of an instance in messages. */
export function instanceOf({ nodes }: Trace, row: number): string {
  const iteration = nodes.iteration[row] ?? NONE;
  return `${nodes.key[row] ?? '?'}${iteration === NONE ? '' : `#${iteration}`}`;
}

/** Every instance has a final state that agrees with its span, and the run's agrees with theirs. */
export function checkStates({ result }: Simulated, report: Report): void {
  const { recording } = result;
  const { nodes, spans } = recording;
  for (let row = 0; row < nodes.length; row++) {
    const status = statusOf(nodes.status[row] ?? 0);
    const span = nodes.span[row] ?? NONE;
    if (!isTerminal(status)) report.add(`${instanceOf(recording, row)} has ended as ${status}`);
    if (span === NONE && !['skipped', 'cancelled'].includes(status)) {
      report.add(`${instanceOf(recording, row)} is ${status} without a span`);
    }
    if (span !== NONE && statusOf(spans.status[span] ?? 0) !== status) {
      report.add(`${instanceOf(recording, row)} is ${status}, its span ${statusOf(spans.status[span] ?? 0)}`);
    }
    const parent = nodes.parent[row] ?? NONE;
    const container = statusOf(nodes.status[parent] ?? 0);
    if (parent !== NONE && nodes.span[parent] === NONE && !['skipped', 'cancelled'].includes(status)) {
      report.add(`${instanceOf(recording, row)} is ${status} in a container that never started (${container})`);
    }
  }
  if (result.status !== recording.execution.status) report.add(`the run is ${result.status} and its recording is not`);
  if (result.success !== (result.status === 'completed')) report.add('success does not agree with the status');
  if (result.success && result.error !== undefined) report.add('a run that has completed has an error');
  if (!result.success && result.error === undefined) report.add(`a run that is ${result.status} has no error`);
}

/** Which states may follow which; a node that was interrupted runs again. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  pending: ['running', 'skipped', 'cancelled', 'failed', 'timeout', 'completed'],
  running: ['running', 'completed', 'failed', 'cancelled', 'timeout', 'skipped'],
  completed: [],
  failed: [],
  cancelled: [],
  timeout: [],
  skipped: [],
};

/** The sink is told of legal changes only, at times that never run backwards within a life. */
export function checkTransitions({ events, lives }: Simulated, report: Report): void {
  const starts = new Set(lives.map((life) => life.firstEvent));
  let known = new Map<string, Status>();
  let latest = 0;
  for (const [i, event] of events.entries()) {
    if (starts.has(i)) {
      known = new Map();
      latest = 0;
    }
    if (event.type !== 'node_state') continue;
    const { nodeKey, iteration, status, at } = event.state;
    const id = `${nodeKey}#${iteration}`;
    const before = known.get(id) ?? 'pending';
    if (!NEXT[before].includes(status)) report.add(`${id} goes from ${before} to ${status}`);
    if (before === 'running' && status === 'running') report.add(`${id} starts twice in one life`);
    if (at < latest) report.add(`${id} becomes ${status} at ${at}, after something at ${latest}`);
    latest = at;
    known.set(id, status);
  }
}

/** No node starts before everything that it depends on has ended; a dependency that failed lets nothing start. */
export function checkOrder({ result: { recording } }: Simulated, report: Report): void {
  const { nodes, spans } = recording;
  for (let row = 0; row < nodes.length; row++) {
    const status = statusOf(nodes.status[row] ?? 0);
    const dependencies = nodes.deps.subarray(nodes.depOffsets[row], nodes.depOffsets[row + 1]);
    const states = [...dependencies].map((dep) => statusOf(nodes.status[dep] ?? 0));
    if (
      states.length > 0 &&
      states.every((state) => state === 'skipped') &&
      !['skipped', 'cancelled'].includes(status)
    ) {
      report.add(`${instanceOf(recording, row)} is ${status} although all it depends on was skipped`);
    }
    const span = nodes.span[row] ?? NONE;
    if (span === NONE) continue;
    for (const dep of dependencies) {
      const other = nodes.span[dep] ?? NONE;
      if (other === NONE) continue;
      const end = (spans.start[other] ?? 0) + (spans.duration[other] ?? 0);
      if ((spans.start[span] ?? 0) < end) {
        report.add(`${instanceOf(recording, row)} is ready before ${instanceOf(recording, dep)} has ended`);
      }
    }
  }
}

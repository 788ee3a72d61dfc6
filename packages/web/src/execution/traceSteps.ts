import { isoFromEpoch, KIND, NONE, statusOf, after, asMicros, OPEN, type Trace } from '@flowprof/model';
import type { Step } from '../api/types.ts';
import { errorText } from './spanValues.ts';

/** How many attempts were made of each node. */
function attemptsOf({ nodes, spans }: Trace): Uint32Array {
  const attempts = new Uint32Array(nodes.length);
  for (let row = 0; row < spans.length; row++) {
    const node = spans.node[row] ?? NONE;
    if (node !== NONE && spans.kind[row] === KIND.attempt) attempts[node] = (attempts[node] ?? 0) + 1;
  }
  return attempts;
}

/** The nodes of a trace as the timeline lists them. What went in and came out is not in a trace. */
export function stepsOfTrace(trace: Trace): readonly Step[] {
  const { execution, nodes, spans } = trace;
  const attempts = attemptsOf(trace);
  const moment = (time: number | undefined) =>
    execution.startedAt === null || time === undefined
      ? null
      : Date.parse(isoFromEpoch(after(execution.startedAt, asMicros(time))));
  return Array.from({ length: nodes.length }, (_, row): Step => {
    const span = nodes.span[row] ?? NONE;
    const iteration = nodes.iteration[row] ?? NONE;
    const start = spans.start[span];
    const duration = spans.duration[span];
    const ended = start === undefined || duration === undefined || duration === OPEN ? null : duration;
    return {
      id: nodes.key[row] ?? '',
      iteration: iteration === NONE ? null : iteration,
      name: nodes.name[row] ?? '',
      order: row + 1,
      status: statusOf(nodes.status[row] ?? 0),
      startedAt: moment(start),
      completedAt: ended === null ? null : moment((start ?? 0) + ended),
      durationSeconds: ended === null ? null : ended / 1e6,
      retryCount: Math.max(0, (attempts[row] ?? 0) - 1),
      error: errorText(spans.metadata.get(span)?.['error']),
      input: null,
      output: null,
    };
  });
}

import { isFailure, KIND, NONE, spanLabelAt, statusOf, type Trace } from '@flowprof/model';
import { errorText } from './spanValues.ts';

/** The span to look at first in a failed run, and what is known of the reason. */
export interface Failure {
  readonly row: number;
  readonly nodeName: string | null;
  readonly message: string | null;
}

/** The failed node without a failed one after it in the same branch: the one that the error names, else the first. */
function failedRow(trace: Trace): number {
  const { nodes, spans } = trace;
  const named = trace.execution.error?.nodeKey;
  if (named !== undefined) {
    // Of a node in a loop, the instance that failed.
    const isNamed = (key: string, row: number) => key === named && isFailure(statusOf(nodes.status[row] ?? 0));
    const failed = nodes.key.findIndex(isNamed);
    const row = nodes.span[failed === -1 ? nodes.key.indexOf(named) : failed] ?? NONE;
    if (row !== NONE) return row;
  }
  let found: number = NONE;
  for (let row = 0; row < spans.length; row++) {
    if (spans.kind[row] !== KIND.node || !isFailure(statusOf(spans.status[row] ?? 0))) continue;
    // A group fails because of what is inside it, which starts later than it.
    if (found === NONE || spans.parent[row] === found) found = row;
  }
  return found;
}

function nameOfFailure(trace: Trace, row: number): string | null {
  const { error, status } = trace.execution;
  // What ran when the time of the whole run was over is not to blame.
  if (status === 'timeout' && error?.nodeKey === undefined) return null;
  return row === NONE ? (error?.nodeKey ?? null) : spanLabelAt(trace, row);
}

/** Why an execution failed; null when it did not. */
export function failureOf(trace: Trace): Failure | null {
  if (!isFailure(trace.execution.status)) return null;
  const row = failedRow(trace);
  const own = row === NONE ? null : errorText(trace.spans.metadata.get(row)?.['error']);
  return {
    row,
    nodeName: nameOfFailure(trace, row),
    message: trace.execution.error?.message ?? own,
  };
}

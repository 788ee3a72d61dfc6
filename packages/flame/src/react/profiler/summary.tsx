import type { ReactNode } from 'react';
import type { Cost, WorkflowRunProfile } from '../../profiler/types.ts';
import { durationText, momentText, statusWord } from './words.ts';

/** An amount of money, to four figures. */
function money({ total, currency }: Cost): string {
  return total === null ? 'unknown' : `${Number(total.toPrecision(4))} ${currency ?? ''}`.trim();
}

/** How long a run took, of how many nodes, and how it ended. */
export function Summary({
  profile,
  cost,
}: {
  readonly profile: WorkflowRunProfile;
  readonly cost: Cost | null;
}): ReactNode {
  const { totalDuration, nodeCount, status, startTime, droppedNodes } = profile;
  return (
    <section className="flowprof-profiler-part flowprof-profiler-wide">
      <h3>Execution summary</h3>
      <dl className="flowprof-profiler-facts">
        <div>
          <dt>Total duration</dt>
          <dd className="flowprof-profiler-large">{durationText(totalDuration)}</dd>
        </div>
        <div>
          <dt>Nodes</dt>
          <dd className="flowprof-profiler-large">{nodeCount}</dd>
        </div>
        <div>
          <dt>Status</dt>
          <dd className="flowprof-profiler-large" data-status={status}>
            {statusWord(status)}
          </dd>
        </div>
        {cost !== null && (
          <div>
            <dt>Cost</dt>
            <dd className="flowprof-profiler-large">{money(cost)}</dd>
          </div>
        )}
        <div>
          <dt>Started</dt>
          <dd>
            <time dateTime={new Date(startTime).toISOString()}>{momentText(startTime)}</time>
          </dd>
        </div>
      </dl>
      {droppedNodes > 0 && (
        <p className="flowprof-profiler-note">
          {droppedNodes} more nodes ran than one recording keeps; what is said below leaves them out.
        </p>
      )}
    </section>
  );
}

import { formatDuration } from '@flowprof/flame';
import type { Insight } from '@flowprof/model';
import { formatPercent } from '../format/duration.ts';

interface InsightsProps {
  readonly insights: readonly Insight[];
  /** Microseconds. */
  readonly makespan: number;
}

/** What is worth a change, the most rewarding first. */
export function Insights({ insights, makespan }: InsightsProps) {
  if (insights.length === 0) {
    return (
      <div className="state">
        <h2>Nothing stands out</h2>
        <p>No rule found time in this execution that would be easy to save.</p>
      </div>
    );
  }
  return (
    <ul className="insights">
      {insights.map((insight) => (
        <li key={`${insight.rule} ${insight.title}`} className={`insight insight-${insight.severity}`}>
          <span className="tag">{insight.severity}</span>
          <div>
            <h3>{insight.title}</h3>
            <p>{insight.advice}</p>
          </div>
          {insight.gain !== null && (
            <span className="insight-gain">
              up to {formatDuration(insight.gain)}
              <span className="muted"> · {formatPercent(insight.gain, makespan)}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

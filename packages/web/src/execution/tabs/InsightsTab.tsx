import { formatDuration } from '@flowprof/flame';
import { NONE } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { formatPercent } from '../../format/duration.ts';
import { rowOfInsight } from '../evidence.ts';
import type { TabProps } from './tab.ts';

interface InsightGainProps {
  readonly gain: number;
  readonly makespan: number;
}

function InsightGain({ gain, makespan }: InsightGainProps) {
  return (
    <span className="insight-gain">
      saves up to {formatDuration(gain)}
      <span className="muted"> · {formatPercent(gain, makespan)}</span>
    </span>
  );
}

/** What is worth a change, the most rewarding first. */
export function InsightsTab({ trace, analysis, onShow }: TabProps) {
  const insights = analysis?.insights ?? [];
  const makespan = analysis?.makespan ?? 0;
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
          <div className="insight-side">
            {insight.gain !== null && <InsightGain gain={insight.gain} makespan={makespan} />}
            {trace && rowOfInsight(trace, insight) !== NONE && (
              <Button
                className="button button-small"
                aria-label={`Show in the chart: ${insight.title}`}
                onPress={() => onShow(rowOfInsight(trace, insight))}
              >
                Show in the chart
              </Button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

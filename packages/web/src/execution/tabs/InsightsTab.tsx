import { formatDuration } from '@flowprof/flame';
import { NONE, type Insight, type Trace } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { formatPercent } from '../../format/duration.ts';
import { rowOfInsight } from '../evidence.ts';
import { factsOf, groupInsights, stretchOf } from '../insightGroups.ts';
import type { TabProps } from './tab.ts';

function Gain({ gain, makespan }: { readonly gain: number; readonly makespan: number }) {
  return (
    <span className="insight-gain">
      saves up to {formatDuration(gain)}
      <span className="muted"> · {formatPercent(gain, makespan)}</span>
    </span>
  );
}

interface CardProps {
  readonly insight: Insight;
  readonly trace: Trace;
  /** Microseconds. */
  readonly makespan: number;
  readonly onShow: (row: number) => void;
  readonly onStretch: (start: number, end: number) => void;
}

/** What to do, why, and where to see it. */
function Card({ insight, trace, makespan, onShow, onStretch }: CardProps) {
  const { title, advice, gain, severity } = insight;
  const row = rowOfInsight(trace, insight);
  const stretch = stretchOf(insight);
  const facts = factsOf(insight);
  return (
    <li className={`insight insight-${severity}`}>
      <span className="tag">{severity}</span>
      <div>
        <h3>{advice}</h3>
        <p>{title}.</p>
        {facts.length > 0 && (
          <dl className="insight-facts">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <div className="insight-side">
        {gain !== null && <Gain gain={gain} makespan={makespan} />}
        {row !== NONE && (
          <Button
            className="button button-small"
            aria-label={`Show in the chart: ${title}`}
            onPress={() => onShow(row)}
          >
            Show in the chart
          </Button>
        )}
        {stretch && (
          <Button
            className="button button-small"
            aria-label={`Show that time: ${title}`}
            onPress={() => onStretch(stretch.start, stretch.end)}
          >
            Show that time
          </Button>
        )}
      </div>
    </li>
  );
}

/** What is worth a change, the most rewarding first. */
export function InsightsTab({ trace, analysis, address, onShow }: TabProps) {
  if (!trace || !analysis) return <output className="skeleton skeleton-chart" aria-label="Loading the insights" />;
  const { insights } = analysis;
  const makespan = analysis.makespan ?? 0;
  if (insights.length === 0) {
    return (
      <div className="state">
        <h2>Nothing stands out</h2>
        <p>No rule found time in this execution that would be easy to save.</p>
      </div>
    );
  }
  const showStretch = (start: number, end: number) => {
    const around = (end - start) / 4;
    address.setView({ start: start - around, end: end + around, scrollTop: 0 });
    address.change({ tab: 'flame', range: { start, end } });
  };
  return (
    <div className="insight-groups">
      {groupInsights(insights).map((group) => (
        <section key={group.title} aria-label={group.title}>
          <h2>
            {group.title} <span className="muted">{group.says}</span>
          </h2>
          <ul className="insights">
            {group.insights.map((insight) => (
              <Card
                key={`${insight.rule} ${insight.title}`}
                insight={insight}
                trace={trace}
                makespan={makespan}
                onShow={onShow}
                onStretch={showStretch}
              />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

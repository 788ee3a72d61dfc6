import { formatDuration } from '@flowprof/flame';
import { NONE, type Bottleneck, type Insight, type Trace } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { formatPercent } from '../format/duration.ts';
import type { PageAnalysis } from './analysis.ts';
import { rowOfInsight } from './evidence.ts';
import { rowOfSpanId } from './spanIds.ts';

const MOST_HOLDERS = 5;
const MOST_INSIGHTS = 3;

interface StandoutsProps {
  readonly trace: Trace;
  readonly analysis: PageAnalysis;
  readonly onShow: (row: number) => void;
}

function Holder({
  of,
  makespan,
  onShow,
}: {
  readonly of: Bottleneck;
  readonly makespan: number;
  readonly onShow: () => void;
}) {
  return (
    <li className="holder">
      <Button className="link-button" onPress={onShow}>
        <bdi>{of.name}</bdi>
      </Button>
      <svg className="holder-bar" aria-hidden="true" focusable="false">
        <rect className="holder-track" width="100%" height="100%" rx="2" />
        <rect
          className="holder-fill"
          width={`${Math.min(100, (of.critical / makespan) * 100)}%`}
          height="100%"
          rx="2"
        />
      </svg>
      <span className="holder-time">{formatDuration(of.critical)}</span>
      <span className="muted holder-share">{formatPercent(of.critical, makespan)}</span>
    </li>
  );
}

function Finding({ insight, onShow }: { readonly insight: Insight; readonly onShow: (() => void) | null }) {
  return (
    <li className={`finding insight-${insight.severity}`}>
      {onShow ? (
        <Button className="link-button" onPress={onShow}>
          {insight.title}
        </Button>
      ) : (
        insight.title
      )}
      <p>{insight.advice}</p>
    </li>
  );
}

/** Below a chart that leaves room: what held the critical path longest, and what is worth a change. */
export function Standouts({ trace, analysis, onShow }: StandoutsProps) {
  const { insights, makespan } = analysis;
  const holders = analysis.bottlenecks.filter((node) => node.critical > 0).slice(0, MOST_HOLDERS);
  if (makespan === null || makespan <= 0 || holders.length === 0) return null;
  return (
    <div className="standouts">
      <div className="standouts-columns">
        <section aria-label="On the critical path">
          <h2>On the critical path</h2>
          <ul>
            {holders.map((node) => (
              <Holder
                key={node.id}
                of={node}
                makespan={makespan}
                onShow={() => onShow(rowOfSpanId(trace.spans, node.spanId))}
              />
            ))}
          </ul>
        </section>
        {insights.length > 0 && (
          <section aria-label="Worth a look">
            <h2>Worth a look</h2>
            <ul>
              {insights.slice(0, MOST_INSIGHTS).map((insight) => {
                const row = rowOfInsight(trace, insight);
                return (
                  <Finding
                    key={`${insight.rule} ${insight.title}`}
                    insight={insight}
                    onShow={row === NONE ? null : () => onShow(row)}
                  />
                );
              })}
            </ul>
          </section>
        )}
      </div>
    </div>
  );
}

import type { ReactNode } from 'react';
import type {
  BaselineComparison,
  BottleneckAnalysis,
  ParallelizationAnalysis,
  PerformanceInsight,
} from '../../profiler/types.ts';
import { Bar } from './bar.tsx';
import { differenceText, durationText, percentText } from './words.ts';

/** How many parts of a comparison and of a path are shown. */
const MOST_PARTS = 8;
const MOST_ON_PATH = 12;

/** The nodes that most of the time goes to. */
export function Bottlenecks({ items }: { readonly items: readonly BottleneckAnalysis[] }): ReactNode {
  if (items.length === 0) return null;
  return (
    <section className="flowprof-profiler-part">
      <h3>Bottlenecks</h3>
      <ol className="flowprof-profiler-list">
        {items.map(({ nodeId, nodeName, duration, percentageOfTotal, percentageOfCriticalPath, possibleGain }) => (
          <li key={nodeId}>
            <div className="flowprof-profiler-head">
              <strong>
                <bdi>{nodeName}</bdi>
              </strong>
              <span className="flowprof-profiler-number">{percentText(percentageOfTotal)}</span>
            </div>
            <Bar whole={100} value={percentageOfTotal} />
            <p className="flowprof-profiler-note">
              {durationText(duration)} in all.{' '}
              {percentageOfCriticalPath > 0
                ? `It holds the critical path for ${percentText(percentageOfCriticalPath)} of the run.`
                : 'It holds nothing up: others take longer beside it.'}
              {possibleGain !== null &&
                possibleGain > 0 &&
                ` Without it the run ends ${durationText(possibleGain)} sooner.`}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function CriticalPath({ path }: { readonly path: ParallelizationAnalysis['criticalPath'] }): ReactNode {
  if (path.length < 2) return null;
  return (
    <>
      <h4>Critical path</h4>
      <ol className="flowprof-profiler-path">
        {path.slice(0, MOST_ON_PATH).map(({ nodeId, nodeName }, at) => (
          // A node of a loop is on the path several times.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={`${at} ${nodeId}`}>
            <bdi>{nodeName}</bdi>
          </li>
        ))}
        {path.length > MOST_ON_PATH && <li>{path.length - MOST_ON_PATH} more</li>}
      </ol>
    </>
  );
}

function efficiencySentence({ efficiency, makespan, theoreticalMinimum }: ParallelizationAnalysis): string {
  if (efficiency === null) return 'Nothing took any time.';
  if (efficiency > 99.5)
    return 'The run took no longer than its longest chain of nodes: only a shorter chain makes it faster.';
  return `Without any waits, and with workers enough, it could end ${durationText(makespan - theoreticalMinimum)} sooner.`;
}

/** How much ran at once, and how much could have. */
export function Parallelisation({ analysis }: { readonly analysis: ParallelizationAnalysis | null }): ReactNode {
  if (analysis === null) return null;
  const { efficiency, theoreticalMinimum, makespan, parallelism, peakConcurrency, utilisation } = analysis;
  return (
    <section className="flowprof-profiler-part">
      <h3>Parallelisation</h3>
      <dl className="flowprof-profiler-facts">
        <div>
          <dt>Efficiency</dt>
          <dd className="flowprof-profiler-large">{efficiency === null ? '–' : percentText(efficiency)}</dd>
        </div>
        <div>
          <dt>Theoretical minimum</dt>
          <dd className="flowprof-profiler-large">{durationText(theoreticalMinimum)}</dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>{durationText(makespan)}</dd>
        </div>
        <div>
          <dt>At once, at most</dt>
          <dd>{peakConcurrency}</dd>
        </div>
        {parallelism !== null && (
          <div>
            <dt>Parallelism</dt>
            <dd>{parallelism.toFixed(2)}</dd>
          </div>
        )}
        {utilisation !== null && (
          <div>
            <dt>Utilisation</dt>
            <dd>{percentText(utilisation)}</dd>
          </div>
        )}
      </dl>
      {efficiency !== null && <Bar whole={100} value={efficiency} />}
      <p className="flowprof-profiler-note">
        {analysis.dependenciesKnown
          ? efficiencySentence(analysis)
          : 'Nothing tells which node waits for which, so the minimum is that of the longest node alone.'}
      </p>
      {analysis.serialised.length > 0 && (
        <>
          <h4>One after the other for no reason</h4>
          <ul className="flowprof-profiler-list">
            {analysis.serialised.map(({ nodeId, nodeName, afterNodeName, cost }) => (
              <li key={nodeId}>
                <strong>
                  <bdi>{nodeName}</bdi>
                </strong>{' '}
                starts when <bdi>{afterNodeName}</bdi> ends, without depending on it. Costs {durationText(cost)}.
              </li>
            ))}
          </ul>
        </>
      )}
      <CriticalPath path={analysis.criticalPath} />
    </section>
  );
}

const TYPE_WORDS: Readonly<Record<PerformanceInsight['type'], string>> = {
  regression: 'Regression',
  optimization: 'Could be faster',
  threshold: 'Threshold',
};

/** What is worth a change. */
export function Insights({ items }: { readonly items: readonly PerformanceInsight[] }): ReactNode {
  return (
    <section className="flowprof-profiler-part">
      <h3>Insights</h3>
      {items.length === 0 && <p className="flowprof-profiler-note">Nothing stands out in this run.</p>}
      <ul className="flowprof-profiler-list">
        {items.map(({ type, severity, rule, title, message, gain }) => (
          <li key={rule + message} className="flowprof-profiler-insight" data-severity={severity}>
            <p className="flowprof-profiler-note">
              <span className="flowprof-profiler-badge">{TYPE_WORDS[type]}</span> {severity}
              {gain !== null && gain > 0 && `, up to ${durationText(gain)}`}
            </p>
            <strong>
              <bdi>{title}</bdi>
            </strong>
            <p>
              <bdi>{message}</bdi>
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A run against its baseline, in parts that add up to the difference. */
export function Comparison({ comparison }: { readonly comparison: BaselineComparison | null }): ReactNode {
  if (comparison === null) return null;
  const { summary, parts, difference, differencePercentage, before, after } = comparison;
  const changed = parts.filter((part) => part.difference !== 0);
  const shown = changed.slice(0, MOST_PARTS);
  const rest = changed.slice(MOST_PARTS).reduce((sum, part) => sum + part.difference, 0);
  return (
    <section className="flowprof-profiler-part flowprof-profiler-wide">
      <h3>Against the baseline</h3>
      <p>
        <bdi>{summary}</bdi>
      </p>
      <table className="flowprof-profiler-table">
        <caption className="flowprof-profiler-hidden">What makes the difference from the baseline, by node</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col" className="flowprof-profiler-number">
              Baseline
            </th>
            <th scope="col" className="flowprof-profiler-number">
              This run
            </th>
            <th scope="col" className="flowprof-profiler-number">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((part) => (
            <tr key={`${part.nodeId} ${part.name}`}>
              <th scope="row">
                <bdi>{part.name}</bdi>
              </th>
              <td className="flowprof-profiler-number">{durationText(part.before)}</td>
              <td className="flowprof-profiler-number">{durationText(part.after)}</td>
              <td className="flowprof-profiler-number">{differenceText(part.difference)}</td>
            </tr>
          ))}
          {changed.length > shown.length && (
            <tr>
              <th scope="row">{changed.length - shown.length} others</th>
              <td colSpan={3} className="flowprof-profiler-number">
                {differenceText(Math.round(rest * 1000) / 1000)}
              </td>
            </tr>
          )}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">The whole run</th>
            <td className="flowprof-profiler-number">{durationText(before)}</td>
            <td className="flowprof-profiler-number">{durationText(after)}</td>
            <td className="flowprof-profiler-number">
              {differenceText(difference)}
              {differencePercentage !== null && ` (${percentText(differencePercentage)})`}
            </td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

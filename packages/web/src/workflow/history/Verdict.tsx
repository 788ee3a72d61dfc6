import { Link } from 'react-router';
import { Icon, type IconName } from '../../components/Icon.tsx';
import { AttributionTable } from './AttributionTable.tsx';
import type { Regression, Verdict as VerdictOf } from './types.ts';
import { runLabel, verdictWords } from './words.ts';

const LOOKS: Readonly<Record<VerdictOf, readonly [icon: IconName, className: string]>> = {
  slower: ['warning', 'verdict-slower'],
  suspect: ['warning', 'verdict-suspect'],
  faster: ['check', 'verdict-faster'],
  unchanged: ['check', 'verdict-unchanged'],
  unknown: ['help', 'verdict-unknown'],
};

/** Holds the place of a verdict while it is worked out, so that what stands below it stays where it is. */
export function VerdictToCome() {
  return (
    <output className="verdict verdict-text" aria-label="Whether it got slower is being worked out">
      <span className="verdict-line">
        <span className="skeleton skeleton-short" />
      </span>
      <span className="verdict-line">
        <span className="skeleton skeleton-long" />
      </span>
    </output>
  );
}

/** Whether the newest runs are slower than others, and what made the difference. */
export function Verdict({ regression }: { readonly regression: Regression }) {
  const { verdict, attribution, firstBadRun } = regression;
  const { title, says } = verdictWords(regression);
  const [icon, className] = LOOKS[verdict];
  const isNews = verdict === 'slower' || verdict === 'faster' || verdict === 'suspect';
  return (
    <section className={`verdict ${className}`} aria-labelledby="verdict-title">
      <div className="verdict-text">
        <h2 id="verdict-title">
          <Icon name={icon} />
          {title}
        </h2>
        <p>
          {says}
          {verdict === 'slower' && firstBadRun && (
            <>
              {' '}
              It began with{' '}
              <Link to={`/executions/${encodeURIComponent(firstBadRun.id)}`}>{runLabel(firstBadRun)}</Link>.
            </>
          )}
        </p>
      </div>
      {isNews && attribution && attribution.nodes.length > 0 && <AttributionTable attribution={attribution} />}
    </section>
  );
}

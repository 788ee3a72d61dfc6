import { formatDuration } from '@flowprof/flame';
import { Icon } from '../components/Icon.tsx';
import { words } from '../format/value.ts';
import type { Holder, PathStep, Prediction, Spread, State } from './types.ts';

function ms(value: number): string {
  return formatDuration(value * 1000);
}

/** How the difference is told: in words and by a sign, not by colour alone. */
function Difference({ prediction }: { readonly prediction: Prediction }) {
  const { difference, differencePercent } = prediction;
  const percent = differencePercent === null ? '' : ` (${Math.abs(differencePercent).toFixed(1)}%)`;
  if (Math.abs(difference) < 0.0005) return <p className="what-if-verdict">As long as it was.</p>;
  const isShorter = difference < 0;
  return (
    <p className={isShorter ? 'what-if-verdict what-if-shorter' : 'what-if-verdict what-if-longer'}>
      {isShorter ? '▼ ' : '▲ '}
      {ms(Math.abs(difference))}
      {percent} {isShorter ? 'shorter' : 'longer'}
    </p>
  );
}

interface BarProps {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly kind: 'observed' | 'predicted';
}

function Bar({ label, value, most, kind }: BarProps) {
  return (
    <div className="makespan">
      <dt>{label}</dt>
      <dd>
        <span className="makespan-track">
          <span
            className={`makespan-bar makespan-${kind}`}
            style={{ width: `${most <= 0 ? 0 : (value / most) * 100}%` }}
          />
        </span>
        <span className="makespan-value">{ms(value)}</span>
      </dd>
    </div>
  );
}

const LIMITS: Readonly<Record<string, string>> = {
  simulated: 'its limits simulated',
  fixed: 'its waits as long as they were',
  none: 'no limit known',
};

function Fidelity({ errorPercent, limits }: Pick<Prediction, 'errorPercent' | 'limits'>) {
  const exact = errorPercent < 0.05;
  const off = exact ? 'exactly as observed' : `${errorPercent.toFixed(2)}% off what was observed`;
  return (
    <p className="muted">
      Without a change the simulation is {off} ({LIMITS[limits] ?? limits}).
    </p>
  );
}

function holderText({ kind, id, name, critical, percent }: Holder): string {
  const what = kind === 'node' ? (name ?? id) : `waiting: ${words(id)}${name === null ? '' : ` ${name}`}`;
  return `${what}, ${ms(critical)}${percent === null ? '' : ` (${percent.toFixed(1)}%)`}`;
}

const MOST_STEPS = 12;

function Path({ title, state, other }: { readonly title: string; readonly state: State; readonly other: State }) {
  const others = new Set(other.path.map(({ id }) => id));
  const shown: readonly PathStep[] = state.path.slice(0, MOST_STEPS);
  return (
    <section aria-label={`Critical path ${title.toLowerCase()}`}>
      <h3>{title}</h3>
      <p className="muted">{state.heldBy === null ? 'Nothing holds it.' : `Held by ${holderText(state.heldBy)}`}</p>
      <ol className="path-steps">
        {shown.map(({ id, name, duration }, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- spans of one name may follow one another
          <li key={`${id} ${at}`}>
            <bdi>{name}</bdi>
            <span className="muted">
              {ms(duration)}
              {!others.has(id) && ' · only here'}
            </span>
          </li>
        ))}
      </ol>
      {state.pathLength > shown.length && <p className="muted">And {state.pathLength - shown.length} more.</p>}
    </section>
  );
}

function Row({ title, spread }: { readonly title: string; readonly spread: Spread }) {
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>{ms(spread.min)}</td>
      <td>{ms(spread.p50)}</td>
      <td>{ms(spread.p90)}</td>
      <td>{ms(spread.max)}</td>
    </tr>
  );
}

function Runs({ runs }: { readonly runs: NonNullable<Prediction['runs']> }) {
  return (
    <section className="table-scroll-x" aria-label="Over the last runs">
      <table className="fact-table">
        <caption>
          Over {runs.count} runs
          {runs.skipped > 0 && `; ${runs.skipped} do not have what the changes name`}
        </caption>
        <thead>
          <tr>
            <th scope="col">of</th>
            <th scope="col">shortest</th>
            <th scope="col">median</th>
            <th scope="col">90th percentile</th>
            <th scope="col">longest</th>
          </tr>
        </thead>
        <tbody>
          <Row title="observed" spread={runs.observed} />
          <Row title="predicted" spread={runs.predicted} />
        </tbody>
      </table>
    </section>
  );
}

/** How long it took and would have taken, how good the prediction is, and what holds it before and after. */
export function Result({ prediction, isStale }: { readonly prediction: Prediction; readonly isStale: boolean }) {
  const { observed, predicted, warnings, before, after, runs } = prediction;
  const most = Math.max(observed, predicted);
  return (
    <div className={isStale ? 'what-if-result what-if-stale' : 'what-if-result'} aria-busy={isStale}>
      <dl className="makespans">
        <Bar label="Observed" value={observed} most={most} kind="observed" />
        <Bar label="Predicted" value={predicted} most={most} kind="predicted" />
      </dl>
      <output>
        <Difference prediction={prediction} />
      </output>
      <Fidelity {...prediction} />
      {warnings.map((warning) => (
        <p key={warning} className="banner banner-warning">
          <Icon name="warning" />
          <span>{warning}</span>
        </p>
      ))}
      <div className="halves">
        <Path title="Now" state={before} other={after} />
        <Path title="Then" state={after} other={before} />
      </div>
      {runs && <Runs runs={runs} />}
    </div>
  );
}

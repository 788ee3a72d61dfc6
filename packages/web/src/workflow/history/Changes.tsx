import { Link } from 'react-router';
import { Icon } from '../../components/Icon.tsx';
import type { Change } from './types.ts';
import { changeSentence, runLabel } from './words.ts';

/** With fewer runs that completed, there is nothing to be said of levels. */
const LEAST_RUNS = 6;

interface ChangesProps {
  /** Oldest first. */
  readonly changes: readonly Change[];
  /** How many runs completed. */
  readonly runs: number;
}

/** Where runs went to another level, each in a sentence; the newest first. */
export function Changes({ changes, runs }: ChangesProps) {
  return (
    <section className="list card" aria-labelledby="changes-title">
      <h2 id="changes-title" className="list-title">
        When it changed
      </h2>
      {changes.length === 0 && (
        <p className="list-empty muted">
          {runs < LEAST_RUNS
            ? `Changes show from ${LEAST_RUNS} runs on that completed; there ${runs === 1 ? 'is' : 'are'} ${runs} here.`
            : 'These runs kept to one level: none of the differences between them is beyond chance.'}
        </p>
      )}
      {changes.length > 0 && (
        <ul className="changes">
          {changes.toReversed().map((change) => (
            <li key={change.firstRun} className={change.isSlower ? 'change change-slower' : 'change change-faster'}>
              <Icon name={change.isSlower ? 'warning' : 'check'} />
              <p>
                <bdi>{changeSentence(change)}</bdi>{' '}
                <Link to={`/executions/${encodeURIComponent(change.firstRun)}`}>
                  Open {runLabel({ id: change.firstRun, number: change.firstNumber })}
                </Link>
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

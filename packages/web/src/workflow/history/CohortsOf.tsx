import { Choice } from './Choices.tsx';
import { cohortSentences, countedRuns, sidesOf } from './cohortWords.ts';
import { useCohorts, type Asked } from './queries.ts';
import { DIVISIONS, type HistoryState } from './state.ts';
import { useHistoryState } from './useHistoryState.ts';
import { formatMs } from './words.ts';

/** With fewer runs on a side nothing can be beyond chance. */
const LEAST_RUNS = 4;

const CHOICES: Readonly<Record<HistoryState['by'], string>> = {
  slow: 'slow from fast runs',
  change_point: 'runs since the last change from those before',
  failure: 'failed from completed runs',
};

/** What slow or failed runs have in common: inputs, workers, versions and triggers that go with it, beyond chance. */
export function CohortsOf({ asked }: { readonly asked: Asked }) {
  const [{ by }, change] = useHistoryState();
  const { data, error } = useCohorts(asked, by);
  const [worse, others] = sidesOf(data?.kind ?? '');
  const sentences = data ? cohortSentences(data) : [];
  const isTooFew = data !== undefined && Math.min(data.worse.runs, data.others.runs) < LEAST_RUNS;
  return (
    <section className="list card" aria-labelledby="cohorts-title">
      <div className="card-head">
        <h2 id="cohorts-title">What they have in common</h2>
        <Choice
          label="What tells"
          value={by}
          options={DIVISIONS.map((division) => [division, CHOICES[division]])}
          onChange={(value) => change({ by: DIVISIONS.find((division) => division === value) ?? 'slow' })}
        />
      </div>
      {error && !data && (
        <p className="inline-error" role="alert">
          This is not known: {error.message}
        </p>
      )}
      {data && (
        <p className="card-says muted">
          {countedRuns(data.worse.runs, worse)} (median {formatMs(data.worse.median)}) against{' '}
          {countedRuns(data.others.runs, others)} (median {formatMs(data.others.median)}), of the last 200.
        </p>
      )}
      {isTooFew && (
        <p className="list-empty">
          There are too few of one kind to tell them apart: at least {LEAST_RUNS} of each are needed.
        </p>
      )}
      {data && !isTooFew && sentences.length === 0 && (
        <p className="list-empty">Nothing goes with it beyond chance: not the inputs, workers, versions or triggers.</p>
      )}
      {sentences.length > 0 && (
        <ul className="sentences">
          {sentences.map((sentence) => (
            <li key={sentence}>
              <bdi>{sentence}</bdi>
            </li>
          ))}
        </ul>
      )}
      {sentences.length > 0 && <p className="list-empty muted">What goes together is no proof of a cause.</p>}
    </section>
  );
}

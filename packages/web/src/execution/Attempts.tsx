import { formatDuration } from '@flowprof/flame';
import { StatusBadge } from '../components/StatusBadge.tsx';
import { formatExactMs } from '../format/duration.ts';
import { worthOf, type Attempt } from './attempts.ts';
import type { Retries } from './stepRows.ts';
import { Verdict, VERDICT_WORDS } from './Verdict.tsx';

function Time({ micros }: { readonly micros: number }) {
  return <span title={formatExactMs(micros)}>{formatDuration(micros)}</span>;
}

/** The waits before an attempt, and attempts in between that nobody tells of. */
function Before({ backoff, queue, untold }: Attempt) {
  if (backoff === 0 && queue === 0 && untold === 0) return null;
  return (
    <li className="attempt-before muted">
      {untold > 0 && (
        <span>
          {untold} {untold === 1 ? 'attempt' : 'attempts'} before, of which nothing else is told
        </span>
      )}
      {backoff > 0 && (
        <span>
          {untold > 0 ? 'with waits' : 'backoff'} <Time micros={backoff} />
        </span>
      )}
      {queue > 0 && (
        <span>
          queue <Time micros={queue} />
        </span>
      )}
    </li>
  );
}

function One({ name, status, start, duration, error, worker, ...attempt }: Attempt) {
  const worth = worthOf(attempt);
  return (
    <li>
      <bdi>{name}</bdi> <StatusBadge status={status} /> <Time micros={duration} />
      <span className="muted">
        {' '}
        at <Time micros={start} />
        {worker !== null && (
          <>
            {' '}
            by <bdi>{worker}</bdi>
          </>
        )}
        {worth !== null && `, ${worth}`}
      </span>
      {error !== null && <bdi className="step-error">{error}</bdi>}
    </li>
  );
}

interface AttemptsProps {
  readonly attempts: readonly Attempt[];
  /** What became of them; null where nothing failed or was tried again. */
  readonly retries: Retries | null;
  /** In words; null where it is not told. */
  readonly policy: string | null;
}

/** How often a node was tried, whether that was foreseen, and each attempt with the waits before it. */
export function Attempts({ attempts, retries, policy }: AttemptsProps) {
  if (attempts.length === 0 && retries === null) return null;
  return (
    <section className="drawer-section" aria-label="Attempts">
      <h3>Attempts</h3>
      {retries !== null && (
        <p>
          <Verdict verdict={retries.verdict} /> {VERDICT_WORDS[retries.verdict]}: <bdi>{retries.reason}</bdi>
          {retries.cost > 0 && (
            <span className="muted">
              {' '}
              · <Time micros={retries.cost} /> lost
            </span>
          )}
        </p>
      )}
      {attempts.length > 0 && (
        <ol className="annotations attempts">
          {attempts.map((attempt) => [
            <Before key={`before ${attempt.row}`} {...attempt} />,
            <One key={attempt.row} {...attempt} />,
          ])}
        </ol>
      )}
      {policy !== null && <p className="muted">Policy: {policy}</p>}
    </section>
  );
}

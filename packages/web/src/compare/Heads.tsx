import { isTerminal } from '@flowprof/model';
import { Link } from 'react-router';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge } from '../components/StatusBadge.tsx';
import type { ListedExecution } from '../executions/listed.ts';
import { inputLine, secondsSoFar, workflowLabel } from '../executions/rows.ts';
import { formatSeconds } from '../format/duration.ts';
import { formatExact } from '../format/time.ts';
import { useNow } from '../shell/useNow.ts';

/** What an execution is called in a sentence. */
export function nameOf(execution: ListedExecution): string {
  return execution.number === null ? workflowLabel(execution) : `${workflowLabel(execution)} #${execution.number}`;
}

interface HeadProps {
  readonly side: 'Before' | 'After';
  readonly execution: ListedExecution | undefined;
  /** What is said in place of one that is not known. */
  readonly missing: string | null;
  readonly onChoose: () => void;
}

/** One of the two: which it is, how it went, and choosing another. */
export function Head({ side, execution, missing, onChoose }: HeadProps) {
  const now = useNow(execution && !isTerminal(execution.status) ? 1000 : null);
  return (
    <section className="compare-head" aria-label={side}>
      <p className="compare-side">{side}</p>
      {execution === undefined ? (
        <p className="muted compare-head-name">{missing ?? 'Loading'}</p>
      ) : (
        <>
          <p className="compare-head-name">
            <Link to={`/executions/${encodeURIComponent(execution.id)}`}>
              <bdi>{workflowLabel(execution)}</bdi>
              {execution.number !== null && ` #${execution.number}`}
            </Link>
            <StatusBadge status={execution.status} />
          </p>
          <p className="muted compare-head-line">
            {formatSeconds(secondsSoFar(execution, now))}
            {execution.startedAt !== null && `, ${formatExact(execution.startedAt)}`}
            {execution.version !== null && `, version ${execution.version}`}
          </p>
          {inputLine(execution.input) !== '' && (
            <p className="muted compare-head-line">
              <bdi>{inputLine(execution.input)}</bdi>
            </p>
          )}
        </>
      )}
      <Button className="button button-small" onPress={onChoose} aria-label={`Choose another, ${side.toLowerCase()}`}>
        <Icon name="search" />
        Choose
      </Button>
    </section>
  );
}

import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Problem } from './checks.ts';
import { nodeAround, type Outline } from './outline.ts';
import { problemText } from './problems.ts';

interface ProblemListProps {
  readonly problems: readonly Problem[];
  readonly outline: Outline;
  /** Whether the server has looked at the file as it is. */
  readonly isChecked: boolean;
  readonly error: Error | null;
  readonly onShow: (problem: Problem) => void;
}

/** What is wrong with the file; each leads to where it is. */
export function ProblemList({ problems, outline, isChecked, error, onShow }: ProblemListProps) {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return (
    <section className="problems" aria-label="Problems">
      <output className={problems.length > 0 ? 'status status-failed' : 'status status-completed'}>
        {problems.length > 0 && <Icon name="warning" />}
        {problems.length > 0 && count}
        {problems.length === 0 && isChecked && (
          <>
            <Icon name="check" />
            No problems
          </>
        )}
        {problems.length === 0 && !isChecked && <span className="muted">Checking</span>}
      </output>
      {error && <span className="muted">The server could not check it: {error.message}</span>}
      {problems.length > 0 && (
        <ul>
          {problems.map((problem, at) => {
            const node = nodeAround(outline, problem.pointer);
            return (
              // Two problems may say the same of the same value.
              // oxlint-disable-next-line react/no-array-index-key
              <li key={`${problem.code} ${problem.pointer} ${at}`}>
                <Button className="problem" onPress={() => onShow(problem)}>
                  <bdi className="problem-place">{node ? node.label : problem.pointer || 'the file'}</bdi>
                  <span>{problemText(problem)}</span>
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

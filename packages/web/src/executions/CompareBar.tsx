import { Button } from 'react-aria-components';
import { useNavigate } from 'react-router';
import { comparePath } from '../compare/path.ts';
import { Icon } from '../components/Icon.tsx';
import type { ListedExecution } from './listed.ts';
import { earlierFirst, workflowLabel } from './rows.ts';

interface CompareBarProps {
  /** One or two. */
  readonly ticked: readonly ListedExecution[];
  readonly onClear: () => void;
}

function Named({ execution }: { readonly execution: ListedExecution }) {
  return (
    <strong className="compare-name">
      <bdi>{workflowLabel(execution)}</bdi>
      {execution.number !== null && ` #${execution.number}`}
    </strong>
  );
}

/** At the lower edge while executions are ticked: what is chosen, and comparing them once there are two. */
export function CompareBar({ ticked, onClear }: CompareBarProps) {
  const navigate = useNavigate();
  const [base, candidate] = earlierFirst(ticked);
  if (base === undefined) return null;
  const differ = candidate !== undefined && candidate.workflowId !== base.workflowId;
  return (
    <section className="compare-bar" aria-label="Compare">
      <Icon name="compare" />
      <output className="compare-what">
        {candidate === undefined ? (
          <>
            <Named execution={base} /> is ticked. Tick another to compare the two.
          </>
        ) : (
          <>
            <Named execution={base} /> with <Named execution={candidate} />
            {differ && (
              <span className="compare-caution">
                <Icon name="warning" />
                Two workflows: only what has the same names can be matched.
              </span>
            )}
          </>
        )}
      </output>
      <Button className="button" onPress={onClear}>
        Clear
      </Button>
      {candidate !== undefined && (
        <Button
          className="button button-primary"
          onPress={() => void navigate(comparePath({ base: base.id, candidate: candidate.id }))}
        >
          Compare
        </Button>
      )}
    </section>
  );
}

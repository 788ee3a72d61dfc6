import { useNavigate } from 'react-router';
import type { Execution } from '../api/types.ts';
import { Icon } from '../components/Icon.tsx';
import { ActionMenu, MenuButton } from '../components/MenuButton.tsx';
import { statusWord } from '../components/StatusBadge.tsx';
import { formatSeconds } from '../format/duration.ts';
import { formatExact } from '../format/time.ts';
import { useEarlier } from './queries.ts';

interface CompareMenuProps {
  readonly workspace: string | undefined;
  readonly execution: Execution;
}

function aboutRun({ status, durationSeconds, startedAt }: Execution): string {
  const parts = [statusWord(status), formatSeconds(durationSeconds)];
  if (startedAt !== null) parts.push(formatExact(startedAt));
  return parts.join(' · ');
}

/** Leads to a comparison with one of the runs before it. Nothing where there is none. */
export function CompareMenu({ workspace, execution }: CompareMenuProps) {
  const { data: earlier = [] } = useEarlier(workspace, execution);
  const navigate = useNavigate();
  if (earlier.length === 0) return null;
  const compare = (base: string) => {
    const query = new URLSearchParams({ base, candidate: execution.id });
    void navigate(`/compare?${query}`);
  };
  const actions = earlier.map((run, at) => {
    const number = run.number === null ? run.id.slice(0, 8) : `#${run.number}`;
    const label = at === 0 ? `With the previous run, ${number}` : `With ${number}`;
    return { id: run.id, label, description: aboutRun(run) };
  });
  return (
    <MenuButton
      className="button button-small"
      renderMenu={(open) => <ActionMenu open={open} label="Compare with" actions={actions} onAction={compare} />}
    >
      <Icon name="compare" />
      Compare
    </MenuButton>
  );
}

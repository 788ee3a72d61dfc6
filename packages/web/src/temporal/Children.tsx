import { useNavigate } from 'react-router';
import { ActionMenu, MenuButton } from '../components/MenuButton.tsx';
import { Icon } from '../components/Icon.tsx';
import { words } from '../format/value.ts';
import type { ChildRun } from './types.ts';

interface ChildrenProps {
  readonly list: readonly ChildRun[];
  readonly leftOut: number;
}

/** The child workflows of a run, as a menu that opens them here, or in Temporal where they are not synced. */
export function Children({ list, leftOut }: ChildrenProps) {
  const navigate = useNavigate();
  const open = (runId: string) => {
    const child = list.find((one) => one.runId === runId);
    if (child === undefined) return;
    if (child.executionId !== null) void navigate(`/executions/${encodeURIComponent(child.executionId)}`);
    else if (child.link !== null) window.open(child.link, '_blank', 'noopener,noreferrer');
  };
  const count = list.length + leftOut;
  return (
    <MenuButton
      className="link-button"
      renderMenu={(menu) => (
        <ActionMenu
          open={menu}
          label="Child workflows"
          placement="bottom start"
          actions={list.map(({ runId, workflowId, workflowType, status, executionId }) => ({
            id: runId,
            label: workflowId ?? runId,
            description: `${workflowType}, ${words(status)}${executionId === null ? ', not synced' : ''}`,
          }))}
          onAction={open}
        />
      )}
    >
      {count.toLocaleString('en')}
      {leftOut > 0 && `, ${list.length} listed`}
      <Icon name="down" />
    </MenuButton>
  );
}

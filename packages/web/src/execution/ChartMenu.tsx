import { lazy } from 'react';
import { Icon } from '../components/Icon.tsx';
import { MenuButton } from '../components/MenuButton.tsx';
import type { IdleKind } from './urlState.ts';

const ChartMenuItems = lazy(async () => ({ default: (await import('./ChartMenuItems.tsx')).ChartMenuItems }));

interface ChartMenuProps {
  readonly cutIdle: IdleKind | null;
  readonly onCutIdle: (kind: IdleKind) => void;
}

/** How the chart is read: what is cut, and what the wheel does. */
export function ChartMenu({ cutIdle, onCutIdle }: ChartMenuProps) {
  return (
    <MenuButton
      className="icon-button"
      label="Settings of the chart"
      renderMenu={(open) => <ChartMenuItems {...{ open, cutIdle, onCutIdle }} />}
    >
      <Icon name="settings" />
    </MenuButton>
  );
}

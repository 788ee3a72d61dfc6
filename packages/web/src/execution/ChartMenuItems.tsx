import { Header, Menu, MenuItem, MenuSection } from 'react-aria-components';
import type { OpenMenu } from '../components/openMenu.ts';
import { MenuPopover } from '../components/MenuPopover.tsx';
import type { IdleKind } from './urlState.ts';
import { chooseWheel, useWheel } from './wheel.ts';

interface ChartMenuItemsProps {
  readonly open: OpenMenu;
  readonly cutIdle: IdleKind | null;
  readonly onCutIdle: (kind: IdleKind) => void;
}

/** What counts as idle beside stretches in which nothing runs, as the keys of the menu. */
function idleKeys(kind: IdleKind): string[] {
  if (kind === 'both') return ['queue', 'sleep'];
  return kind === 'none' ? [] : [kind];
}

function idleKind(keys: ReadonlySet<unknown>): IdleKind {
  if (keys.has('queue')) return keys.has('sleep') ? 'both' : 'queue';
  return keys.has('sleep') ? 'sleep' : 'none';
}

/** The menu of `ChartMenu`. */
export function ChartMenuItems({ open, cutIdle, onCutIdle }: ChartMenuItemsProps) {
  const wheel = useWheel();
  return (
    <MenuPopover open={open} label="Settings of the chart">
      <Menu
        className="menu"
        aria-label="Settings of the chart"
        // It was opened to choose from.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus="first"
        onClose={open.onClose}
      >
        <MenuSection
          selectionMode="multiple"
          selectedKeys={idleKeys(cutIdle ?? 'both')}
          onSelectionChange={(keys) => onCutIdle(keys === 'all' ? 'both' : idleKind(keys))}
        >
          <Header className="palette-section">Cut as idle, beside what is empty</Header>
          <MenuItem id="queue" className="menu-item menu-check">
            Time in which everything waits
          </MenuItem>
          <MenuItem id="sleep" className="menu-item menu-check">
            Time in which everything sleeps
          </MenuItem>
        </MenuSection>
        <MenuSection
          selectionMode="multiple"
          selectedKeys={wheel === 'zoom' ? ['zoom'] : []}
          onSelectionChange={(keys) => chooseWheel(keys === 'all' || keys.has('zoom') ? 'zoom' : 'scroll')}
        >
          <Header className="palette-section">Mouse</Header>
          <MenuItem id="zoom" className="menu-item menu-check">
            The wheel zooms without Ctrl
          </MenuItem>
        </MenuSection>
      </Menu>
    </MenuPopover>
  );
}

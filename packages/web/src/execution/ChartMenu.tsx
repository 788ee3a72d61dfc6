import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { IdleKind } from './urlState.ts';
import { chooseWheel, useWheel } from './wheel.ts';

interface ChartMenuProps {
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

/** How the chart is read: what is cut, and what the wheel does. */
export function ChartMenu({ cutIdle, onCutIdle }: ChartMenuProps) {
  const wheel = useWheel();
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label="Settings of the chart">
        <Icon name="settings" />
      </Button>
      <Popover className="popover" placement="bottom end">
        <Menu className="menu" aria-label="Settings of the chart">
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
      </Popover>
    </MenuTrigger>
  );
}

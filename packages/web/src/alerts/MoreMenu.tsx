import type { ReactNode } from 'react';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';

interface MoreMenuProps {
  /** What it is of. */
  readonly name: string;
  readonly enabled: boolean;
  readonly onSwitch: () => void;
  readonly onDelete: () => void;
  /** What else can be done with it, before these; their keys go to `onAct`. */
  readonly children?: ReactNode;
  readonly onAct?: (key: string) => void;
}

/** What can be done with a rule or a channel besides its buttons: switching it on or off and deleting it, and more. */
export function MoreMenu({ name, enabled, onSwitch, onDelete, children, onAct }: MoreMenuProps) {
  const act = (key: string): void => {
    if (key === 'switch') onSwitch();
    else if (key === 'delete') onDelete();
    else onAct?.(key);
  };
  return (
    <MenuTrigger>
      <Button className="icon-button" aria-label={`More for ${name}`}>
        <Icon name="more" />
      </Button>
      <Popover className="popover popover-narrow" placement="bottom end">
        <Menu className="menu" aria-label={`More for ${name}`} onAction={(key) => act(String(key))}>
          {children}
          <MenuItem id="switch" className="menu-item">
            {enabled ? 'Switch off' : 'Switch on'}
          </MenuItem>
          <MenuItem id="delete" className="menu-item">
            Delete
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

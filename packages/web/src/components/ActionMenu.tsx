import { Menu, MenuItem, Text } from 'react-aria-components';
import { Icon, type IconName } from './Icon.tsx';
import type { OpenMenu } from './openMenu.ts';
import { MenuPopover } from './MenuPopover.tsx';

interface Action {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon?: IconName;
}

interface ActionMenuProps {
  readonly open: OpenMenu;
  readonly label: string;
  readonly placement?: 'bottom start' | 'bottom end';
  readonly actions: readonly Action[];
  readonly onAction: (id: string) => void;
}

/** A menu of what can be done, each with an icon or a second line where it has one. */
export function ActionMenu({ open, label, placement = 'bottom end', actions, onAction }: ActionMenuProps) {
  return (
    <MenuPopover {...{ open, label, placement }}>
      <Menu
        className="menu"
        aria-label={label}
        // It was opened to choose from.
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus="first"
        onAction={(id) => onAction(String(id))}
        onClose={open.onClose}
      >
        {actions.map(({ id, label: name, description, icon }) => (
          <MenuItem key={id} id={id} className={icon ? 'menu-item menu-item-icon' : 'menu-item'} textValue={name}>
            {icon && <Icon name={icon} />}
            {description === undefined ? name : <Text slot="label">{name}</Text>}
            {description !== undefined && (
              <Text slot="description" className="muted">
                {description}
              </Text>
            )}
          </MenuItem>
        ))}
      </Menu>
    </MenuPopover>
  );
}

import type { Status } from '@flowprof/model';
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { StatusBadge, statusWord } from '../components/StatusBadge.tsx';
import { FILTER_STATUSES } from './filter.ts';

interface StatusMenuProps {
  readonly value: readonly Status[];
  readonly onChange: (statuses: readonly Status[]) => void;
}

/** What the button says of the states that are chosen. */
function summary(value: readonly Status[]): string {
  if (value.length === 0) return 'Any status';
  return value.length <= 2 ? value.map(statusWord).join(', ') : `${value.length} statuses`;
}

/** Chooses the states that are listed: several, or all by choosing none. */
export function StatusMenu({ value, onChange }: StatusMenuProps) {
  return (
    <MenuTrigger>
      <Button className="button filter-button" aria-label={`Status: ${summary(value)}`}>
        {summary(value)}
        <Icon name="down" />
      </Button>
      <Popover className="popover popover-small" placement="bottom start">
        <Menu
          className="menu"
          aria-label="Status"
          selectionMode="multiple"
          selectedKeys={value}
          onSelectionChange={(keys) => onChange(FILTER_STATUSES.filter((status) => keys === 'all' || keys.has(status)))}
        >
          {FILTER_STATUSES.map((status) => (
            <MenuItem key={status} id={status} className="menu-item menu-item-icon" textValue={statusWord(status)}>
              {({ isSelected }) => (
                <>
                  <span className="tick-box" data-selected={isSelected || undefined}>
                    {isSelected && <Icon name="check" />}
                  </span>
                  <StatusBadge status={status} />
                </>
              )}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

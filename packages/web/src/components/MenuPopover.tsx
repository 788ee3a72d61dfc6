import type { ReactNode } from 'react';
import { Popover } from 'react-aria-components';
import type { OpenMenu } from './openMenu.ts';

interface MenuPopoverProps {
  readonly open: OpenMenu;
  readonly label: string;
  readonly placement?: 'bottom start' | 'bottom end';
  readonly children: ReactNode;
}

/** What a menu lies in. */
export function MenuPopover({ open, label, placement = 'bottom end', children }: MenuPopoverProps) {
  return (
    <Popover
      className="popover"
      aria-label={label}
      placement={placement}
      triggerRef={open.button}
      trigger="MenuTrigger"
      isOpen
      onOpenChange={(isOpen) => !isOpen && open.onClose()}
    >
      {children}
    </Popover>
  );
}

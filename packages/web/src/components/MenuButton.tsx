import { lazy, Suspense, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { OpenMenu } from './openMenu.ts';

interface MenuButtonProps {
  readonly className: string;
  /** What the button is called, where it shows no text. */
  readonly label?: string;
  readonly isDisabled?: boolean;
  readonly children: ReactNode;
  /** The menu, which is to be loaded lazily: no first view needs what menus are made of. */
  readonly renderMenu: (open: OpenMenu) => ReactNode;
}

/** Shows the choices of a list. */
export const ActionMenu = lazy(async () => ({ default: (await import('./ActionMenu.tsx')).ActionMenu }));

function load(): void {
  void import('./ActionMenu.tsx');
}

/** A button that opens a menu, which is loaded as soon as somebody comes near. */
export function MenuButton({ className, label, isDisabled = false, children, renderMenu }: MenuButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        ref={button}
        className={className}
        {...(label !== undefined && { 'aria-label': label })}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        isDisabled={isDisabled}
        onHoverStart={load}
        onFocus={load}
        onPress={() => setOpen(true)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') setOpen(true);
          else event.continuePropagation();
        }}
      >
        {children}
      </Button>
      {isOpen && <Suspense fallback={null}>{renderMenu({ button, onClose: () => setOpen(false) })}</Suspense>}
    </>
  );
}

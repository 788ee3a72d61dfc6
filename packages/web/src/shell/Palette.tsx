import { lazy, Suspense, useEffect } from 'react';
import { isPaletteKey, openPalette, usePaletteOpen } from './commands.ts';

const CommandPalette = lazy(async () => ({ default: (await import('./CommandPalette.tsx')).CommandPalette }));

/** The palette of commands, which is loaded when it is first asked for. */
export function Palette() {
  const open = usePaletteOpen();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !isPaletteKey(event)) return;
      event.preventDefault();
      openPalette(true);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  if (!open) return null;
  return (
    <Suspense fallback={null}>
      <CommandPalette onClose={() => openPalette(false)} />
    </Suspense>
  );
}

import { useEffect } from 'react';
import { Button } from 'react-aria-components';
import { useBlocker } from 'react-router';
import { DialogFrame } from '../alerts/DialogFrame.tsx';

/** Asks before a page with unsaved changes is left, whichever way: by a link, the browser's back, or its closing. */
export function Leaving({ isChanged }: { readonly isChanged: boolean }) {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => isChanged && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!isChanged) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [isChanged]);
  const isBlocked = blocker.state === 'blocked';
  return (
    <DialogFrame title="Leave without saving?" isOpen={isBlocked} onClose={() => isBlocked && blocker.reset()}>
      <p>Your changes are not saved. They stay in this browser as a draft, and are offered when you come back.</p>
      <div className="dialog-actions">
        <Button className="button" onPress={() => isBlocked && blocker.reset()}>
          Stay
        </Button>
        <Button className="button button-primary" onPress={() => isBlocked && blocker.proceed()}>
          Leave
        </Button>
      </div>
    </DialogFrame>
  );
}

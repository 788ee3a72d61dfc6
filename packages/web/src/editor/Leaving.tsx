import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { useLeaveGuard } from './useLeaveGuard.ts';

/** Asks before a page with unsaved changes is left, whichever way: by a link, the browser's back, or its closing. */
export function Leaving({ isChanged }: { readonly isChanged: boolean }) {
  const { isAsking, stay, leave } = useLeaveGuard(isChanged);
  return (
    <DialogFrame title="Leave without saving?" isOpen={isAsking} onClose={stay}>
      <p>Your changes are not saved. They stay in this browser as a draft, and are offered when you come back.</p>
      <div className="dialog-actions">
        <Button className="button" onPress={stay}>
          Stay
        </Button>
        <Button className="button button-primary" onPress={leave}>
          Leave
        </Button>
      </div>
    </DialogFrame>
  );
}

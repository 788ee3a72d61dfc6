import { Button } from 'react-aria-components';
import { DialogFrame } from '../alerts/DialogFrame.tsx';
import { formatExact, formatRelative } from '../format/time.ts';
import type { Draft } from './draft.ts';

interface DraftOfferProps {
  readonly draft: Draft | null;
  /** The newest version of the workflow; null for a new one. */
  readonly version: number | null;
  readonly now: number;
  readonly onTake: (draft: Draft) => void;
  readonly onDrop: () => void;
}

/** Offers what was edited and not saved. */
export function DraftOffer({ draft, version, now, onTake, onDrop }: DraftOfferProps) {
  const isOld = draft !== null && draft.version !== version;
  return (
    <DialogFrame title="There are unsaved changes" isOpen={draft !== null} onClose={() => draft && onTake(draft)}>
      {draft && (
        <p>
          They are from <span title={formatExact(draft.keptAt)}>{formatRelative(draft.keptAt, now)}</span>, when this
          browser last showed the editor.
          {isOld && ` They were made from version ${draft.version}; meanwhile there is version ${version}.`}
        </p>
      )}
      <div className="dialog-actions">
        <Button className="button" onPress={onDrop}>
          Discard them
        </Button>
        <Button className="button button-primary" onPress={() => draft && onTake(draft)}>
          Go on with them
        </Button>
      </div>
    </DialogFrame>
  );
}

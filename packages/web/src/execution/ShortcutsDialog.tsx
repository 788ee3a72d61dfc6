import { BINDINGS } from '@flowprof/flame';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { PAGE_BINDINGS } from './pageKeys.ts';

/** What the mouse and the page do, beside the keys of the chart's own table. */
const GESTURES: readonly (readonly [keys: string, does: string])[] = [
  ['Wheel', 'Scroll'],
  ['Ctrl + wheel', 'Zoom at the pointer'],
  ['Shift + wheel', 'Move left and right'],
  ['Drag', 'Move'],
  ['Shift + drag', 'Select a range of time'],
  ['Double click', 'Fit the span'],
];

function Entry({ keys, does }: { readonly keys: string; readonly does: string }) {
  return (
    <div className="shortcut">
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{does}</dd>
    </div>
  );
}

interface ShortcutsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The keys of the chart, from the table that the chart itself looks them up in. */
export function ShortcutsDialog({ open, onClose }: ShortcutsDialogProps) {
  return (
    <ModalOverlay className="overlay" isDismissable isOpen={open} onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Modal className="modal">
        <Dialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title">Shortcuts</Heading>
            <Button className="icon-button" aria-label="Close" onPress={onClose}>
              <Icon name="cross" />
            </Button>
          </div>
          <dl className="shortcuts">
            {BINDINGS.map((binding) => (
              <Entry key={`${binding.shown} ${binding.does}`} keys={binding.shown} does={binding.does} />
            ))}
            {PAGE_BINDINGS.map(({ shown, does }) => (
              <Entry key={`${shown} ${does}`} keys={shown} does={does} />
            ))}
            {GESTURES.map(([keys, does]) => (
              <Entry key={keys} keys={keys} does={does} />
            ))}
          </dl>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

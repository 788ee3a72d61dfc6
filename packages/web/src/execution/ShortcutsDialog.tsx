import { BINDINGS } from '@flowprof/flame';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { shownOn, useKeyboardLayout } from './keyboardLayout.ts';
import { GESTURES, PAGE_BINDINGS } from './pageKeys.ts';

interface Shortcut {
  readonly shown: string;
  readonly does: string;
}

function Shortcuts({ title, of }: { readonly title: string; readonly of: readonly Shortcut[] }) {
  return (
    <section className="shortcuts-section" aria-label={title}>
      <h3>{title}</h3>
      <dl className="shortcuts">
        {of.map(({ shown, does }) => (
          <div className="shortcut" key={`${shown} ${does}`}>
            <dt>
              <kbd>{shown}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface ShortcutsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The keys of the chart, from the table that the chart itself looks them up in, and what the page and the mouse do. */
export function ShortcutsDialog({ open, onClose }: ShortcutsDialogProps) {
  const layout = useKeyboardLayout();
  const keys = BINDINGS.map((binding) => ({ shown: shownOn(binding, layout), does: binding.does }));
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
          <Shortcuts title="Chart" of={keys} />
          <Shortcuts title="Page" of={PAGE_BINDINGS} />
          <Shortcuts title="Mouse and touch" of={GESTURES} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

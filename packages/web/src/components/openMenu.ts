import type { RefObject } from 'react';

/** A menu that is open, beside its button. */
export interface OpenMenu {
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

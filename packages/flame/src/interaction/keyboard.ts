import { bindingOf, type Command } from './bindings.ts';

const EDITABLE = 'input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="textbox"]';
/** Inside these, keys mean something to the element, so that only a chart with the focus takes them. */
const MODAL = '[role="dialog"], [role="menu"], [role="listbox"], [role="grid"], dialog';

/** The chart that was last pointed at or had the focus: the one that keys go to when none has the focus. */
let lastUsed: HTMLElement | null = null;

/** Takes the keys of a chart. Returns a function that stops. */
export function attachKeyboard(host: HTMLElement, run: (command: Command) => boolean): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  const use = (): void => {
    lastUsed = host;
  };
  host.addEventListener('pointerenter', use, { signal });
  host.addEventListener('focusin', use, { signal });
  lastUsed ??= host;
  const press = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const binding = bindingOf(event);
    if (binding === null) return;
    const at = event.target instanceof Element ? event.target : null;
    const focused = at !== null && host.contains(at);
    if (!focused) {
      if (binding.focusOnly === true || lastUsed !== host) return;
      if (at !== null && (at.closest(EDITABLE) !== null || at.closest(MODAL) !== null)) return;
    } else if (at.closest(EDITABLE) !== null) {
      return;
    }
    if (run(binding.command)) event.preventDefault();
  };
  document.addEventListener('keydown', press, { signal });
  return () => {
    stop.abort();
    if (lastUsed === host) lastUsed = null;
  };
}

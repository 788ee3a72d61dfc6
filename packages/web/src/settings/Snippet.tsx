import { useState } from 'react';
import { Button } from 'react-aria-components';

/** Lines to paste into a terminal or a file. */
export function Snippet({ label, text }: { readonly label: string; readonly text: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      setSaid('The browser does not allow it: select the lines.');
    }
  };
  return (
    <section className="snippet" aria-label={label}>
      {/* It may be wider than the screen, and is then scrolled by key too. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="command" tabIndex={0}>
        <code>{text}</code>
      </pre>
      <Button className="button button-small" aria-label={`Copy: ${label}`} onPress={() => void copy()}>
        Copy
      </Button>
      <output className="muted">{said}</output>
    </section>
  );
}

import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';

/** A text to take along, with a button that copies it; where the browser forbids that, it is selected to be copied by hand. */
export function CopyField({ label, text }: { readonly label: string; readonly text: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      setSaid('It is selected: copy it with Ctrl+C or Cmd+C.');
    }
  };
  return (
    <div className="copy-field">
      <input
        ref={field}
        className="field-input"
        aria-label={label}
        value={text}
        readOnly
        onFocus={({ target }) => target.select()}
      />
      <Button className="button" onPress={() => void copy()}>
        Copy
      </Button>
      <output className="muted">{said}</output>
    </div>
  );
}

import { useState } from 'react';
import { Button } from 'react-aria-components';

interface CopyProps {
  /** What is copied. */
  readonly text: () => string;
  /** What that is, for those who do not see where the button stands. */
  readonly what: string;
}

/** Puts a text on the clipboard, and says so. */
export function Copy({ text, what }: CopyProps) {
  const [state, setState] = useState<'no' | 'copied' | 'failed'>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  return (
    <Button className="link-button copy" aria-label={`Copy ${what}`} onPress={() => void copy()}>
      <span aria-live="polite">
        {state === 'no' ? 'Copy' : state === 'copied' ? 'Copied' : 'The browser does not let it be copied'}
      </span>
    </Button>
  );
}

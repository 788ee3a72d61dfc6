import { useEffect, useId, useRef } from 'react';
import { Button } from 'react-aria-components';
import { placeOf, type TextFault } from './jsonText.ts';

/** A place in the text to go to; a new object goes there again. */
export interface TextPlace {
  readonly offset: number;
}

interface TextViewProps {
  readonly text: string;
  readonly fault: TextFault | null;
  readonly place: TextPlace | null;
  readonly isDisabled: boolean;
  readonly onChange: (text: string) => void;
  readonly onRepair: () => void;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end;
}

/** The file as it is written. What is typed is taken as soon as it can be read. */
export function TextView({ text, fault, place, isDisabled, onChange, onRepair }: TextViewProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => {
    const element = area.current;
    if (place === null || element === null) return;
    element.focus();
    element.setSelectionRange(place.offset, endOfLine(element.value, place.offset));
    const { line } = placeOf(element.value, place.offset);
    const lines = element.value.split('\n').length;
    element.scrollTop = (element.scrollHeight * Math.max(0, line - 4)) / lines;
  }, [place]);
  const at = fault && placeOf(text, fault.offset);
  return (
    <div className="editor-text">
      <label className="visually-hidden" htmlFor={id}>
        The file as text
      </label>
      <textarea
        id={id}
        ref={area}
        value={text}
        disabled={isDisabled}
        spellCheck={false}
        wrap="off"
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : `${id}-fault`}
        onChange={(event) => onChange(event.target.value)}
      />
      {fault && at && (
        <div id={`${id}-fault`} className="banner banner-error" role="alert">
          <span>
            Line {at.line}, column {at.column}: {fault.message}. The graph shows the file as it was before.
          </span>
          <Button
            className="button button-small"
            onPress={() => area.current?.setSelectionRange(fault.offset, endOfLine(text, fault.offset))}
            onPressEnd={() => area.current?.focus()}
          >
            Go there
          </Button>
          <Button className="button button-small" onPress={onRepair}>
            Back to what could be read
          </Button>
        </div>
      )}
    </div>
  );
}

import { useState, type InputHTMLAttributes } from 'react';

interface CommitInputProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'value' | 'onChange'> {
  readonly value: string;
  /** Called with what was typed once that is done: on Enter and when the field is left. */
  readonly onCommit: (value: string) => void;
}

/** A field whose text counts once it is typed, so that no list is asked for half of it. */
export function CommitInput({ value, onCommit, ...rest }: CommitInputProps) {
  const [draft, setDraft] = useState({ of: value, text: value });
  if (draft.of !== value) setDraft({ of: value, text: value });
  const commit = () => draft.text !== value && onCommit(draft.text);
  return (
    <input
      {...rest}
      value={draft.text}
      onChange={(event) => setDraft({ of: value, text: event.target.value })}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}

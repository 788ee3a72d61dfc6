import { useEffect, useRef, useState } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';

/** How long typing must rest before the list is asked for. Milliseconds. */
const REST_MS = 250;

interface SearchBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Searches names of workflows, errors, numbers and ids, on the server. */
export function SearchBox({ value, onChange }: SearchBoxProps) {
  const [draft, setDraft] = useState({ of: value, text: value });
  if (draft.of !== value) setDraft({ of: value, text: value });
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    if (draft.text.trim() === value) return undefined;
    const timer = setTimeout(() => latest.current(draft.text.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [draft.text, value]);
  return (
    <SearchField
      className="search list-search"
      aria-label="Search the executions"
      value={draft.text}
      onChange={(text) => setDraft({ of: value, text })}
      onClear={() => onChange('')}
    >
      <Icon name="search" />
      <Input className="search-input" placeholder="Workflow, error, #12, id" maxLength={5000} />
      <Button className="search-clear" aria-label="Clear the search">
        <Icon name="cross" />
      </Button>
    </SearchField>
  );
}

import { useId } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';

interface ListFilterProps {
  /** What is narrowed: "Steps". */
  readonly of: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** What the choice is between: "Status". */
  readonly choice: string;
  /** By value; the first one is for everything. */
  readonly choices: readonly (readonly [value: string, word: string])[];
  readonly chosen: string;
  readonly onChoose: (value: string) => void;
  /** How many of how many there are. */
  readonly says: string;
}

/** Narrows a list by a text and by a choice. */
export function ListFilter({ of, text, onText, choice, choices, chosen, onChoose, says }: ListFilterProps) {
  const id = useId();
  return (
    <search className="filters list-filter" aria-label={of}>
      <SearchField className="search" aria-label={`Filter the ${of.toLowerCase()}`} value={text} onChange={onText}>
        <Icon name="search" />
        <Input className="search-input" placeholder={`Filter the ${of.toLowerCase()}`} />
        <Button className="search-clear" aria-label="Clear the filter">
          <Icon name="cross" />
        </Button>
      </SearchField>
      <label className="visually-hidden" htmlFor={id}>
        {choice}
      </label>
      <select id={id} className="select" value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {choices.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
      <output className="muted">{says}</output>
    </search>
  );
}

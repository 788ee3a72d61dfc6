import { useId } from 'react';
import { Button, Input, SearchField } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { statusWord } from '../components/StatusBadge.tsx';
import { FILTER_STATUSES } from './rows.ts';

interface FiltersProps {
  /** A status, or empty for all. */
  readonly status: string;
  readonly name: string;
  readonly onStatus: (status: string) => void;
  readonly onName: (name: string) => void;
}

/** Narrows the list by status and by the workflow's name. */
export function Filters({ status, name, onStatus, onName }: FiltersProps) {
  const id = useId();
  return (
    <search className="filters" aria-label="Executions">
      <SearchField className="search" aria-label="Filter by workflow" value={name} onChange={onName}>
        <Icon name="search" />
        <Input className="search-input" placeholder="Filter by workflow" />
        <Button className="search-clear" aria-label="Clear the filter">
          <Icon name="cross" />
        </Button>
      </SearchField>
      <label className="visually-hidden" htmlFor={id}>
        Status
      </label>
      <select id={id} className="select" value={status} onChange={(event) => onStatus(event.target.value)}>
        <option value="">All statuses</option>
        {FILTER_STATUSES.map((value) => (
          <option key={value} value={value}>
            {statusWord(value)}
          </option>
        ))}
      </select>
    </search>
  );
}

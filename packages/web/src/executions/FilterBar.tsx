import { useId, useState } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { hiddenCount, isNarrowed, PRESETS, SORTS, type ListFilter, type ListScope, type Sort } from './filter.ts';
import { FilterPanel } from './FilterPanel.tsx';
import { SearchBox } from './SearchBox.tsx';
import { StatusMenu } from './StatusMenu.tsx';

interface FilterBarProps {
  readonly workspace: string | undefined;
  readonly scope: ListScope;
  readonly filter: ListFilter;
  readonly onChange: (change: Partial<ListFilter>) => void;
  readonly onClear: () => void;
}

const SORT_WORDS: Readonly<Record<Sort, string>> = {
  newest: 'Newest first',
  oldest: 'Oldest first',
  longest: 'Longest first',
  shortest: 'Shortest first',
};

function When({ filter, onChange }: Pick<FilterBarProps, 'filter' | 'onChange'>) {
  const isOwn = filter.range === null && (filter.from !== null || filter.to !== null);
  return (
    <select
      className="select"
      aria-label="Started"
      value={isOwn ? 'own' : (filter.range ?? '')}
      onChange={(event) => {
        const range = PRESETS.find(({ id }) => id === event.target.value)?.id ?? null;
        onChange({ range, from: null, to: null });
      }}
    >
      <option value="">Any time</option>
      {PRESETS.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
      {isOwn && <option value="own">Chosen times</option>}
    </select>
  );
}

/** What narrows the list: the search, the states and the time at hand, and the rest behind a button. */
export function FilterBar({ workspace, scope, filter, onChange, onClear }: FilterBarProps) {
  const hidden = hiddenCount(filter) + (scope.workflow === undefined && filter.workflow !== null ? 1 : 0);
  const [isOpen, setOpen] = useState(hidden > 0);
  const panel = useId();
  return (
    <search className="filter-bar" aria-label="Executions">
      <div className="filters">
        <SearchBox value={filter.search} onChange={(search) => onChange({ search })} />
        <StatusMenu value={filter.statuses} onChange={(statuses) => onChange({ statuses })} />
        <When filter={filter} onChange={onChange} />
        <select
          className="select sort-choice"
          aria-label="Order"
          value={filter.sort}
          onChange={(event) => onChange({ sort: SORTS.find((sort) => sort === event.target.value) ?? 'newest' })}
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {SORT_WORDS[sort]}
            </option>
          ))}
        </select>
        <Button className="button" aria-expanded={isOpen} aria-controls={panel} onPress={() => setOpen(!isOpen)}>
          <Icon name="settings" />
          Filters
          {hidden > 0 && <span className="count-badge">{hidden}</span>}
        </Button>
        {isNarrowed(filter) && (
          <Button className="button" onPress={onClear}>
            Clear filters
          </Button>
        )}
      </div>
      <div id={panel} hidden={!isOpen}>
        {isOpen && <FilterPanel workspace={workspace} scope={scope} filter={filter} onChange={onChange} />}
      </div>
    </search>
  );
}

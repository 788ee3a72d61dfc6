import { formatDuration } from '@flowprof/flame';
import { describeChange, type WhatIfChange } from '@flowprof/model';
import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import type { Suggestion } from './types.ts';

interface ChangesProps {
  readonly changes: readonly WhatIfChange[];
  readonly onRemove: (at: number) => void;
  readonly onClear: () => void;
}

/** What is to be different, in the order in which it is made. */
export function Changes({ changes, onRemove, onClear }: ChangesProps) {
  if (changes.length === 0) {
    return <p className="muted">Nothing is changed yet. Add a change, or one of those that would help.</p>;
  }
  return (
    <>
      <ol className="change-list" aria-label="Changes">
        {changes.map((change, at) => {
          const text = describeChange(change);
          return (
            // The same change may be made twice.
            // oxlint-disable-next-line react/no-array-index-key
            <li key={`${text} ${at}`}>
              <bdi>{text}</bdi>
              <Button className="icon-button" aria-label={`Remove: ${text}`} onPress={() => onRemove(at)}>
                <Icon name="cross" />
              </Button>
            </li>
          );
        })}
      </ol>
      {changes.length > 1 && (
        <Button className="button button-small" onPress={onClear}>
          Remove all
        </Button>
      )}
    </>
  );
}

interface SuggestionsProps {
  readonly suggestions: readonly Suggestion[];
  readonly changes: readonly WhatIfChange[];
  readonly onAdd: (change: WhatIfChange) => void;
}

/** The single changes that would help most, each to be added at once. */
export function Suggestions({ suggestions, changes, onAdd }: SuggestionsProps) {
  const chosen = new Set(changes.map(describeChange));
  return (
    <section aria-labelledby="would-help">
      <h3 id="would-help">What would help most</h3>
      {suggestions.length === 0 && <p className="muted">No single change that was tried makes it shorter.</p>}
      <ul className="suggestions">
        {suggestions.map(({ change, text, gain, gainPercent }) => (
          <li key={text}>
            <span className="suggestion-text">
              <bdi>{text}</bdi>{' '}
              <span className="muted">
                saves {formatDuration(gain * 1000)}
                {gainPercent !== null && ` (${gainPercent.toFixed(1)}%)`}
              </span>
            </span>
            <Button
              className="button button-small"
              aria-label={`Add: ${text}`}
              isDisabled={chosen.has(text)}
              onPress={() => onAdd(change)}
            >
              {chosen.has(text) ? 'Added' : 'Add'}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

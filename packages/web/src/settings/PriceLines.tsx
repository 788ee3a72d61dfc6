import { Button } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';
import { EMPTY_LINE, type PriceLine, type PriceProblems } from './prices.ts';

interface PriceLinesProps {
  readonly title: string;
  readonly help: string;
  /** What names a line; null where there is but one, without a name. */
  readonly nameLabel: string | null;
  /** What the amounts of a line are. */
  readonly columns: readonly string[];
  readonly lines: readonly PriceLine[];
  /** What the problems of a line are found by, with its number behind where there are several. */
  readonly where: string;
  readonly problems: PriceProblems;
  readonly isReadOnly: boolean;
  readonly onChange: (lines: readonly PriceLine[]) => void;
}

interface LineFieldsProps extends Pick<PriceLinesProps, 'nameLabel' | 'columns' | 'isReadOnly'> {
  readonly line: PriceLine;
  readonly number: number;
  readonly problem: string | undefined;
  readonly onChange: (line: PriceLine) => void;
  readonly onRemove: () => void;
}

function LineFields({ line, number, nameLabel, columns, isReadOnly, problem, onChange, onRemove }: LineFieldsProps) {
  const shared = { className: 'field-input', readOnly: isReadOnly, 'aria-invalid': problem !== undefined };
  return (
    <div className="price-line">
      {nameLabel !== null && (
        <label>
          {nameLabel}
          <input
            {...shared}
            value={line.name}
            maxLength={200}
            onChange={({ target }) => onChange({ ...line, name: target.value })}
          />
        </label>
      )}
      {columns.map((label, column) => (
        <label key={label} className="price-amount">
          {label}
          <input
            {...shared}
            inputMode="decimal"
            value={line.amounts[column] ?? ''}
            onChange={({ target }) => onChange({ ...line, amounts: line.amounts.with(column, target.value) })}
          />
        </label>
      ))}
      {nameLabel !== null && !isReadOnly && (
        <Button
          className="icon-button"
          aria-label={`Remove ${line.name === '' ? `${nameLabel} ${number}` : line.name}`}
          onPress={onRemove}
        >
          <Icon name="cross" />
        </Button>
      )}
      {problem !== undefined && <p className="field-problem price-problem">{problem}</p>}
    </div>
  );
}

/** The lines of a price list, with a field for each price. */
export function PriceLines(props: PriceLinesProps) {
  const { title, help, nameLabel, columns, lines, where, problems, isReadOnly, onChange } = props;
  return (
    <fieldset className="settings-group">
      <legend>{title}</legend>
      <p className="muted field-help">{help}</p>
      {lines.map((line, at) => (
        <LineFields
          // Lines have nothing but their place to tell them apart while they are typed.
          // oxlint-disable-next-line react/no-array-index-key
          key={at}
          {...{ line, nameLabel, columns, isReadOnly }}
          number={at + 1}
          problem={problems.get(nameLabel === null ? where : `${where} ${at}`)}
          onChange={(changed) => onChange(lines.with(at, changed))}
          onRemove={() => onChange(lines.filter((_, other) => other !== at))}
        />
      ))}
      {nameLabel !== null && !isReadOnly && (
        <Button
          className="button button-small"
          aria-label={`Add a line: ${nameLabel}`}
          onPress={() => onChange([...lines, EMPTY_LINE])}
        >
          <Icon name="plus" />
          Add a line
        </Button>
      )}
    </fieldset>
  );
}

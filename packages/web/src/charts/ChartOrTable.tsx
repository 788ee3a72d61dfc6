import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';
import { Icon } from '../components/Icon.tsx';

interface ChartOrTableProps {
  readonly title: string;
  /** What the figures say, above them. */
  readonly says?: ReactNode;
  readonly isTable: boolean;
  readonly onTable: (isTable: boolean) => void;
  /** Other choices beside the one between chart and table. */
  readonly choices?: ReactNode;
  readonly chart: ReactNode;
  readonly table: ReactNode;
}

/** A chart with a title, and the table of the same behind a button. */
export function ChartOrTable({ title, says = null, isTable, onTable, choices, chart, table }: ChartOrTableProps) {
  return (
    <section className="list card" aria-label={title}>
      <div className="card-head">
        <h2>{title}</h2>
        <div className="card-choices">
          {choices}
          <ToggleButton
            className="button button-small"
            aria-label={`${title} as a table`}
            isSelected={isTable}
            onChange={onTable}
          >
            <Icon name="list" />
            As table
          </ToggleButton>
        </div>
      </div>
      {says !== null && <div className="card-says">{says}</div>}
      {isTable ? table : <div className="card-body">{chart}</div>}
    </section>
  );
}

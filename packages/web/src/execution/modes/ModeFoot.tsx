import { mergedOf, type ChartMode } from '@flowprof/flame';
import { MergedTable, RowsTable } from '@flowprof/flame/react';
import { NONE, type Micros, type Trace } from '@flowprof/model';
import { useState } from 'react';
import { Button } from 'react-aria-components';

interface ModeFootProps {
  readonly mode: ChartMode;
  readonly trace: Trace;
  readonly now: Micros | null;
  /** The row of the selected span. */
  readonly selected: number | null;
  readonly onSelect: (row: number) => void;
}

/** What a picture means that is not simply the spans in the order of time. */
const MEANS: Record<ChartMode, string | null> = {
  time: null,
  gantt:
    'A row for each node: how often it ran, and its time added up with its waits. What ran at once more than four times is one bar until the row is opened.',
  'left-heavy':
    'Spans below the same names are one block, with their time added up. It is as wide as its own time and all that is in it: what ran at once counts as often as it ran.',
  sandwich:
    'The name in the middle, what calls it above, what it calls below. Widths are times added up; those of callers are of the name under them.',
};

/** The rows of nodes as a table. */
function Rows({ trace, now, onSelect }: Omit<ModeFootProps, 'mode' | 'selected'>) {
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll merged-table" aria-label="Nodes" tabIndex={0}>
      <RowsTable trace={trace} now={now} onSelect={onSelect} />
    </section>
  );
}

/** The blocks of the merged picture as a table. */
function Blocks({ trace, now, selected, onSelect }: Omit<ModeFootProps, 'mode'>) {
  const merged = mergedOf(trace, now);
  const block = selected === null ? null : (merged.blockOf[selected] ?? null);
  return (
    // A region that scrolls by itself must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="table-scroll merged-table" aria-label="Merged spans" tabIndex={0}>
      <MergedTable
        graph={merged}
        selected={block}
        onSelect={(of) => {
          const row = merged.longest[of] ?? NONE;
          if (row !== NONE) onSelect(row);
        }}
      />
    </section>
  );
}

/** Says what such a picture means, and has it as a table. */
export function ModeFoot({ mode, ...props }: ModeFootProps) {
  const [open, setOpen] = useState(false);
  const says = MEANS[mode];
  if (says === null) return null;
  return (
    <>
      <div className="mode-foot">
        <span className="muted">{says}</span>
        <Button className="link-button" aria-expanded={open} onPress={() => setOpen(!open)}>
          {open ? 'Hide the table' : 'As a table'}
        </Button>
      </div>
      {open && (mode === 'gantt' ? <Rows {...props} /> : <Blocks {...props} />)}
    </>
  );
}

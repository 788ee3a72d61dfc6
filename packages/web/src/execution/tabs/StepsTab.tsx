import { isTerminal, STATUSES } from '@flowprof/model';
import { useDeferredValue, useMemo } from 'react';
import { statusWord } from '../../components/StatusBadge.tsx';
import { ListFilter } from '../ListFilter.tsx';
import { chooseSteps, stepRows } from '../stepRows.ts';
import { StepsTable } from '../StepsTable.tsx';
import { extentOf } from '../wholeRun.ts';
import type { TabProps } from './tab.ts';

const CHOICES = [['', 'All statuses'] as const, ...STATUSES.map((status) => [status, statusWord(status)] as const)];

/** The steps with the times of their spans. */
export function StepsTab({ steps, trace, analysis, status, present, address, onShow }: TabProps) {
  const { filter, kind, sort } = address.state;
  const now = isTerminal(status) ? null : present;
  const extent = useMemo(() => (trace ? extentOf(trace, now) : { start: 0, end: 0 }), [trace, now]);
  const rows = useMemo(
    () => stepRows(steps, trace, analysis?.whole, now ?? extent.end),
    [steps, trace, analysis, now, extent],
  );
  // Typing goes on while a long list is narrowed.
  const text = useDeferredValue(filter);
  const chosen = useMemo(() => chooseSteps(rows, { text, status: kind, sort }), [rows, text, kind, sort]);
  const all = rows.length.toLocaleString('en');
  return (
    <div className="list-tab">
      <ListFilter
        of="Steps"
        text={filter}
        onText={(value) => address.change({ filter: value })}
        choice="Status"
        choices={CHOICES}
        chosen={kind}
        onChoose={(value) => address.change({ kind: value })}
        says={chosen.length === rows.length ? `${all} steps` : `${chosen.length.toLocaleString('en')} of ${all} steps`}
      />
      <StepsTable
        rows={chosen}
        extent={extent}
        sort={sort}
        onSort={(value) => address.change({ sort: value })}
        onShow={onShow}
      />
    </div>
  );
}
